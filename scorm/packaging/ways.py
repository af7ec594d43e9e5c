"""Whether learners find in, on and to their data: what only a whole organization shows (SN 3.2, CAM 4.2, 5.2)."""

from collections.abc import Iterator

from scorm.packaging.findings import Finding, finding
from scorm.packaging.items import Item, Organization
from scorm.sequencing.definition import Sequencing
from scorm.sequencing.words import POSTCONDITION_ACTIONS, Control


def unwritten_data(organization: Organization) -> Iterator[Finding]:
    """Yield the shared data that are read and that no item may write, each once."""
    reported = {one.target for item in organization.walk() for one in item.data if one.is_writable}
    for item in organization.walk():
        for one in item.data:
            if one.is_readable and one.target not in reported:
                reported.add(one.target)
                yield finding("shared_data_unwritten", place=item.identifier, target=one.target)


def closed_clusters(organization: Organization) -> Iterator[Finding]:
    """Yield the clusters with neither flow nor choice among their children, provided that no page jumps there."""
    named = [(organization.identifier, organization.sequencing)] if organization.items else []
    named += [(item.identifier, item.sequencing) for item in organization.walk() if item.children]
    for identifier, sequencing in named:
        if not sequencing.control.flow and not sequencing.control.choice:
            yield finding("no_way_in", place=identifier)


def dead_ends(organization: Organization) -> Iterator[Finding]:
    """Yield the leaves that lead no further, provided that no page asks for a navigation of its own (CAM 5.2.1).

    Such a leaf hides Continue and is not the last; there is no table of contents, for nothing may be chosen; and no
    rule leads on after it ended.
    """
    clusters = [organization.sequencing, *(item.sequencing for item in organization.walk() if item.children)]
    if any(one.control.choice for one in clusters):
        return
    leaves = list(_leaves(organization))
    for item, has_rules in leaves[:-1]:
        if Control.CONTINUE in item.hidden and not has_rules:
            yield finding("no_way_on", place=item.identifier)


def _leaves(organization: Organization) -> Iterator[tuple[Item, bool]]:
    """Yield the leaves in document order, and whether a postcondition rule waits on them or above them."""
    above = _has_rules(organization.sequencing)
    pending = [(item, above) for item in reversed(organization.items)]
    while pending:
        item, has_rules = pending.pop()
        has_rules = has_rules or _has_rules(item.sequencing)
        if not item.children:
            yield item, has_rules
        pending.extend((child, has_rules) for child in reversed(item.children))


def _has_rules(sequencing: Sequencing) -> bool:
    return any(rule.action in POSTCONDITION_ACTIONS for rule in sequencing.rules)
