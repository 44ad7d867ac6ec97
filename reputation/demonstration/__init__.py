"""Make the demonstration: a planted truth, the inputs that real users would bring, and a store filled from them."""

REPORT = "report"
"""Folder beside the inputs that the demonstration's report is written to."""
