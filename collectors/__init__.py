"""Bring texts in from the news."""
