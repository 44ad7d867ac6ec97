"""Give a tone to a text, one file a backend."""
