"""Which rules an attempt is played by: the one place that asks."""

from courses.attempts.generation import Generation
from courses.attempts.play import Play
from courses.attempts.scorm12 import Scorm12


def generation_of(play: Play) -> Generation:
    """Return the attempt in play by the rules of its version's edition."""
    return Scorm12(play)
