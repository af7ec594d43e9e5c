"""What the conversion page reads."""

from sqlalchemy import event
from sqlalchemy.orm import Session

from courses.catalogue.models import CourseLanguage, Format
from courses.conversion.queries import conversion_board
from courses.conversion.shares import Share, Stock
from courses.people.models import Language
from tests.builders import NOW, make_course


def test_the_board_counts_what_the_catalogue_holds(session: Session) -> None:
    make_course(session, languages=(Language.EN, Language.FR))
    partly = make_course(session, languages=(Language.EN,), title_es="Comercio")
    session.add(
        CourseLanguage(
            course_id=partly.id, language=Language.ES, format=Format.FIRST_GENERATION, published_at=NOW
        )
    )  # fmt: skip
    session.flush()
    board = conversion_board(session, Language.ES)
    assert (board.by_course, board.by_unit, board.stock) == (Share(1, 2), Share(3, 4), Stock(1, 0, 0))


def test_titles_are_in_the_language_of_the_reader(session: Session) -> None:
    course = make_course(session, title_es="Comercio")
    entry = session.query(CourseLanguage).filter_by(course_id=course.id).one()
    entry.converted_at = NOW
    session.flush()
    assert conversion_board(session, Language.ES).months[0].units[0].title == "Comercio"


def test_one_statement_reads_the_board_however_many_courses_there_are(session: Session) -> None:
    for _ in range(12):
        make_course(session, languages=tuple(Language))
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    conversion_board(session, Language.EN)
    assert len(statements) == 1
