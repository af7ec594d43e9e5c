"""What waits for the administrator of the demonstration: a newer version to look at, and a file that was refused."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from courses.people.models import Language
from lms.demo.catalogue import DemoCourse
from lms.demo.packages import source_of
from lms.demo.publishing import Publisher, Sent, keep_all
from scorm.packaging.source import CourseSource, ScoSource
from scorm.packaging.writer import write_package

RENEWED, OTHER_STANDARD = "ACCESS", "LEGAL"
PICTURE = b'<p><img src="https://pictures.example.org/accession.jpg" alt=""></p></main>'
SENT, SENT_BEFORE = timedelta(days=2), timedelta(days=6)


def send_what_waits(publisher: Publisher, courses: Sequence[DemoCourse], ids: Mapping[str, UUID]) -> None:
    """Send a newer package of a course, which becomes a draft, and one of another standard, which is refused."""
    renewed = next(course for course in courses if course.code == RENEWED)
    content = write_package(renewed_source(source_of(renewed, Language.EN)))
    keep_all(publisher.storage, [content])
    english = partial(Sent, language=Language.EN)
    publisher.send(english(course_id=ids[RENEWED], name="access-en-2.zip", content=content, at=publisher.now - SENT))
    other = aicc_course()
    publisher.send(
        english(course_id=ids[OTHER_STANDARD], name="legal-en.zip", content=other, at=publisher.now - SENT_BEFORE)
    )


def renewed_source(course: CourseSource) -> CourseSource:
    """Return a course with one part renamed, one added, and a picture that stands on another site."""
    first, second, *rest = course.scos
    opening = course.files[first.href]
    assert isinstance(opening, bytes)
    page = opening.replace(b"</main>", PICTURE)
    added = ScoSource(identifier="part_4", title="A case: the road of a small economy", href="part-4.html")
    scos = (first, replace(second, title=f"{second.title}, revised"), *rest[:-1], added, rest[-1])
    return replace(course, scos=scos, files={**course.files, added.href: page})


def aicc_course() -> bytes:
    """Return what a tool of the nineties exports: a course in the standard AICC."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in ("au", "crs", "des", "cst"):
            archive.writestr(zipfile.ZipInfo(f"legal.{suffix}"), "[Course]\r\nCourse_ID=LEGAL\r\n")
    return packed.getvalue()
