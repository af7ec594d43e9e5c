"""SCORM: packages, the run-time data model; values in, values out."""
