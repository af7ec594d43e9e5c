"""Courses, their languages and versions, and the packages imported for them."""
