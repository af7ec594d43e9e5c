"""The names of courses, topics and regions in a request: read once, when the first sentence needs them."""

from typing import cast

from flask import g

from courses.catalogue.names import Names, all_names
from lms.site import reader

_KEY = "palier_names"


def names() -> Names:
    """Return the names that this request shows."""
    if _KEY not in g:
        setattr(g, _KEY, all_names(reader()))
    return cast(Names, getattr(g, _KEY))
