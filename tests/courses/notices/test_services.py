"""Notices: one for each event and person, taken up by one worker at a time, tried again, given up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.errors import NotFound
from courses.notices import services
from courses.notices.forgetting import forget_texts
from courses.notices.kinds import Failure, NoticeKind, plain
from courses.notices.models import Notice
from courses.notices.queries import PAGE, failed_notices, state_of_post
from courses.people.models import Person
from lms.db import Database
from tests.builders import make_person

FACTS = {"activity": "REG-1", "title_en": "Regional seminar"}


@pytest.fixture
def alice(session: Session) -> Person:
    return make_person(session)


def tell(session: Session, person: Person, key: str, now: datetime) -> bool:
    return services.notify(session, person.id, NoticeKind.SELECTED, key, FACTS, now)


def only(session: Session) -> Notice:
    return session.scalars(select(Notice).execution_options(populate_existing=True)).one()


class TestNotify:
    def test_an_event_is_written_once_however_often_it_is_told(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        assert tell(session, alice, "selected:1", now)
        assert not tell(session, alice, "selected:1", now + timedelta(days=1))
        assert only(session).created_at == now

    def test_what_comes_after_a_double_notice_is_kept_in_the_same_transaction(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "selected:1", now)
        tell(session, alice, "selected:1", now)
        tell(session, alice, "selected:2", now)
        assert session.scalar(select(func.count()).select_from(Notice)) == 2

    def test_facts_become_plain_values(self, session: Session, alice: Person, now: datetime) -> None:
        number = uuid4()
        facts = FACTS | {
            "until": now,
            "starts_on": date(2026, 12, 1),
            "offering": number,
            "days": [(date(2026, 12, 1),)],
        }
        services.notify(session, alice.id, NoticeKind.SELECTED, "1", facts, now)
        session.expire_all()
        kept = only(session).facts
        assert kept["until"] == now.isoformat()
        assert kept["starts_on"] == "2026-12-01"
        assert kept["offering"] == str(number)
        assert kept["days"] == [["2026-12-01"]]

    def test_a_value_that_is_not_plain_is_refused(self) -> None:
        with pytest.raises(TypeError):
            plain({"what": object()})

    @pytest.mark.parametrize("key", ["", "x" * 256])
    def test_a_key_that_the_database_cannot_keep_is_refused(
        self, session: Session, alice: Person, now: datetime, key: str
    ) -> None:
        with pytest.raises(ValueError, match="key"):
            tell(session, alice, key, now)

    def test_a_notice_that_would_say_nothing_is_refused(self, session: Session, alice: Person, now: datetime) -> None:
        with pytest.raises(ValueError, match="activity, title_en"):
            services.notify(session, alice.id, NoticeKind.SELECTED, "1", {}, now)

    def test_eight_who_tell_the_same_event_at_once_write_it_once(self, database: Database, now: datetime) -> None:
        with database.transaction() as session:
            alice = make_person(session)

        def write(_number: int) -> bool:
            with database.transaction() as own:
                return tell(own, alice, "selected:1", now)

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(write, range(8))) == 1


class TestDue:
    def test_the_oldest_come_first_and_no_more_than_asked_for(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        for hours in (1, 3, 2):
            tell(session, alice, f"{hours}", now - timedelta(hours=hours))
        assert [taken.key for taken in services.due(session, now, 2)] == ["3", "2"]

    def test_what_was_taken_up_is_nobody_elses_until_the_lease_is_over(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "1", now)
        assert len(services.due(session, now, 10)) == 1
        assert services.due(session, now + services.LEASE - timedelta(seconds=1), 10) == []
        (again,) = services.due(session, now + services.LEASE, 10)
        assert again.tries == 2

    def test_what_was_put_back_is_due_at_once_and_was_not_tried(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 10)
        services.put_back(session, [taken.notice_id], now)
        (again,) = services.due(session, now, 10)
        assert again.tries == 1

    def test_what_was_sent_is_not_due_again(self, session: Session, alice: Person, now: datetime) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 10)
        services.record_sent(session, taken.notice_id, now)
        assert services.due(session, now + timedelta(days=30), 10) == []
        assert not tell(session, alice, "1", now)

    def test_two_workers_share_what_is_due_and_never_have_the_same(self, database: Database, now: datetime) -> None:
        with database.transaction() as session:
            alice = make_person(session)
            for number in range(30):
                tell(session, alice, str(number), now)

        def take(_worker: int) -> list[UUID]:
            taken: list[UUID] = []
            while True:
                with database.transaction() as own:
                    some = services.due(own, now, 3)
                if not some:
                    return taken
                taken += [notice.notice_id for notice in some]

        with ThreadPoolExecutor(4) as pool:
            taken = [notice for some in pool.map(take, range(4)) for notice in some]
        assert len(taken) == len(set(taken)) == 30


class TestFailures:
    def test_the_pauses_grow_up_to_six_hours(self) -> None:
        minutes = [services.pause(tries) // timedelta(minutes=1) for tries in range(1, 13)]
        assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
        assert services.pause(10_000) == services.LONGEST_PAUSE

    def test_a_failure_is_tried_again_after_its_pause(self, session: Session, alice: Person, now: datetime) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 1)
        at = services.record_failed(session, taken.notice_id, "E1", now)
        assert at == now + timedelta(minutes=1)
        assert services.due(session, now + timedelta(seconds=59), 1) == []
        assert len(services.due(session, at, 1)) == 1

    def test_it_is_given_up_after_five_days_and_not_before(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "1", now)
        moment: datetime | None = now
        last = now
        while moment is not None:
            (taken,) = services.due(session, moment, 1)
            last, moment = moment, services.record_failed(session, taken.notice_id, "E1", moment)
        assert timedelta(days=5) <= last - now < timedelta(days=5, hours=6)
        assert only(session).given_up_at == last
        assert services.due(session, last + timedelta(days=30), 1) == []

    def test_a_worker_that_stood_still_for_a_week_gives_nothing_up_at_its_first_try(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "1", now)
        later = now + timedelta(days=7)
        (taken,) = services.due(session, later, 1)
        assert services.record_failed(session, taken.notice_id, "E1", later) is not None

    def test_a_final_failure_is_given_up_at_once(self, session: Session, alice: Person, now: datetime) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 1)
        assert services.record_failed(session, taken.notice_id, "E1", now, failure=Failure.NO_MAILBOX) is None
        assert only(session).given_up_at == now

    def test_a_failure_told_after_it_was_sent_changes_nothing(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 1)
        services.record_sent(session, taken.notice_id, now)
        assert services.record_failed(session, taken.notice_id, "E1", now) is None
        assert only(session).error_id is None

    def test_what_is_pointless_is_given_up_and_is_no_failure(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "1", now)
        services.record_pointless(session, only(session).id, now)
        assert services.due(session, now + timedelta(days=1), 1) == []
        assert failed_notices(session) == ([], False)


class TestTryingAgain:
    def test_one_that_was_given_up_is_due_as_if_it_were_new(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 1)
        services.record_failed(session, taken.notice_id, "E1", now, failure=Failure.NO_MAILBOX)
        assert services.try_again(session, taken.notice_id, now)
        (again,) = services.due(session, now, 1)
        assert again.tries == 1

    def test_one_that_a_worker_may_be_at_is_left_alone(self, session: Session, alice: Person, now: datetime) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 1)
        services.record_failed(session, taken.notice_id, "E1", now)
        later = now + timedelta(minutes=1)
        services.due(session, later, 1)
        assert not services.try_again(session, taken.notice_id, later)
        assert services.due(session, later, 1) == []

    def test_one_that_was_sent_is_not_sent_again(self, session: Session, alice: Person, now: datetime) -> None:
        tell(session, alice, "1", now)
        services.record_sent(session, only(session).id, now)
        assert not services.try_again(session, only(session).id, now)

    def test_one_that_is_not_there_is_not_found(self, session: Session, now: datetime) -> None:
        with pytest.raises(NotFound):
            services.try_again(session, uuid4(), now)

    def test_all_that_failed_at_once(self, session: Session, alice: Person, now: datetime) -> None:
        for number in range(3):
            tell(session, alice, str(number), now)
        for taken in services.due(session, now, 2):
            services.record_failed(session, taken.notice_id, "E1", now, failure=Failure.NO_MAILBOX)
        assert services.try_all_again(session, now) == 2
        assert len(services.due(session, now, 10)) == 3


class TestForgetting:
    def test_leaves_who_what_and_when_of_what_was_sent_so_that_it_is_not_told_again(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        services.notify(session, alice.id, NoticeKind.SELECTED, "1", FACTS | {"offering": "x", "by": "Bob"}, now)
        services.record_sent(session, only(session).id, now)
        assert forget_texts(session, now + timedelta(days=180), 180, 10) == 0
        later = now + timedelta(days=180, seconds=1)
        assert (forget_texts(session, later, 180, 10), forget_texts(session, later, 180, 10)) == (1, 0)
        kept = only(session)
        assert (kept.facts, kept.forgotten_at) == ({"offering": "x"}, later)
        assert (kept.person_id, kept.kind, kept.key, kept.sent_at) == (alice.id, NoticeKind.SELECTED, "1", now)
        assert not tell(session, alice, "1", later)
        assert services.due(session, later, 10) == []

    def test_waits_for_what_was_neither_sent_nor_given_up(self, session: Session, alice: Person, now: datetime) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 1)
        services.record_failed(session, taken.notice_id, "E1", now)
        assert forget_texts(session, now + timedelta(days=999), 180, 10) == 0

    def test_ends_what_was_given_up_long_ago(self, session: Session, alice: Person, now: datetime) -> None:
        tell(session, alice, "1", now)
        (taken,) = services.due(session, now, 1)
        services.record_failed(session, taken.notice_id, "E1", now, Failure.NO_MAILBOX)
        later = now + timedelta(days=181)
        assert forget_texts(session, later, 180, 10) == 1
        assert failed_notices(session) == ([], False)
        assert state_of_post(session).given_up == 0
        assert not services.try_again(session, taken.notice_id, later)

    def test_takes_so_many_at_once(self, session: Session, alice: Person, now: datetime) -> None:
        for number in range(3):
            tell(session, alice, str(number), now)
        for taken in services.due(session, now, 3):
            services.record_sent(session, taken.notice_id, now)
        assert [forget_texts(session, now + timedelta(days=2), 1, 2) for _ in range(3)] == [2, 1, 0]


class TestQueries:
    def test_failures_are_listed_the_newest_first_with_who_and_when(
        self, session: Session, alice: Person, now: datetime
    ) -> None:
        for number in range(3):
            tell(session, alice, str(number), now + timedelta(minutes=number))
        final, retried, _ = services.due(session, now + timedelta(hours=1), 3)
        services.record_failed(session, final.notice_id, "E1", now, failure=Failure.NO_MAILBOX)
        services.record_failed(session, retried.notice_id, "E2", now)
        (second, first), has_more = failed_notices(session)
        assert not has_more
        assert (first.error_id, first.next_try_at, first.email) == ("E1", None, alice.email)
        assert (second.error_id, second.next_try_at) == ("E2", now + timedelta(minutes=1))
        assert len(failed_notices(session, 2)[0]) == 0 < PAGE

    def test_the_state_counts_each_notice_once(self, session: Session, alice: Person, now: datetime) -> None:
        for number in range(6):
            tell(session, alice, str(number), now + timedelta(seconds=number))
        sent, final, retried, pointless = services.due(session, now + timedelta(hours=1), 4)
        services.record_sent(session, sent.notice_id, now)
        services.record_failed(session, final.notice_id, "E1", now, failure=Failure.NO_MAILBOX)
        services.record_failed(session, retried.notice_id, "E2", now)
        services.record_pointless(session, pointless.notice_id, now)
        post = state_of_post(session)
        assert (post.sent, post.waiting, post.failing, post.given_up) == (1, 2, 1, 1)
        assert post.oldest_waiting_at == now + timedelta(seconds=2)

    def test_where_nothing_was_written_nothing_waits(self, session: Session) -> None:
        assert state_of_post(session).oldest_waiting_at is None


def test_moments_of_notices_are_aware() -> None:
    assert plain({"until": datetime(2026, 1, 1, tzinfo=UTC)}) == {"until": "2026-01-01T00:00:00+00:00"}
