"""The parts of a bulk job: files in, partitions, readings out (``nlp/archive.py`` runs them)."""
