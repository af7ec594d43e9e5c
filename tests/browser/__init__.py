"""What is true only in a real browser."""
