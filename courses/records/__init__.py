"""What a person already has: recognised learning, past participations; and the guidelines that say what a step asks."""
