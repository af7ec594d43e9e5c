"""Attempts: what a learner's browser reported, kept raw, projected into results."""
