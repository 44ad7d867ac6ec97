"""Measure what reading costs: ``make bench`` (docs/performance.md)."""
