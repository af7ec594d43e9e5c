"""What a SCO is told about the learner and the item: an opaque identifier, a name, what the manifest says."""

import base64
import hashlib
import hmac
from uuid import UUID

from courses.attempts.models import PlayMode
from scorm.packaging.items import Item
from scorm.runtime.closing import LaunchFacts
from scorm.runtime.launch2004 import LaunchFacts2004
from scorm.sequencing.transfer import thresholds_of
from scorm.sequencing.tree import ActivityTree


def keyed(secret: str, purpose: str, *parts: bytes) -> bytes:
    """Return an HMAC over a purpose and parts of fixed length, so that no two meanings share a value."""
    return hmac.new(secret.encode(), b"\0".join((purpose.encode(), *parts)), hashlib.sha256).digest()


def learner_id(secret: str, person_id: UUID) -> str:
    """Return the identifier that packages see: stable for a person, and nothing can be read from it."""
    digest = keyed(secret, "learner", person_id.bytes)
    return base64.b32encode(digest[:15]).decode("ascii").lower()


def learner_word(identifier: str) -> str:
    """Return what packages hear instead of a name that is not theirs to know, made from the learner's identifier.

    LMS choice: a name in the usual form, family name first (RTE 4.2.12), so that scripts which split it at the comma go
    on, and the same for a person everywhere, so that a certificate or a list of a package's own tells people apart.
    """
    return f"Learner, {identifier[:6].upper()}"


def credit_of(mode: PlayMode) -> str:
    """Return whether a SCO is taken for credit (RTE 4.2.6): only in the normal mode."""
    return "credit" if mode is PlayMode.NORMAL else "no-credit"


def launch_facts12(item: Item, identifier: str, name: str, mode: PlayMode = PlayMode.NORMAL) -> LaunchFacts:
    """Return what the SCO of an item finds at its launch (RTE 1.2, 3.4.4)."""
    return LaunchFacts(
        learner_id=identifier,
        learner_name=name[:255],
        credit=credit_of(mode),
        mode=mode.value,
        launch_data=item.launch_data,
        mastery_score=None if item.mastery_score is None else f"{item.mastery_score:g}",
        max_time_allowed=item.max_time_allowed,
        time_limit_action=item.time_limit_action,
    )


def launch_facts2004(
    item: Item, identifier: str, name: str, tree: ActivityTree, mode: PlayMode = PlayMode.NORMAL
) -> LaunchFacts2004:
    """Return what the SCO of an item finds at its launch (RTE 4.2; SN 4.1)."""
    passing_score, threshold = thresholds_of(tree, tree.nodes[tree.places[item.identifier]])
    return LaunchFacts2004(
        learner_id=identifier,
        learner_name=name[:250],
        credit=credit_of(mode),
        mode=mode.value,
        launch_data=item.launch_data or None,
        max_time_allowed=item.sequencing.max_duration or None,
        time_limit_action=item.time_limit_action or None,
        scaled_passing_score=passing_score,
        completion_threshold=threshold,
        edition=tree.definition.behaviour.value,
    )
