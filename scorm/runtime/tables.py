"""The table of each edition; the older editions of 2004 are the 4th without what they did not have yet."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from scorm.errors import ScormError
from scorm.runtime.cmi12 import CMI12
from scorm.runtime.cmi2004 import CMI2004
from scorm.runtime.elements import Element, Table
from scorm.runtime.types2004 import REQUEST2, REQUEST3

_SINCE_4 = frozenset(
    {"adl.data._children", "adl.data._count", "adl.data.n.id", "adl.data.n.store"}
    | {"adl.nav.request_valid.jump.{target=*}"}
)
_PROGRESS = "cmi.objectives.n.progress_measure"


def _third() -> Table:
    """Return the 3rd Edition: neither shared data nor jump."""
    elements = {name: element for name, element in CMI2004.elements.items() if name not in _SINCE_4}
    elements["adl.nav.request"] = replace(elements["adl.nav.request"], type=REQUEST3)
    return replace(CMI2004, edition="2004 3rd Edition", elements=elements)


def _second() -> Table:
    """Return the 2nd Edition: less suspend data to be kept, no progress of objectives, no suspendAll.

    LMS choice: statuses are evaluated when they are read, as in the later editions.
    """
    elements: dict[str, Element] = {name: one for name, one in _third().elements.items() if name != _PROGRESS}
    children = elements["cmi.objectives._children"]
    names = [name for name in (children.default or "").split(",") if name != "progress_measure"]
    elements[children.name] = replace(children, default=",".join(names))
    elements["cmi.suspend_data"] = replace(elements["cmi.suspend_data"], length=4000)
    elements["adl.nav.request"] = replace(elements["adl.nav.request"], type=REQUEST2)
    return replace(CMI2004, edition="2004 2nd Edition", elements=elements)


TABLES: Mapping[str, Table] = MappingProxyType(
    {table.edition: table for table in (CMI12, _second(), _third(), CMI2004)}
)


def table_named(edition: str) -> Table:
    """Return the table of an edition: `1.2`, or `2004 2nd Edition` to `2004 4th Edition`; raises `ScormError`."""
    table = TABLES.get(edition)
    if table is None:
        raise ScormError(f"no edition of SCORM is called {edition!r}")
    return table
