"""What those who watch can see."""
