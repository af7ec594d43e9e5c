"""Mail leaves by a server or as files: whole, in one connection, with headers that nobody can break out of."""

import stat
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from courses.notices.kinds import Failure
from lms.config import ConfigError, Settings, load_settings
from lms.mail import Enclosure, Letter, MailServerAway, NotTaken, message_of, opened_mail, where_to
from lms.mail_settings import server_of
from tests.mail_server import HANGS_UP, SILENT, mail_server

LETTER = Letter(
    number="018f-1", to_name="Alicia Muñoz", to_address="alice@example.org", language="es",
    subject="Ha sido seleccionada", text="Estimada Alicia:\n\n.empieza con un punto\n" + "ñ" * 1200,
    html="<p>Estimada Alicia</p>",
)  # fmt: skip

KNOWS = "250-hello\r\n250-8BITMIME\r\n250 SMTPUTF8"
"""What a server says that takes addresses beyond ASCII."""


def settings_for(port: int = 0, folder: Path = Path("var"), **more: object) -> Settings:
    address = {"mail_url": f"smtp://127.0.0.1:{port}", "mail_from": "The institute <no-reply@example.org>"}
    return load_settings({}, folder=folder, mail_timeout=1, **(address if port else {}), **more)


class TestAServer:
    def test_a_letter_arrives_as_it_was_written(self, now: datetime) -> None:
        letter = replace(
            LETTER, enclosures=(Enclosure("activity.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "REQUEST"),)
        )
        with mail_server() as post:
            settings = settings_for(post.port, mail_reply_to="training@example.org")
            with opened_mail(settings) as send:
                send(message_of(letter, settings, now))
        (message,) = post.messages
        assert message["From"] == "The institute <no-reply@example.org>"
        assert message["To"] == "Alicia Muñoz <alice@example.org>"
        assert message["Reply-To"] == "training@example.org"
        assert message["Subject"] == "Ha sido seleccionada"
        assert message["Message-ID"] == "<018f-1@localhost>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Content-Language"] == letter.language
        assert message["Date"].datetime == now
        plain, html = (message.get_body([kind]) for kind in ("plain", "html"))
        assert plain is not None
        assert html is not None
        assert plain.get_content().replace("\r\n", "\n").strip() == letter.text
        assert html.get_content().strip() == letter.html
        (calendar,) = message.iter_attachments()
        assert calendar.get_content_type() == "text/calendar"
        assert calendar.get_param("method") == "REQUEST"
        assert calendar.get_payload(decode=True) == letter.enclosures[0].data

    def test_a_batch_takes_one_connection_and_says_good_bye(self, now: datetime) -> None:
        with mail_server() as post:
            settings = settings_for(post.port)
            with opened_mail(settings) as send:
                for number in range(3):
                    send(message_of(replace(LETTER, number=str(number)), settings, now))
        assert (post.connections, len(post.messages), post.commands[-1].upper()) == (1, 3, "QUIT")

    @pytest.mark.parametrize(
        ("answer", "failure"),
        [("550 no such mailbox", Failure.NO_MAILBOX), ("554 no relaying", None), ("451 later", None)],
    )
    def test_a_refused_recipient_keeps_the_others_not_back(
        self, now: datetime, answer: str, failure: Failure | None
    ) -> None:
        with mail_server(**{"RCPT_TO:<NOBODY": answer}) as post:
            settings = settings_for(post.port)
            with opened_mail(settings) as send:
                with pytest.raises(NotTaken) as refused:
                    send(message_of(replace(LETTER, to_address="nobody@example.org"), settings, now))
                send(message_of(LETTER, settings, now))
        assert refused.value.failure is failure
        assert len(post.messages) == 1

    def test_a_refused_text_may_be_taken_later(self, now: datetime) -> None:
        with mail_server(DATA="554 too much mail today") as post:
            settings = settings_for(post.port)
            with opened_mail(settings) as send, pytest.raises(NotTaken) as refused:
                send(message_of(LETTER, settings, now))
        assert refused.value.failure is None

    @pytest.mark.parametrize("answers", [{"DATA": HANGS_UP}, {"MAIL": SILENT}, {"MAIL": "530 sign in first"}])
    def test_a_server_that_goes_away_is_slow_or_refuses_us_is_away(
        self, now: datetime, answers: dict[str, str]
    ) -> None:
        with mail_server(**answers) as post:
            settings = settings_for(post.port)
            with opened_mail(settings) as send, pytest.raises(MailServerAway):
                send(message_of(LETTER, settings, now))
            post.released.set()

    def test_a_server_that_knows_them_gets_addresses_beyond_ascii_as_they_are(self, now: datetime) -> None:
        letter = replace(LETTER, to_name="Jürgen Müller, Dr", to_address="jürgen@exämple.org")
        written = message_of(letter, settings_for(), now)
        with mail_server(EHLO=KNOWS) as post, opened_mail(settings_for(post.port)) as send:
            send(written)
        (begun,) = [command for command in post.commands if command.upper().startswith("MAIL")]
        assert "SMTPUTF8" in begun.upper().split()
        assert "RCPT TO:<jürgen@xn--exmple-cua.org>" in {command.replace("rcpt", "RCPT") for command in post.commands}
        (message,) = post.messages
        assert "jürgen@xn--" in str(message["To"]).encode(errors="surrogateescape").decode()
        assert "jürgen@xn--" in written.as_bytes().decode()

    @pytest.mark.parametrize(
        "answers",
        [
            {}, {"RCPT_TO:<J": "553 5.6.7 no such letters here"}, {"MAIL": "550 5.6.7 no"}, {"DATA": "554 5.6.7 no"},
        ],
    )  # fmt: skip
    def test_a_server_that_does_not_know_them_refuses_for_good_and_goes_on(
        self, now: datetime, answers: dict[str, str]
    ) -> None:
        knows = {"EHLO": KNOWS} if answers else {}
        with mail_server(**knows, **answers) as post:
            settings = settings_for(post.port)
            with opened_mail(settings) as send:
                with pytest.raises(NotTaken) as refused:
                    send(message_of(replace(LETTER, to_address="jürgen@example.org"), settings, now))
                if not answers:
                    send(message_of(LETTER, settings, now))
        assert refused.value.failure is Failure.LETTERS_BEYOND_ASCII
        assert len(post.messages) == (0 if answers else 1)

    def test_a_port_where_nobody_listens_is_away(self) -> None:
        with mail_server() as post:
            pass
        with pytest.raises(MailServerAway), opened_mail(settings_for(post.port)):
            pass

    def test_a_server_that_asks_for_no_password_gets_none(self, now: datetime) -> None:
        with mail_server() as post:
            settings = settings_for(
                mail_url=f"smtp://someone:s3cret-word@127.0.0.1:{post.port}", mail_from="a@example.org"
            )
            with pytest.raises(MailServerAway) as refused, opened_mail(settings):
                pass
        assert "s3cret-word" not in str(refused.value)
        assert not any("s3cret" in command for command in post.commands)

    def test_beyond_this_machine_nothing_goes_out_without_tls(self) -> None:
        assert server_of("smtp://mail.example.org").needs_tls
        assert not server_of("smtp://mail.example.org?tls=no").needs_tls
        assert server_of("smtps://mail.example.org").port == 465

    def test_a_server_without_tls_gets_nothing_where_tls_is_wanted(
        self, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lms.mail_settings.LOCAL", frozenset())
        with mail_server() as post, pytest.raises(MailServerAway), opened_mail(settings_for(post.port)):
            pass
        assert not any(command.upper().startswith("MAIL") for command in post.commands)


class TestHeaders:
    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
    def test_nothing_in_a_letter_begins_a_header_of_its_own(self, now: datetime, end: str) -> None:
        evil = f"Alice{end}Bcc: everybody@example.net{end}{end}<p>hello"
        message = message_of(replace(LETTER, to_name=evil, subject=evil), settings_for(), now)
        read = message_from_bytes(message.as_bytes(), policy=policy.SMTP)
        assert read["Bcc"] is None
        assert read["Subject"].startswith("Alice Bcc: everybody@example.net")
        assert [address.addr_spec for address in read["To"].addresses] == ["alice@example.org"]

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "alice",
            "a@b@example.org",
            "alice@example.org\r\nBcc: b@example.org",
            "@example.org",
            "a b@x.org",
            "ü b@x.org",
            "ü,b@x.org",
            "ü\u200bb@x.org",
            "a@ex\u2028.org",
            "a@ä..org",
        ],
    )
    def test_what_is_no_address_is_never_written_to(self, now: datetime, address: str) -> None:
        with pytest.raises(NotTaken) as refused:
            message_of(replace(LETTER, to_address=address), settings_for(), now)
        assert refused.value.failure is Failure.ADDRESS_UNUSABLE

    def test_a_domain_beyond_ascii_is_written_as_servers_read_it(self, now: datetime) -> None:
        message = message_of(replace(LETTER, to_address="alice@exämple.org"), settings_for(), now)
        assert message["To"].addresses[0].addr_spec == "alice@xn--exmple-cua.org"
        message = message_of(replace(LETTER, to_address="alice@straße.example.org"), settings_for(), now)
        assert message["To"].addresses[0].domain == "xn--strae-oqa.example.org"

    def test_the_same_notice_bears_the_same_name_at_every_try(self, now: datetime) -> None:
        ids = {
            message_of(LETTER, settings_for(base_url="https://learn.example.org", content_host="x.example.net"), now)[
                "Message-ID"
            ]
            for _ in range(2)
        }
        assert ids == {"<018f-1@learn.example.org>"}


class TestTheFolder:
    def test_without_a_server_letters_are_files_of_this_account_alone(self, now: datetime, tmp_path: Path) -> None:
        settings = settings_for(folder=tmp_path)
        for _ in range(2):
            with opened_mail(settings) as send:
                send(message_of(LETTER, settings, now))
        (path,) = (tmp_path / "mail").iterdir()
        assert path.name == "018f-1.eml"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert message_from_bytes(path.read_bytes(), policy=policy.SMTP)["Subject"] == LETTER.subject
        assert where_to(settings) == f"{tmp_path.resolve()}/mail/"


class TestTheSettings:
    @pytest.mark.parametrize(
        "url",
        [
            "mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org:99999", "smtp://h/path",
            "smtp://h?tls=yes", "smtp://me:secret@h?tls=no", "smtps://h?tls=no", "smtp://h?a=b",
        ],
    )  # fmt: skip
    def test_an_address_that_makes_no_sense_stops_the_start_and_shows_no_password(self, url: str) -> None:
        with pytest.raises(ConfigError, match="LMS_MAIL_URL") as refused:
            load_settings({}, mail_url=url, mail_from="a@example.org")
        assert "secret" not in str(refused.value)

    def test_a_server_wants_a_name_that_letters_bear(self) -> None:
        with pytest.raises(ConfigError, match="LMS_MAIL_FROM"):
            load_settings({}, mail_url="smtp://localhost")

    @pytest.mark.parametrize("name", ["mail_from", "mail_reply_to"])
    def test_a_name_that_is_no_mailbox_stops_the_start(self, name: str) -> None:
        with pytest.raises(ConfigError, match=f"LMS_{name.upper()}"):
            load_settings({}, **{name: "nobody"})

    def test_a_password_may_hold_signs_and_is_never_shown(self) -> None:
        url = "smtp://me%40example.org:p%2Fw%3A@mail.example.org:2525"
        server = server_of(url)
        assert (server.user, server.password, server.port) == ("me@example.org", "p/w:", 2525)
        settings = load_settings({}, mail_url=url, mail_from="a@example.org")
        assert "p/w" not in repr(server)
        assert "p%2Fw" not in repr(settings)
        assert where_to(settings) == "mail.example.org:2525"
