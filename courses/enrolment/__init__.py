"""Enrolments for credit and their outcomes."""
