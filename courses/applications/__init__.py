"""Applications to activities: endorsed, selected, confirmed, attended."""
