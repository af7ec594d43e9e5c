"""Read what the conversion page counts: one statement, whatever the size of the catalogue."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course, CourseLanguage
from courses.conversion.shares import Board, Unit, board_of
from courses.people.models import Language

TITLES = {Language.EN: Course.title_en, Language.FR: Course.title_fr, Language.ES: Course.title_es}


def units(session: Session, language: Language) -> tuple[Unit, ...]:
    """Return every course-language, titles in `language`, in the order of the courses' codes."""
    entry = CourseLanguage
    statement = (
        select(
            Course.id, Course.code, TITLES[language], entry.language, entry.format, entry.published_at,
            entry.converted_at, entry.dropped_at,
        )
        .join(Course, Course.id == entry.course_id)
        .order_by(Course.code, entry.language)
    )  # fmt: skip
    return tuple(
        Unit(
            course_id=course_id, code=code, title=title, language=spoken, format=kind, published_at=published_at,
            converted_at=converted_at, dropped_at=dropped_at,
        )
        for course_id, code, title, spoken, kind, published_at, converted_at, dropped_at in session.execute(statement)
    )  # fmt: skip


def conversion_board(session: Session, language: Language) -> Board:
    """Return the figures of the conversion as they stand, titles in `language`."""
    return board_of(units(session, language))
