"""The packages of the demonstration: several SCOs, a short test, written by our own writer; one of them SCORM 2004."""

from dataclasses import replace

from courses.people.models import Language
from lms.demo.catalogue import DemoCourse
from lms.demo.pages import Frame, part_page, quiz_page
from lms.demo.steered import CODE, STEPS, steered_source
from lms.demo.texts import asset, text_of, words
from scorm.packaging.source import CourseSource, ScoSource
from scorm.packaging.writer import write_package

SHARED = ("course.css", "course.js")
PASS_MARK = 60
PARTS = (("part_1",), ("part_2",), ("part_3",), ("test",))


def is_steered(code: str) -> bool:
    """Say whether a course is the one of SCORM 2004."""
    return code == CODE


def quarters_of(code: str) -> tuple[tuple[str, ...], ...]:
    """Return the items of a course for credit by the quarter of the work that they are; the exam is in the last."""
    return STEPS if is_steered(code) else PARTS


def package_of(course: DemoCourse, language: Language) -> bytes:
    """Return the package of a course in one of its languages: the same bytes every time."""
    return write_package(source_of(course, language))


def source_of(course: DemoCourse, language: Language) -> CourseSource:
    """Return the parts of a course, its test last."""
    if is_steered(course.code):
        return steered_source(course, language)
    title = course.titles[language]
    text = text_of(course.code, language, title, course.about[language])
    spoken = Frame(course_title=title, language=language.value, words=words(language))
    last = replace(spoken, words={**spoken.words, "finished": spoken.words["the_end"]})
    scos: list[ScoSource] = []
    files: dict[str, bytes] = {}
    for number, part in enumerate(text.parts, 1):
        href = f"part-{number}.html"
        is_last = text.quiz is None and number == len(text.parts)
        files[href] = part_page(part, last if is_last else spoken)
        scos.append(ScoSource(identifier=f"part_{number}", title=part.title, href=href))
    if text.quiz is not None:
        files["test.html"] = quiz_page(text.quiz, last, PASS_MARK)
        scos.append(ScoSource(identifier="test", title=text.quiz.title, href="test.html", mastery_score=PASS_MARK))
    return CourseSource(
        identifier=f"demo_{course.code}_{language.value}",
        title=title,
        language=language.value,
        scos=tuple(scos),
        files=files,
        shared_files={name: asset(name) for name in SHARED},
        description=course.about[language],
    )
