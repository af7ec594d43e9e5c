"""What letters say: whole in every language, with dates of the venue, no foreign markup, links that lead somewhere."""

import re
from uuid import UUID

import pytest
from flask import Flask

from courses.catalogue.names import Names
from courses.notices.kinds import NoticeKind, plain
from courses.notices.services import Due
from courses.people.models import Language, Person
from courses.records.models import ClaimReason
from lms.cli.speaking import speaking
from lms.config import load_settings
from lms.letters import letter_of, path_of
from lms.wording_notice_names import KIND_NAMES
from lms.wording_notices import PAGES, WORDINGS
from tests.builders import NOW
from tests.notices_builders import ALL_FACTS, FACTS

PLAIN = load_settings({})


def due_of(kind: NoticeKind, facts: dict[str, object]) -> Due:
    person = Person(email="alicia@example.org", given_name="Alicia", family_name="Muñoz", language=Language.EN)
    return Due(notice_id=UUID(int=7), key="1", kind=kind, facts=plain(facts), person=person, created_at=NOW, tries=1)


class TestWords:
    def test_every_kind_has_its_words(self) -> None:
        assert set(WORDINGS) == set(KIND_NAMES) == set(NoticeKind)

    @pytest.mark.parametrize("facts", [FACTS | {"course": "C1"}, ALL_FACTS], ids=["least", "all"])
    def test_every_letter_is_whole_with_the_least_facts_and_with_all(self, facts: dict[str, object]) -> None:
        with speaking("en"):
            letters = [
                letter_of(due_of(kind, facts), PLAIN, Names(), None, code)
                for kind in NoticeKind
                for code in ("en", "fr", "es")
            ]
        for letter in letters:
            assert letter.subject
            assert "Alicia Muñoz" in letter.text
            assert not re.search(r"%\(|\bNone\b|%s", letter.text + letter.subject + letter.html)
            assert re.findall(r'href="([^"]+)"', letter.html) == re.findall(r"http://localhost\S*", letter.text)

    def test_dates_are_those_of_the_venue_in_the_persons_language(self) -> None:
        with speaking("en"):
            letter = letter_of(due_of(NoticeKind.SELECTED, ALL_FACTS), PLAIN, Names(), None, "en")
            french = letter_of(due_of(NoticeKind.SELECTED, ALL_FACTS), PLAIN, Names(), None, "fr")
        assert "confirm your place by 27 November 2026, 18:00, Geneva time (UTC+1)" in letter.text
        assert "novembre 2026" in french.text
        assert "7–11 December 2026" in letter.text

    def test_what_changed_is_said_with_how_it_was(self) -> None:
        with speaking("en"):
            letter = letter_of(due_of(NoticeKind.ACTIVITY_CHANGED, ALL_FACTS), PLAIN, Names())
        assert "7–11 December 2026 (before: 30 November to 2 December 2026)" in letter.text
        assert "Face-to-face (before: Virtual)" in letter.text

    def test_what_is_missing_is_told_in_sentences(self) -> None:
        with speaking("en"):
            letter = letter_of(due_of(NoticeKind.INELIGIBLE, ALL_FACTS), PLAIN, Names())
        assert "not been verified" in letter.text
        assert "prerequisite_missing" not in letter.text
        assert letter.text.count("\n– ") == letter.html.count("<br>\n– ") == 2

    def test_who_is_not_selected_because_it_is_over_reads_so(self) -> None:
        with speaking("en"):
            text = letter_of(due_of(NoticeKind.DECLINED, ALL_FACTS | {"reason": "activity_over"}), PLAIN, Names()).text
        assert "Reason: This activity is over." in text

    def test_dates_that_do_not_stand_any_more_are_not_said(self) -> None:
        with speaking("en"):
            letter = letter_of(due_of(NoticeKind.ACTIVITY_POSTPONED, ALL_FACTS), PLAIN, Names())
        assert "December" not in letter.text

    def test_only_a_result_tells_mark_and_attendance(self) -> None:
        with speaking("en"):
            told = {kind for kind in NoticeKind if "82%" in letter_of(due_of(kind, ALL_FACTS), PLAIN, Names()).text}
        assert told == {NoticeKind.OUTCOME}

    def test_a_reason_of_the_fixed_list_is_told_in_words(self) -> None:
        facts = {"reason": ClaimReason.TOO_OLD, "steps": ["1"]}
        with speaking("en"):
            letter = letter_of(due_of(NoticeKind.CLAIM_REFUSED, facts), PLAIN, Names())
        assert "Reason: what was shown is too long ago" in letter.text

    def test_what_people_have_written_is_no_markup(self) -> None:
        with speaking("en"):
            letter = letter_of(due_of(NoticeKind.DECLINED, ALL_FACTS), PLAIN, Names())
        assert "Too &lt;many&gt; people" in letter.html
        assert "Too <many> people" in letter.text

    def test_only_who_takes_part_is_told_where_to_join(self) -> None:
        with speaking("en"):
            told = {
                kind for kind in NoticeKind
                if "meet.example.org" in letter_of(due_of(kind, ALL_FACTS), PLAIN, Names()).text
            }  # fmt: skip
        assert told == {NoticeKind.CONFIRMED, NoticeKind.SESSION_REMINDER}

    def test_its_link_leads_to_a_page(self, app: Flask) -> None:
        adapter, one = app.url_map.bind("localhost"), UUID(int=1)
        facts = plain(ALL_FACTS | {"application": one, "claim": one, "offering": one, "person": one})
        for page in PAGES:
            adapter.match(path_of(page, facts))
            adapter.match(path_of(page, {"course": "C1"}))
