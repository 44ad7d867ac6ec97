"""Read media-archive exports, one file a format."""
