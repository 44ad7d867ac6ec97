"""Read questionnaire exports, one file a format."""
