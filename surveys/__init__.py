"""Bring answers in from questionnaires."""
