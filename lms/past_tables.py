"""Read a table of past participations as it is kept: with the countries, topics and courses that are known here."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.catalogue.topics import Topic
from courses.enrolment.past_matching import matched
from courses.records.columns import Header
from courses.records.dates import DateOrder
from courses.records.keys import folded
from courses.records.lines import Line
from courses.records.sheet_reading import KnownCourse, Vocabulary, read_lines
from lms.countries import named_countries
from lms.sheets import read_table


def preview_of(session: Session, path: Path, order: DateOrder, today: date) -> tuple[Sequence[Line], Header]:
    """Return the lines of a table with whom each matches, and its headings; nothing is changed.

    Raises:
        Refusal: the file cannot be read as a table: see `lms.sheets.read_table`.
    """
    rows, header = read_table(path)
    return matched(session, read_lines(rows, header, vocabulary(session), order, today)), header


def vocabulary(session: Session) -> Vocabulary:
    """Return what the words of a table mean here."""
    topics: dict[str, str] = {}
    for topic in session.scalars(select(Topic)):
        topics |= {folded(name): topic.code for name in (topic.name_en, topic.name_fr, topic.name_es) if name}
    topics |= {folded(code): code for code in session.scalars(select(Topic.code))}
    courses = {
        folded(code): KnownCourse(code, title, tuple(confers))
        for code, title, confers in session.execute(select(Course.code, Course.title_en, Course.confers))
    }
    return Vocabulary(countries=named_countries(), topics=topics, courses=courses)
