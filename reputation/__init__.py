"""Say what texts and answers mean."""
