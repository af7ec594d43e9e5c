"""The domain: people, courses, cohorts, enrolments, attempts. No Flask."""
