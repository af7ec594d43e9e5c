"""Calls and the answers that must come back."""
