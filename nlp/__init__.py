"""Read Danish about areas."""
