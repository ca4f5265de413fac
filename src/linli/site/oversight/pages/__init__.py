"""The doors of those who watch."""
