"""Progressive learning, pure: steps, records, requirements, policy, and what follows from them."""
