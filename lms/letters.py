"""A notice as a letter: its words in the person's language, as text and as HTML, with links of this platform only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask_babel import force_locale, gettext
from markupsafe import Markup, escape

from courses.catalogue.names import Names
from courses.notices.kinds import NoticeKind, Plain
from courses.notices.services import Due
from lms.config import Settings
from lms.mail import Enclosure, Letter, sender_of
from lms.notice_values import facts_shown, moment_in, text, values_of
from lms.wording_notice_names import kind_name
from lms.wording_notices import ENCLOSED, PAGES, WORDINGS, Words, closing, filled, greeting, lines_of

ENDS_WITH = {
    NoticeKind.SESSION_REMINDER: "starts_at",
    NoticeKind.CONFIRMATION_REMINDER: "until",
    NoticeKind.ENDORSEMENT_ASKED: "until",
}
"""The moment after which a notice says nothing that still matters."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Calendar files of a letter, and what they are for: `request`, `changed` or `cancel`."""

    purpose: str
    files: tuple[Enclosure, ...]


def letter_of(
    due: Due, settings: Settings, names: Names, enclosed: Enclosed | None = None, language: str | None = None
) -> Letter:
    """Return the letter of a notice in the person's language, or in another one to be looked at.

    Raises:
        ValueError: there is no such kind of notice.
    """
    chosen = language or due.person.language.value
    with force_locale(chosen):
        words = words_of(due, settings, names, enclosed)
    return Letter(
        number=str(due.notice_id), to_name=due.person.name, to_address=due.person.email, language=chosen,
        subject=words.subject, text=as_text(words), html=as_html(words, chosen),
        enclosures=enclosed.files if enclosed else (),
    )  # fmt: skip


def words_of(due: Due, settings: Settings, names: Names, enclosed: Enclosed | None) -> Words:
    """Return what a notice says, in the language at hand."""
    kind = NoticeKind(due.kind)
    wording = WORDINGS[kind]
    values = values_of(due.facts, names)
    lines = [*wording.lines, *([ENCLOSED[enclosed.purpose]] if enclosed else [])]
    sender = sender_of(settings)
    return Words(
        subject=filled(wording.subject, values) or kind_name(kind),
        greeting=greeting(due.person.name),
        paragraphs=lines_of(lines, values),
        facts=tuple(facts_shown(kind, due.facts)),
        link=settings.address + path_of(wording.page, due.facts),
        link_text=str(PAGES[wording.page]),
        closing=closing(sender.display_name or sender.addr_spec, is_answered=bool(settings.mail_reply_to)),
    )


def path_of(page: str, facts: Mapping[str, Plain]) -> str:
    """Return the path of the page to which a letter leads; where its fact is missing, the nearest one above."""
    known = {
        name: quote(text(facts, name), safe="")
        for name in ("activity", "application", "offering", "claim", "course", "person")
    }
    paths = {
        "activity": ("/activities", known["activity"]),
        "application": ("/applications", known["application"]),
        "nominations": ("/coordinator/nominations", known["offering"]),
        "claim": ("/my/record/claims" if known["claim"] else "/my/record", known["claim"]),
        "reviewed": ("/admin/claims", known["claim"]),
        "person": ("/people", known["person"]),
        "profile": ("/profile/status", ""),
        "course": ("/courses", known["course"]),
        "home": ("/", ""),
    }
    above, own = paths[page]
    return f"{above}/{own}" if own else above


def is_past(due: Due, now: datetime) -> bool:
    """Tell whether a notice comes too late to say anything: its session has begun, its deadline is over."""
    name = {str(kind): name for kind, name in ENDS_WITH.items()}.get(due.kind)
    moment = moment_in(due.facts, name) if name else None
    return moment is not None and moment <= now


def as_text(words: Words) -> str:
    """Return the letter for readers of plain text."""
    colon = gettext(": ")
    facts = "\n".join(f"{name}{colon}{value}" for name, value in words.facts)
    link = f"{words.link_text}{colon}{words.link}"
    parts = [words.greeting, *words.paragraphs, facts, link, "\n".join(words.closing[:2]), *words.closing[2:]]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(words: Words, language: str) -> str:
    """Return the letter as a plain page: one column, a heading, no images, nothing loaded from anywhere."""
    paragraph = Markup("<p>{}</p>\n")
    facts = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>\n").format(*pair) for pair in words.facts)
    signed = _broken(words.closing[:2])
    return PAGE.format(
        language=language,
        subject=words.subject,
        greeting=words.greeting,
        paragraphs=Markup("").join(paragraph.format(_broken(line.splitlines())) for line in words.paragraphs),
        facts=Markup("<dl>\n{}</dl>\n").format(facts) if words.facts else "",
        link=words.link,
        link_text=words.link_text,
        signed=signed,
        notes=Markup("").join(Markup("<p><small>{}</small></p>\n").format(line) for line in words.closing[2:]),
    )


def _broken(lines: Sequence[str]) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in lines)


PAGE = Markup("""<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{subject}</title></head>
<body>
<h1>{subject}</h1>
<p>{greeting}</p>
{paragraphs}{facts}<p><a href="{link}">{link_text}</a></p>
<p>{signed}</p>
{notes}</body>
</html>
""")
