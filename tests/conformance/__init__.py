"""The engines against the cases of conformance suites."""
