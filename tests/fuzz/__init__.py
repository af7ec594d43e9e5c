"""Fuzzers for what reads the bytes of strangers; they run outside the tests, for as long as one likes."""
