"""The versions of the policy: the first one, drafts, and what is in force at a moment, on both databases."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.errors import Refusal
from courses.policy import queries, services
from courses.policy.models import PolicyVersion
from courses.progression.policy import HOUSE, policy_of
from lms.db import Database
from tests.builders import make_person

HOUR = timedelta(hours=1)
OTHER = replace(HOUSE, retake_months=12)


class TestTheFirstVersion:
    def test_reading_writes_nothing(self, session: Session, now: datetime) -> None:
        assert queries.policy_at(session, now) == HOUSE
        assert session.scalar(select(func.count()).select_from(PolicyVersion)) == 0

    def test_it_holds_the_rule_of_the_house_from_the_beginning(self, session: Session, now: datetime) -> None:
        first = services.version_at(session, now)
        assert (first.number, policy_of(first.rules)) == (1, HOUSE)
        assert services.version_at(session, now - timedelta(days=3650)).id == first.id

    def test_many_who_need_it_at_once_write_it_once(self, database: Database, now: datetime) -> None:
        together, seen = threading.Barrier(6), []

        def need() -> None:
            together.wait()
            with database.transaction() as session:
                seen.append(services.version_at(session, now).id)

        threads = [threading.Thread(target=need) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(seen), len(set(seen))) == (6, 1)


class TestDrafts:
    def test_a_draft_begins_with_what_is_in_force_and_counts_for_nothing(self, session: Session, now: datetime) -> None:
        person = make_person(session)
        draft = services.begin_draft(session, person.id, now)
        services.change_draft(session, draft.id, OTHER, "  Twelve months are enough.  ")
        assert (draft.number, draft.note, policy_of(draft.rules)) == (2, "Twelve months are enough.", OTHER)
        assert queries.policy_at(session, now + 1000 * HOUR) == HOUSE

    def test_whom_its_dry_run_has_named_is_forgotten_once_it_is_decided(self, session: Session, now: datetime) -> None:
        draft = services.begin_draft(session, None, now)
        told = {"people": 1, "names": [{"id": "7", "name": "Alice Ba", "email": "alice@example.org"}]}
        services.keep_report(session, draft.id, {"changes": [{"code": "DOOR", "gain": told, "lose": told}]})
        services.bring_into_force(session, draft.id, now, None, now)
        counts = {"people": 1, "names": []}
        assert draft.report == {"changes": [{"code": "DOOR", "gain": counts, "lose": counts}]}
        services.keep_report(session, draft.id, {"changes": [{"code": "LATE", "gain": told, "lose": told}]})
        assert draft.report == {"changes": [{"code": "LATE", "gain": counts, "lose": counts}]}

    def test_a_draft_can_begin_with_any_version(self, session: Session, now: datetime) -> None:
        draft = services.begin_draft(session, None, now)
        services.change_draft(session, draft.id, OTHER, "")
        assert policy_of(services.begin_draft(session, None, now, like=draft.id).rules) == OTHER
        assert [version.number for version in queries.versions(session)] == [3, 2, 1]

    def test_a_change_makes_the_report_one_of_the_past(self, session: Session, now: datetime) -> None:
        draft = services.begin_draft(session, None, now)
        services.keep_report(session, draft.id, {"people": 3})
        services.change_draft(session, draft.id, HOUSE, "only the note")
        assert draft.report == {"people": 3}
        services.change_draft(session, draft.id, OTHER, "")
        assert draft.report is None

    def test_a_discarded_draft_is_gone(self, session: Session, now: datetime) -> None:
        services.discard_draft(session, services.begin_draft(session, None, now).id)
        assert [version.number for version in queries.versions(session)] == [1]


class TestForce:
    def test_a_version_counts_from_its_moment_on_and_no_earlier(self, session: Session, now: datetime) -> None:
        draft = services.begin_draft(session, None, now)
        services.change_draft(session, draft.id, OTHER, "")
        services.bring_into_force(session, draft.id, now + HOUR, None, now)
        assert queries.policy_at(session, now) == HOUSE
        assert queries.policy_at(session, now + HOUR - timedelta(microseconds=1)) == HOUSE
        assert queries.policy_at(session, now + HOUR) == OTHER

    @pytest.mark.parametrize(
        ("after", "code"), [(-HOUR, "policy_moment_past"), (2 * HOUR, "policy_moment_taken"), (HOUR, None)]
    )
    def test_no_moment_of_the_past_and_none_of_another_version(
        self, session: Session, now: datetime, after: timedelta, code: str | None
    ) -> None:
        other = services.begin_draft(session, None, now)
        services.bring_into_force(session, other.id, now + 2 * HOUR, None, now)
        draft = services.begin_draft(session, None, now)
        if code is None:
            services.bring_into_force(session, draft.id, now + after, None, now)
            return
        with pytest.raises(Refusal, match=code):
            services.bring_into_force(session, draft.id, now + after, None, now)

    def test_what_is_in_force_is_never_changed_nor_discarded(self, session: Session, now: datetime) -> None:
        first = services.version_at(session, now)
        for change in (
            lambda: services.change_draft(session, first.id, OTHER, ""),
            lambda: services.discard_draft(session, first.id),
            lambda: services.bring_into_force(session, first.id, now, None, now),
        ):
            with pytest.raises(Refusal, match="policy_not_draft"):
                change()
        with pytest.raises(Refusal, match="policy_in_force"):
            services.put_off(session, first.id, now)

    def test_what_is_only_announced_can_be_put_off(self, session: Session, now: datetime) -> None:
        draft = services.begin_draft(session, None, now)
        services.change_draft(session, draft.id, OTHER, "")
        services.bring_into_force(session, draft.id, now + HOUR, None, now)
        services.put_off(session, draft.id, now)
        assert queries.policy_at(session, now + 2 * HOUR) == HOUSE
        assert services.change_draft(session, draft.id, HOUSE, "").in_force_from is None
