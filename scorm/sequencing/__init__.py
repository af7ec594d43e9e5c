"""Sequencing and navigation of SCORM 2004: one function for each process of the SN book."""
