"""Reading a table of past participations: headings, dates, steps, marks, and every fault with its cell."""

from datetime import date, datetime

import pytest

from courses.records.columns import Column, cell_name, find_header, recognised
from courses.records.dates import DateForm, DateOrder, DateProblem, ReadDate, read_date
from courses.records.keys import key_of, keys_of
from courses.records.lines import Line, LineState, Match, Problem, Remark, as_plain, line_of
from courses.records.sheet_reading import KnownCourse, Vocabulary, read_lines
from courses.records.values import Formula, Share, has_passed, read_mark, read_steps

TODAY = date(2026, 11, 20)
MAY = date(2019, 5, 6)
WORDS = Vocabulary(
    countries={"senegal": "SN", "sn": "SN"}, topics={"services": "services", "propriete intellectuelle": "ip"},
    courses={"eco 101": KnownCourse("ECO-101", "Economics", ("1",))},
)  # fmt: skip
HEADINGS = ["Email", "Name", "Country", "Title", "Date", "Steps", "Mark"]
GOOD: list[object] = ["a@x.org", "Alice Diop", "Senegal", "Seminar", MAY, "1", 0.8]


def lines(*rows: list[object], headings: list[str] = HEADINGS, order: DateOrder = DateOrder.NOT_SAID) -> list[Line]:
    table = [(number, tuple(row)) for number, row in enumerate([headings, *rows], start=1)]
    header = find_header(table)
    assert header is not None
    return read_lines(table, header, WORDS, order, TODAY)


def changed(**cells: object) -> Line:
    row = list(GOOD)
    for name, value in cells.items():
        row[HEADINGS.index(name.capitalize())] = value
    (line,) = lines(row)
    return line


class TestADate:
    @pytest.mark.parametrize(
        ("value", "form"),
        [
            (MAY, DateForm.CELL), (datetime(2019, 5, 6, 14, 0), DateForm.CELL), (43591, DateForm.SERIAL),  # noqa: DTZ001
            ("43591", DateForm.SERIAL), ("2019-05-06", DateForm.ISO), ("2019/5/6", DateForm.ISO),
            ("2019-05-06T00:00:00", DateForm.ISO), ("6 May 2019", DateForm.WORDS), ("6-May-2019", DateForm.WORDS),
            ("May 6th, 2019", DateForm.WORDS), ("6 mai 2019", DateForm.WORDS), ("lundi 6 mai 2019", DateForm.WORDS),
            ("6 de mayo de 2019", DateForm.WORDS), ("6–10 May 2019", DateForm.RANGE),
            ("du 6 au 10 mai 2019", DateForm.RANGE), ("del 6 al 10 de mayo de 2019", DateForm.RANGE),
        ],
    )  # fmt: skip
    def test_is_read_in_the_form_that_it_has(self, value: object, form: DateForm) -> None:
        assert read_date(value, DateOrder.NOT_SAID, TODAY) == ReadDate(form, MAY)

    @pytest.mark.parametrize("text", ["May 2019", "mai 2019", "mayo de 2019", "05/2019", "2019-05"])
    def test_without_a_day_is_the_first_of_the_month_and_says_so(self, text: str) -> None:
        assert read_date(text, DateOrder.NOT_SAID, TODAY) == ReadDate(DateForm.MONTH, date(2019, 5, 1))

    @pytest.mark.parametrize("text", ["03/04/2019", "3.4.2019", "03-04-2019", "3 4 2019"])
    def test_that_can_be_read_in_two_ways_is_read_in_none_until_somebody_says(self, text: str) -> None:
        april, march = date(2019, 4, 3), date(2019, 3, 4)
        assert read_date(text, DateOrder.NOT_SAID, TODAY) == ReadDate(DateForm.AMBIGUOUS, None, (april, march))
        assert read_date(text, DateOrder.DAY_FIRST, TODAY) == ReadDate(DateForm.DAY_FIRST, april)
        assert read_date(text, DateOrder.MONTH_FIRST, TODAY) == ReadDate(DateForm.MONTH_FIRST, march)

    def test_that_can_be_read_in_one_way_needs_nobody(self) -> None:
        assert read_date("25/05/2019", DateOrder.MONTH_FIRST, TODAY) == ReadDate(DateForm.DAY_FIRST, date(2019, 5, 25))
        assert read_date("05/25/2019", DateOrder.NOT_SAID, TODAY) == ReadDate(DateForm.MONTH_FIRST, date(2019, 5, 25))
        assert read_date("5/5/2019", DateOrder.NOT_SAID, TODAY) == ReadDate(DateForm.DAY_FIRST, date(2019, 5, 5))

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (None, DateProblem.MISSING), ("  ", DateProblem.MISSING), ("soon", DateProblem.UNREADABLE),
            ("31/02/2019", DateProblem.UNREADABLE), ("2019", DateProblem.YEAR_ONLY), (2019, DateProblem.YEAR_ONLY),
            ("06/05/19", DateProblem.SHORT_YEAR), ("2027-01-01", DateProblem.IN_FUTURE),
            ("01/02/2030", DateProblem.IN_FUTURE), ("1900-01-01", DateProblem.TOO_EARLY),
            (True, DateProblem.UNREADABLE), ("9" * 500, DateProblem.UNREADABLE),
        ],
    )  # fmt: skip
    def test_that_cannot_have_been_is_said_why(self, value: object, problem: DateProblem) -> None:
        assert read_date(value, DateOrder.NOT_SAID, TODAY) is problem


class TestTheHeadings:
    @pytest.mark.parametrize(
        "headings",
        [
            ["E-mail address", "First name", "Last name", "Country", "Activity", "Start date", "Steps", "Final mark"],
            ["Courriel", "Prénom", "Nom", "Pays", "Activité", "Date de début", "Étapes", "Note"],
            ["CORREO ELECTRÓNICO", "Nombre", "Apellidos", "País", "Actividad", "Fecha de inicio", "Etapas", "Nota"],
        ],
    )
    def test_are_known_in_three_languages(self, headings: list[str]) -> None:
        assert list(recognised(1, headings).columns) == [
            Column.EMAIL, Column.GIVEN_NAME, Column.FAMILY_NAME, Column.COUNTRY, Column.TITLE, Column.DATE,
            Column.STEPS, Column.MARK,
        ]  # fmt: skip

    def test_may_stand_below_a_title_and_beside_others(self) -> None:
        rows = [(1, ("Participants",)), (3, ("Email", "Hobby", "Title", "Date", "Email"))]
        header = find_header(rows)
        assert header is not None
        assert (header.row, header.ignored, header.missing) == (3, ("Hobby", "Email"), ())

    @pytest.mark.parametrize(
        ("headings", "missing"),
        [
            (["Title", "Date"], ("email",)), (["Name", "Title", "Date"], ("country",)),
            (["Email", "Country"], ("title", "date")), (["Email", "Code", "End date"], ()),
            (["Nom", "Pays", "Titre", "Date"], ()),
        ],
    )  # fmt: skip
    def test_tell_what_is_missing(self, headings: list[str], missing: tuple[str, ...]) -> None:
        assert recognised(1, headings).missing == missing

    def test_name_cells_as_spreadsheets_do(self) -> None:
        assert [cell_name(7, place) for place in (0, 25, 26, 701, 702)] == ["A7", "Z7", "AA7", "ZZ7", "AAA7"]


class TestSteps:
    @pytest.mark.parametrize(
        ("text", "steps"),
        [
            ("1", ["1"]), ("1; 2·generalist", ["1", "2·generalist"]), ("2.generalist, 1", ["2·generalist", "1"]),
            ("2·specialist·services", ["2·specialist·services"]), ("Level 2 - généraliste", ["2·generalist"]),
            ("Niveau 3 spécialiste Propriété intellectuelle", ["3·specialist·ip"]), ("1; 1", ["1"]), ("", []),
        ],
    )  # fmt: skip
    def test_are_read_as_people_write_them(self, text: str, steps: list[str]) -> None:
        found, unknown = read_steps(text, WORDS.topics)
        assert ([str(step) for step in found], unknown) == (steps, ())

    @pytest.mark.parametrize("text", ["4", "2", "2·specialist", "2·specialist·cooking", "2·generalist·services", "x"])
    def test_that_do_not_exist_are_named(self, text: str) -> None:
        assert read_steps(text, WORDS.topics) == ((), (text,))


class TestAMark:
    @pytest.mark.parametrize(
        ("value", "is_of_hundred", "mark"),
        [
            (0.78, False, 0.78), (78, True, 0.78), ("78 %", False, 0.78), ("78,5%", True, 0.785),
            ("15/20", True, 0.75),
            (Share(0.78), True, 0.78),
            (1, False, 1.0), (1, True, 0.01), (0, True, 0.0), (101, True, "mark_out_of_range"),
            ("21/20", False, "mark_out_of_range"), ("good", False, "mark_unreadable"), (-3, True, "mark_unreadable"),
            (0.78, True, "mark_scale_unclear"), ("nan", False, "mark_unreadable"), (True, False, "mark_unreadable"),
        ],
    )  # fmt: skip
    def test_is_a_share_of_one(self, value: object, is_of_hundred: bool, mark: float | str) -> None:
        assert read_mark(value, is_of_hundred) == mark

    def test_counts_as_its_whole_column_does(self) -> None:
        marks = [line.mark for line in lines([*GOOD[:6], 78], [*GOOD[:6], 100])]
        assert marks == [0.78, 1.0]

    @pytest.mark.parametrize(
        ("word", "passed"), [("Passed", True), ("Réussi", True), ("No aprobado", False), ("FAILED", False), ("?", None)]
    )
    def test_or_a_word_says_whether_somebody_passed(self, word: str, passed: bool | None) -> None:
        assert has_passed(word) is passed


class TestALine:
    def test_is_read_whole_and_survives_being_kept(self) -> None:
        line = changed(date="03/04/2019", mark="80 %")
        assert (line.email, line.name, line.country, line.title) == ("a@x.org", "Alice Diop", "SN", "Seminar")
        assert (line.steps, line.mark, line.date_form) == (("1",), 0.8, DateForm.AMBIGUOUS)
        assert line_of(as_plain(line)) == line

    @pytest.mark.parametrize(
        ("cells", "problem"),
        [
            ({"email": "nobody"}, Problem("address_invalid", "A2", "nobody")),
            ({"email": None, "country": None}, Problem("person_missing", "A2")),
            ({"country": "Atlantis"}, Problem("country_unknown", "C2", "Atlantis")),
            ({"title": None}, Problem("title_missing", "D2")),
            ({"date": "soon"}, Problem("date_unreadable", "E2", "soon")),
            ({"steps": "9"}, Problem("step_unknown", "F2", "9")),
            ({"mark": "good"}, Problem("mark_unreadable", "G2", "good")),
            ({"name": "=HYPERLINK(1)"}, Problem("cell_is_formula", "B2")),
            ({"date": Formula()}, Problem("cell_is_formula", "E2")),
            ({"mark": Formula()}, Problem("cell_is_formula", "G2")),
            ({"title": "x" * 300}, Problem("cell_too_long", "D2")),
        ],
    )  # fmt: skip
    def test_tells_its_fault_with_the_cell(self, cells: dict[str, object], problem: Problem) -> None:
        line = changed(**cells)
        assert line.problems == (problem,)
        assert line.state is LineState.WRONG

    def test_tells_every_fault_at_once(self) -> None:
        found = {problem.cell for problem in changed(email="x", date="y", steps="z", mark="w").problems}
        assert found == {"A2", "E2", "F2", "G2"}

    def test_takes_title_and_steps_of_our_course_that_its_code_names(self) -> None:
        (line,) = lines(["a@x.org", "eco-101", MAY], headings=["Email", "Code", "Date"])
        assert (line.code, line.title, line.steps) == ("ECO-101", "Economics", ("1",))
        assert line.remarks == (Remark.STEPS_OF_COURSE,)

    def test_of_somebody_who_failed_is_no_participation(self) -> None:
        headings = ["Email", "Title", "Date", "Result"]
        failed, passed = lines(["a@x.org", "T", MAY, "failed"], ["a@x.org", "T", MAY, "réussi"], headings=headings)
        assert failed.problems == (Problem("not_passed", "D2", "failed"),)
        assert passed.problems == ()

    def test_is_left_out_where_nothing_stands_in_it(self) -> None:
        assert [line.row for line in lines(GOOD, [None] * 7, [""] * 7, GOOD)] == [2, 5]

    def test_waits_for_a_choice_until_person_and_day_are_known(self) -> None:
        assert Line(row=2, held_on=MAY, match=Match.CANDIDATES).state is LineState.OPEN
        assert Line(row=2, match=Match.ADDRESS).state is LineState.OPEN
        assert Line(row=2, held_on=MAY, match=Match.ADDRESS).state is LineState.GOOD
        assert Line(row=2, held_on=MAY, match=Match.ADDRESS, double_of=0).state is LineState.DOUBLE


def test_the_same_participation_has_the_same_key_whatever_capitals_and_accents() -> None:
    assert key_of("Séminaire  régional", MAY) == key_of("seminaire Regional", MAY)
    assert key_of("A", MAY) != key_of("A", date(2019, 5, 7))
    assert keys_of("A", MAY) < keys_of("A", MAY, "X1")
