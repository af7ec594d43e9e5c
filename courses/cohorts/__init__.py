"""Cohorts: who learns a course together, with which trainers, and the rates of the group."""
