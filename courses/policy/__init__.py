"""The rules of progression as they were and are in force, and the decisions that they gave."""
