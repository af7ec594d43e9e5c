"""What people of the demonstration already have: guidelines of steps, claims with documents, tables of past years."""

import csv
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import select

from courses.enrolment import past_imports
from courses.enrolment.past_imports import TableFacts
from courses.people.models import Language, Person
from courses.progression.record import Category
from courses.progression.steps import parse_step
from courses.records import guidelines, status_claims
from courses.records.claim_services import decide_claim, open_claim, submit_claim
from courses.records.claims import Action, ClaimFacts, Verdict
from courses.records.dates import DateOrder
from courses.records.evidence import Document, add_evidence
from courses.records.models import ClaimReason
from lms.demo.cast import Cast
from lms.demo.pdf import Chapter, pdf_of
from lms.demo.publishing import keep_all
from lms.past_tables import preview_of

GUIDELINES = Path(__file__).resolve().parent / "guidelines.json"
IN_FORCE_SINCE, TWO_YEARS = timedelta(days=400), timedelta(days=730)
HEADINGS = ("Email", "Name", "Country", "Title", "Date", "Steps", "Mark", "Result")
SOURCE = "Lists of participants of the institute"
CUSTOMS = "I served three years in the committee that put the trade facilitation agreement into force in our customs."
DELEGATION = (
    "For four years I have followed the regular work of the councils and committees for our delegation, and I wrote "
    "our notifications on goods and services. I attach the letter of my head of division."
)
TAUGHT = "I have taught trade policy to our civil servants for two years, agreement by agreement."
GRANTED_NOTE = "The letter of the committee shows it. It counts for two years."
RETURNED_NOTE = "Please add the programme of your lectures: the letter does not say what they covered."

Row = tuple[str, ...]


def tell_records(cast: Cast) -> None:
    """Write guidelines, let people claim what they know, and send the tables of two years."""
    write_guidelines(cast)
    tell_claims(cast)
    send_documents_of_status(cast)
    import_tables(cast)


def write_guidelines(cast: Cast) -> None:
    """Write what a person must master at the end of some steps."""
    for one in json.loads(GUIDELINES.read_text("utf-8")):
        outcomes = tuple(guidelines.Outcome(*row) for row in one["outcomes"])
        since = cast.now - IN_FORCE_SINCE
        facts = guidelines.GuidelineFacts(
            step=parse_step(one["step"]), outcomes=outcomes, in_force_from=since.date(), based_on=0
        )
        guidelines.add_version(cast.session, cast.administrator, facts, since)


def tell_claims(cast: Cast) -> None:
    """Let the learner have one claim granted and one under review, and somebody else one that was returned."""
    step = "2·specialist·trade facilitation"
    granted = _claim(cast, cast.learner, ClaimFacts((parse_step(step),), CUSTOMS), cast.ago(90))
    verdict = Verdict(
        action=Action.GRANT, reason=ClaimReason.EXPERIENCE, steps=(parse_step(step),), note=GRANTED_NOTE,
        expires_on=(cast.now + TWO_YEARS).date(),
    )  # fmt: skip
    decide_claim(cast.session, cast.administrator, granted, verdict, None, cast.ago(82))
    generalist = (parse_step("2·generalist"),)
    _claim(cast, cast.learner, ClaimFacts(generalist, DELEGATION), cast.ago(3))
    returned = _claim(
        cast, cast.officials(["GH"], Language.EN, 1, each=1)[0], ClaimFacts(generalist, TAUGHT), cast.ago(12)
    )
    verdict = Verdict(action=Action.RETURN, reason=ClaimReason.MORE_EVIDENCE, note=RETURNED_NOTE)
    decide_claim(cast.session, cast.administrator, returned, verdict, None, cast.ago(10))


def _claim(cast: Cast, person: Person, facts: ClaimFacts, at: datetime) -> UUID:
    """Let a person hand a claim in, with a letter that supports it; return its identifier."""
    claim = open_claim(cast.session, person, facts, at)
    letter = _letter(cast, person, facts.statement)
    add_evidence(cast.session, person.id, [letter], at, recognition_id=claim.id)
    submit_claim(cast.session, person, claim.id, at + timedelta(minutes=20))
    return claim.id


def send_documents_of_status(cast: Cast) -> None:
    """Let somebody who waits to be verified by the coordinator send a document of the ministry."""
    own = Person.country == cast.coordinator.country, Person.verified_at.is_(None), Person.is_demonstration
    query = (
        select(Person)
        .where(*own, Person.category == Category.OFFICIAL)
        .order_by(Person.created_at, Person.email)
        .limit(1)
    )
    person = cast.session.scalars(query).one()
    letter = _letter(cast, person, "This is to certify that the bearer works in our division of foreign trade.")
    facts = status_claims.ClaimFacts(category=person.category, institution=person.institution, documents=[letter])
    status_claims.send_claim(cast.session, person.id, facts, cast.ago(1))


def _letter(cast: Cast, person: Person, text: str) -> Document:
    """Return a letter of an invented ministry that was kept as a document of a person."""
    content = pdf_of("Letter of employment", [Chapter(person.name, (person.institution, text, "Invented."))])
    keep_all(cast.storage, [content])
    digest = hashlib.sha256(content).hexdigest()
    return Document(name="letter.pdf", media_type="application/pdf", size=len(content), sha256=digest)


def import_tables(cast: Cast) -> None:
    """Take one table of past participations in, and leave a later one as a preview to be looked at."""
    earlier, later = cast.now.year - 3, cast.now.year - 2
    people = cast.officials(["GH", "KE", "NG", "UG", "ZM"], Language.EN, 8, each=2)
    course = "Regional trade policy course, anglophone Africa", f"{earlier}-09-16", "2·generalist", "71 %", "passed"
    first: list[Row] = [(one.email, one.name, "", *course) for one in people[:3]]
    taken = _table(cast, f"participations-{earlier}.csv", first, cast.ago(40))
    past_imports.take_in(cast.session, cast.administrator, taken, cast.ago(39))
    _table(cast, f"participations-{later}.csv", [*_rows_to_look_at(people, later), first[0]], cast.ago(2))


def _rows_to_look_at(people: Sequence[Person], year: int) -> list[Row]:
    """Return rows of which some are good, and the others wait for somebody, are doubtful, or are wrong."""
    seminar, workshop = "National seminar on services", "Regional workshop on notifications"
    third, fourth, fifth, sixth = people[3:7]
    return [
        (third.email, third.name, "", seminar, f"{year}-03-12", "", "", "attended"),
        (fourth.email, fourth.name, "", seminar, f"12 March {year}", "", "", "attended"),
        (fifth.email, fifth.name, "", "Introduction to the WTO", f"{year}-05-20", "1", "88 %", "passed"),
        ("", sixth.name, sixth.country or "", seminar, f"{year}-03-12", "", "", "attended"),
        (third.email, third.name, "", workshop, f"03/04/{year}", "", "", "attended"),
        ("no.account@example.org", "Somebody Unknown", "KE", workshop, f"{year}-04-03", "", "", "attended"),
        (fourth.email, fourth.name, "", workshop, f"{year}", "", "", "attended"),
        (fifth.email, fifth.name, "", workshop, f"{year}-04-03", "", "34 %", "failed"),
    ]


def _table(cast: Cast, name: str, rows: Sequence[Row], at: datetime) -> UUID:
    """Send a table as an administrator does; return the identifier of its preview."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADINGS, *rows])
        lines, _ = preview_of(cast.session, path, DateOrder.NOT_SAID, at.date())
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    facts = TableFacts(file_name=name, sha256=digest, source=SOURCE, date_order=DateOrder.NOT_SAID)
    return past_imports.add_import(cast.session, cast.administrator, facts, lines, at).id
