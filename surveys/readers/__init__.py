"""Read exports of questionnaire tools, one file a format; each gives the same ``Export``."""
