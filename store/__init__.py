"""Hold what everyone stands on: facts, config, tables, errors."""
