"""The names of courses, activities, topics and regions in a request: read once, when the first sentence needs them."""

from typing import cast

from flask import g

from courses.catalogue.names import Names, all_names
from courses.offerings.queries import titles_of_offerings
from lms.languages import current_language
from lms.site import reader

_KEY = "palier_names"
_ACTIVITIES = "palier_activities"


def names() -> Names:
    """Return the names that this request shows."""
    if _KEY not in g:
        setattr(g, _KEY, all_names(reader()))
    return cast(Names, getattr(g, _KEY))


def activity_text(code: str, kept: str) -> str:
    """Return the title of an activity of ours as the reader reads it; of any other, the one that was kept."""
    if not code:
        return kept
    if _ACTIVITIES not in g:
        setattr(g, _ACTIVITIES, titles_of_offerings(reader()))
    titles = cast(dict[str, dict[str, str]], getattr(g, _ACTIVITIES))
    return titles.get(code, {}).get(current_language(), kept)


def title_text(code: str, kept: str) -> str:
    """Return the title of a course or activity of ours as the reader reads it; of any other, the one that was kept."""
    return names().courses.get(code, {}).get(current_language()) or activity_text(code, kept)
