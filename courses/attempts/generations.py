"""Which rules an attempt is played by: the one place that asks."""

from courses.attempts.generation import Generation
from courses.attempts.play import Play
from courses.attempts.scorm12 import Scorm12
from courses.attempts.scorm2004 import Scorm2004


def generation_of(play: Play) -> Generation:
    """Return the attempt in play by the rules of its version's edition."""
    tree = play.version.tree
    return Scorm12(play) if tree is None else Scorm2004(play, tree)
