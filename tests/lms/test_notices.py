"""Letters: in each person's language, one for each event, whoever fails, however many workers there are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import select

from courses.applications import services
from courses.applications.models import Application, State
from courses.notices.kinds import Failure, NoticeKind
from courses.notices.models import Notice
from courses.notices.services import LEASE, notify
from courses.offerings.models import Dating, Offering, OfferingChange, OfferingDay, OfferingState
from courses.offerings.services import Ask
from courses.offerings.sessions import remove_session
from courses.offerings.telling import activity_facts
from courses.people.models import Language, Person
from lms import posting
from lms.application import create_site
from lms.config import Settings
from lms.mail import where_to
from lms.posting import send_notices
from lms.site import Site
from lms.tasks import forget_letters, lapse_places, remind
from tests.applications_builders import administrator, make_application, official, open_activity, selected
from tests.builders import NOW, make_person
from tests.mail_server import HANGS_UP, mail_server
from tests.notices_builders import FACTS
from tests.offerings_builders import make_offering, make_session


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """Return an installation that keeps letters as files."""
    opened = create_site(settings)
    yield opened
    opened.database.close()


@pytest.fixture(autouse=True)
def _at_a_fixed_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def someone(site: Site, **facts: object) -> Person:
    with site.database.transaction() as session:
        return make_person(session, **facts)


def tell(site: Site, person: Person, key: str = "1", kind: NoticeKind = NoticeKind.SELECTED, **facts: object) -> None:
    with site.database.transaction() as session:
        notify(session, person.id, kind, key, FACTS | facts, NOW)


def kept(site: Site) -> list[EmailMessage]:
    """Return the letters of the folder, in the order of their notices."""
    folder = site.settings.folder / "mail"
    paths = sorted(folder.glob("*.eml")) if folder.exists() else []
    read = [message_from_bytes(path.read_bytes(), policy=policy.SMTP) for path in paths]
    return [message for message in read if isinstance(message, EmailMessage)]


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body([kind])
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def notices(site: Site) -> list[Notice]:
    with site.database.reading() as session:
        found = list(session.scalars(select(Notice).order_by(Notice.id)))
        session.expunge_all()
        return found


def served_by(site: Site, port: int) -> Site:
    """Return the same installation with a mail server."""
    settings = replace(
        site.settings, mail_url=f"smtp://127.0.0.1:{port}", mail_from="Institute <no-reply@example.org>", mail_timeout=2
    )
    return replace(site, settings=settings)


class TestSending:
    def test_each_person_reads_it_in_the_own_language_and_once(self, site: Site) -> None:
        for number, language in enumerate(Language):
            tell(site, someone(site, language=language), str(number))
        assert send_notices(site) == 3
        assert send_notices(site) == 0
        letters = kept(site)
        assert [letter["Content-Language"] for letter in letters] == ["en", "fr", "es"]
        for letter, title in zip(letters, ("Seminar on services", "Séminaire", "Seminario"), strict=True):
            assert title in letter["Subject"]
        assert all(notice.sent_at == NOW for notice in notices(site))

    def test_the_message_is_named_after_its_notice(self, site: Site) -> None:
        tell(site, someone(site))
        send_notices(site)
        assert kept(site)[0]["Message-ID"] == f"<{notices(site)[0].id}@localhost>"

    def test_four_workers_send_each_notice_once(self, site: Site) -> None:
        alice = someone(site)
        for number in range(24):
            tell(site, alice, str(number))
        with mail_server() as post, ThreadPoolExecutor(4) as pool:
            served = served_by(site, post.port)
            assert sum(pool.map(lambda _number: send_notices(served), range(4))) == 24
        ids = [message["Message-ID"] for message in post.messages]
        assert len(ids) == len(set(ids)) == 24

    def test_a_worker_that_dies_before_noting_sends_it_again_under_the_same_name(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*_: object) -> None:
            raise KeyboardInterrupt

        tell(site, someone(site))
        with mail_server() as post:
            served = served_by(site, post.port)
            with monkeypatch.context() as patch:
                patch.setattr(posting.services, "record_sent", die)
                with pytest.raises(KeyboardInterrupt):
                    send_notices(served)
            assert send_notices(served) == 0
            with time_machine.travel(NOW + LEASE, tick=False):
                assert send_notices(served) == 1
                assert send_notices(served) == 0
        first, second = post.messages
        assert first["Message-ID"] == second["Message-ID"]

    def test_who_is_told_to_stop_leaves_the_rest_to_the_next(self, site: Site) -> None:
        alice = someone(site)
        tell(site, alice, "1")
        tell(site, alice, "2")
        answers = iter([False, False, True, True])
        assert send_notices(site, lambda: next(answers)) == 1
        assert send_notices(site) == 1

    def test_a_closed_account_gets_no_letters(self, site: Site) -> None:
        tell(site, someone(site, is_active=False))
        assert send_notices(site) == 0
        assert notices(site)[0].given_up_at == NOW

    def test_an_invented_person_is_never_written_to_by_a_server(self, site: Site) -> None:
        tell(site, someone(site, is_demonstration=True))
        with mail_server() as post:
            send_notices(served_by(site, post.port))
        assert post.messages == []

    def test_a_reminder_of_what_is_over_is_not_sent(self, site: Site) -> None:
        tell(site, someone(site), kind=NoticeKind.SESSION_REMINDER, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
        assert send_notices(site) == 0
        assert kept(site) == []


class TestFailing:
    def test_a_server_that_is_away_loses_nothing(self, site: Site) -> None:
        alice = someone(site)
        for number in range(3):
            tell(site, alice, str(number))
        with mail_server(EHLO=HANGS_UP, HELO=HANGS_UP) as post:
            assert send_notices(served_by(site, post.port)) == 0
        tried = [notice.tries for notice in notices(site)]
        assert tried == [1, 0, 0]
        with mail_server() as post, time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            assert send_notices(served_by(site, post.port)) == 3

    def test_a_mailbox_that_does_not_exist_is_given_up_and_keeps_nobody_back(self, site: Site) -> None:
        tell(site, someone(site, email="nobody@example.org"), "1")
        tell(site, someone(site), "2")
        with mail_server(**{"RCPT_TO:<NOBODY": "550 no such mailbox"}) as post:
            assert send_notices(served_by(site, post.port)) == 1
        given_up, sent = notices(site)
        assert given_up.given_up_at == NOW
        assert given_up.error_id
        assert sent.sent_at == NOW

    def test_an_address_that_the_server_does_not_know_is_given_up_with_its_reason(self, site: Site) -> None:
        tell(site, someone(site, email="jürgen@example.org"), "1")
        tell(site, someone(site), "2")
        with mail_server() as post:
            assert send_notices(served_by(site, post.port)) == 1
        given_up, sent = notices(site)
        assert (given_up.given_up_at, given_up.failure, given_up.tries) == (NOW, Failure.LETTERS_BEYOND_ASCII, 1)
        assert sent.sent_at == NOW

    def test_a_letter_that_cannot_be_written_keeps_nobody_back(self, site: Site) -> None:
        alice = someone(site)
        tell(site, alice, "1")
        tell(site, alice, "2")
        with site.database.transaction() as session:
            session.scalars(select(Notice).order_by(Notice.id)).first().kind = "of a later release"
        assert send_notices(site) == 1
        assert notices(site)[0].error_id


class TestCalendars:
    @pytest.fixture
    def alice(self, site: Site) -> Person:
        return someone(site)

    @pytest.fixture
    def offering(self, site: Site) -> Offering:
        with site.database.transaction() as session:
            return make_offering(session, ranges=[(date(2027, 3, 1), date(2027, 3, 5))])

    def place(self, site: Site, person: Person, offering: Offering, state: State) -> None:
        with site.database.transaction() as session:
            session.add(
                Application(person_id=person.id, offering_id=offering.id, state=state, language="en", created_at=NOW)
            )

    def tell(self, site: Site, person: Person, offering: Offering, kind: NoticeKind) -> list[Calendar]:
        """Tell the person of an event; return the calendar files of the letter."""
        with site.database.transaction() as session:
            notify(session, person.id, kind, f"{kind}", activity_facts(offering), NOW)
        assert send_notices(site) == 1
        files = [part.get_payload(decode=True) for part in kept(site)[-1].iter_attachments()]
        return [Calendar.from_ical(data) for data in files]

    @pytest.mark.parametrize(
        ("kind", "state", "status"),
        [(NoticeKind.SELECTED, State.SELECTED, "TENTATIVE"), (NoticeKind.CONFIRMED, State.CONFIRMED, "CONFIRMED")],
    )
    def test_who_has_a_place_gets_the_dates(
        self, site: Site, alice: Person, offering: Offering, kind: NoticeKind, state: State, status: str
    ) -> None:
        self.place(site, alice, offering, state)
        (calendar,) = self.tell(site, alice, offering, kind)
        (event,) = calendar.events
        assert (calendar["METHOD"], event["STATUS"], event.start) == ("REQUEST", status, date(2027, 3, 1))
        assert event["ATTENDEE"] == f"mailto:{alice.email}"
        assert "calendar file" in text_of(kept(site)[-1])

    def test_who_only_applies_gets_no_dates_of_a_change(self, site: Site, alice: Person, offering: Offering) -> None:
        self.place(site, alice, offering, State.SUBMITTED)
        assert self.tell(site, alice, offering, NoticeKind.ACTIVITY_CHANGED) == []

    def test_who_withdraws_has_the_dates_taken_out(self, site: Site, alice: Person, offering: Offering) -> None:
        self.place(site, alice, offering, State.CONFIRMED)
        (given,) = self.tell(site, alice, offering, NoticeKind.CONFIRMED)
        (taken,) = self.tell(site, alice, offering, NoticeKind.WITHDRAWN)
        assert taken["METHOD"] == "CANCEL"
        assert [event["UID"] for event in taken.events] == [event["UID"] for event in given.events]

    def test_a_place_given_confirmed_lost_and_given_anew_counts_up(self, site: Site) -> None:
        with site.database.transaction() as session:
            admin, alice = administrator(session), official(session)
            offering = open_activity(session)
            application = selected(session, alice, offering, admin)
        send_notices(site)
        for act in (services.confirm, services.withdraw):
            with site.database.transaction() as session:
                act(session, session.get_one(Person, alice.id), application.id, NOW)
            send_notices(site)
        with site.database.transaction() as session:
            selected(session, session.get_one(Person, alice.id), offering, session.get_one(Person, admin.id))
        send_notices(site)
        files = [part.get_payload(decode=True) for letter in kept(site) for part in letter.iter_attachments()]
        calendars = [Calendar.from_ical(data) for data in files]
        assert [calendar["METHOD"] for calendar in calendars] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
        assert [calendar.events[0].sequence for calendar in calendars] == [0, 1, 2, 3]
        assert len({event["UID"] for calendar in calendars for event in calendar.events}) == 1

    def test_who_withdraws_has_them_taken_out_also_when_the_letter_that_gave_them_is_forgotten(
        self, site: Site, alice: Person, offering: Offering
    ) -> None:
        self.place(site, alice, offering, State.CONFIRMED)
        self.tell(site, alice, offering, NoticeKind.CONFIRMED)
        for days, forgotten in ((0, 0), (180, 0), (20, 1)):
            told = replace(site, settings=replace(site.settings, letter_days=days))
            with time_machine.travel(NOW + timedelta(days=30), tick=False):
                assert forget_letters(told) == forgotten
        (taken,) = self.tell(site, alice, offering, NoticeKind.WITHDRAWN)
        assert taken["METHOD"] == "CANCEL"

    def test_who_had_no_dates_has_none_taken_out(self, site: Site, alice: Person, offering: Offering) -> None:
        self.place(site, alice, offering, State.WITHDRAWN)
        assert self.tell(site, alice, offering, NoticeKind.WITHDRAWN) == []

    def test_dates_that_become_a_month_are_taken_out(self, site: Site, alice: Person, offering: Offering) -> None:
        self.place(site, alice, offering, State.CONFIRMED)
        (given,) = self.tell(site, alice, offering, NoticeKind.CONFIRMED)
        with site.database.transaction() as session:
            changed = session.get_one(Offering, offering.id)
            changed.dating, changed.month_from, changed.sequence = Dating.MONTH, "2027-05", 1
            before = {"dating": "days", "days": [["2027-03-01", "2027-03-05"]]}
            session.add(OfferingChange(offering_id=offering.id, changed_at=NOW, before=before, after={}))
            for day in session.scalars(select(OfferingDay)):
                session.delete(day)
        (taken,) = self.tell(site, alice, offering, NoticeKind.ACTIVITY_CHANGED)
        assert (taken["METHOD"], taken.events[0]["UID"]) == ("CANCEL", given.events[0]["UID"])
        assert taken.events[0].sequence > given.events[0].sequence

    def test_a_session_that_was_removed_is_taken_out_while_the_other_stays(
        self, site: Site, alice: Person, offering: Offering
    ) -> None:
        self.place(site, alice, offering, State.CONFIRMED)
        with site.database.transaction() as session:
            first, second = (make_session(session, offering, NOW + timedelta(days=day)) for day in (9, 10))
        self.tell(site, alice, offering, NoticeKind.CONFIRMED)
        with site.database.transaction() as session:
            remove_session(session, (offering.id, second.id), Ask(None), NOW)
        present, gone = self.tell(site, alice, offering, NoticeKind.ACTIVITY_CHANGED)
        assert f"{offering.id}.{first.id}@localhost" in {event["UID"] for event in present.events}
        assert [event["UID"] for event in gone.events] == [f"{offering.id}.{second.id}@localhost"]
        assert (gone["METHOD"], gone.events[0]["STATUS"], gone.events[0].sequence) == ("CANCEL", "CANCELLED", 1)

    def test_a_cancelled_activity_is_taken_out_with_a_higher_sequence(
        self, site: Site, alice: Person, offering: Offering
    ) -> None:
        self.place(site, alice, offering, State.CONFIRMED)
        (given,) = self.tell(site, alice, offering, NoticeKind.CONFIRMED)
        with site.database.transaction() as session:
            changed = session.get_one(Offering, offering.id)
            changed.state, changed.sequence = OfferingState.CANCELLED, 1
        (taken,) = self.tell(site, alice, offering, NoticeKind.ACTIVITY_CANCELLED)
        assert taken.events[0]["STATUS"] == "CANCELLED"
        assert taken.events[0].sequence > given.events[0].sequence


def test_without_a_server_letters_stand_in_the_folder(site: Site, tmp_path: Path) -> None:
    assert where_to(site.settings) == f"{tmp_path / 'var' / 'mail'}/"


def test_the_rounds_call_a_place_to_mind_then_take_it_back(site: Site) -> None:
    with site.database.transaction() as session:
        offering, person = make_offering(session), make_person(session)
        facts = {
            "state": State.SELECTED,
            "selected_at": NOW - timedelta(days=6),
            "confirm_until": NOW + timedelta(days=1),
        }
        make_application(session, person, offering, **facts)
    assert (remind(site), remind(site), lapse_places(site)) == (1, 0, 0)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert (remind(site), lapse_places(site), lapse_places(site)) == (0, 1, 0)
    assert [notice.kind for notice in notices(site)] == [NoticeKind.CONFIRMATION_REMINDER, NoticeKind.LAPSED]
