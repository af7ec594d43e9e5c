"""The conversion of first-generation courses to SCORM, counted."""
