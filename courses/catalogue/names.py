"""What courses, topics and regions are called, in the three languages: three queries, for pages that name many."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.catalogue.topics import Topic
from courses.people.beneficiaries import Region

Titles = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by code and language; what has none is shown by its code, a topic with a capital."""

    courses: Titles = field(default_factory=dict)
    topics: Titles = field(default_factory=dict)
    regions: Titles = field(default_factory=dict)

    def course(self, code: str, language: str) -> str:
        """Return the title of a course."""
        return self.courses.get(code, {}).get(language) or code

    def topic(self, code: str, language: str) -> str:
        """Return the name of a topic."""
        return self.topics.get(code, {}).get(language) or code[:1].upper() + code[1:]

    def region(self, code: str, language: str) -> str:
        """Return the name of a region."""
        return self.regions.get(code, {}).get(language) or code


def all_names(session: Session) -> Names:
    """Return the names of every course, topic and region, topics and regions in their own order."""
    courses = select(Course.code, Course.title_en, Course.title_fr, Course.title_es).order_by(Course.code)
    topics = select(Topic.code, Topic.name_en, Topic.name_fr, Topic.name_es).order_by(Topic.place, Topic.code)
    regions = select(Region.code, Region.name_en, Region.name_fr, Region.name_es).order_by(Region.place, Region.code)
    found = [
        {code: {"en": en, "fr": fr, "es": es} for code, en, fr, es in session.execute(query)}
        for query in (courses, topics, regions)
    ]
    return Names(courses=found[0], topics=found[1], regions=found[2])
