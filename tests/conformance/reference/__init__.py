"""ADL's reference sequencer where it departs from the SN book: our engine with some of its processes exchanged.

Recordings of the reference can then be followed to their end, and every difference from our engine has a name.
"""
