"""The pages of the demonstration courses: plain, accessible HTML without a script or style of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from lms.demo.texts import Page, Part, Question, Quiz

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the pages of a course have in common; `words` are those of `texts.words`, and the course's own.

    `finished` among them is what the end of a part says, where its reader finishes it; `script` is empty where there is
    nothing to report.
    """

    course_title: str
    language: str
    words: Words
    script: str = "course.js"


def part_page(part: Part, frame: Frame, objective: str = "") -> bytes:
    """Return the SCO of a part to read: its pages as sections, of which the script shows one at a time.

    `objective` is the SCO's own in 2004.
    """
    words = frame.words
    sections = "".join(_section(number, page, words) for number, page in enumerate(part.pages, 1))
    controls = (
        f'<nav aria-label="{escape(words["pages"])}">'
        f'<button type="button" id="previous">{escape(words["previous"])}</button>'
        f'<p id="place" role="status" data-text="{escape(words["page"])}"></p>'
        f'<button type="button" id="next" class="main">{escape(words["next"])}</button></nav>\n'
    )
    main = f'<main data-objective="{objective}">' if objective else "<main>"
    return _document(part.title, frame, f"{main}\n{sections}</main>\n{controls}{_ending(words)}")


def quiz_page(quiz: Quiz, frame: Frame, pass_mark: int) -> bytes:
    """Return the SCO of the test; `pass_mark` in percent, where the platform gives none."""
    spoken = ("right", "wrong", "score", "passed", "failed", "unanswered")
    again = f'<button type="button" id="again" hidden>{escape(frame.words["again"])}</button>\n'
    form = f'id="test" data-mark="{pass_mark}" {_data(spoken, frame.words)}'
    return _document(quiz.title, frame, _quiz(quiz, form, again, frame.words) + _ending(frame.words))


def steering_quiz_page(quiz: Quiz, frame: Frame, way_round: str = "") -> bytes:
    """Return a SCO of 2004 whose questions report what they are about, and which leads on by itself.

    `way_round` are the words on the button for those who do not wish to answer.
    """
    spoken = ("right", "wrong", "score", "passed", "failed", "some", "unanswered")
    button = f'<button type="button" id="round">{escape(way_round)}</button>\n' if way_round else ""
    body = _quiz(quiz, f'id="test" {_data(spoken, frame.words)}', button, frame.words)
    ending = (
        '<div class="ending">\n<p id="note" role="status" tabindex="-1"></p>\n'
        f'<button type="button" id="onward" class="main" hidden>{escape(frame.words["onward"])}</button>\n</div>\n'
    )
    return _document(quiz.title, frame, body + ending)


def plain_page(page: Page, frame: Frame) -> bytes:
    """Return a page to read that reports nothing."""
    return _document(page.title, frame, f"<main>\n{_content(page, frame.words)}</main>\n")


def _data(names: Iterable[str], words: Words) -> str:
    return " ".join(f'data-{name}="{escape(words[name])}"' for name in names)


def _quiz(quiz: Quiz, form: str, button: str, words: Words) -> str:
    questions = "".join(_question(number, question) for number, question in enumerate(quiz.questions, 1))
    return (
        f'<main>\n<p class="lead">{escape(quiz.lead)}</p>\n<form {form} novalidate>\n{questions}'
        f'<button id="check" class="main">{escape(words["check"])}</button>\n{button}</form>\n</main>\n'
    )


def _section(number: int, page: Page, words: Words) -> str:
    name = f"page-{number}"
    return (
        f'<section class="page" id="{name}" aria-labelledby="{name}-title" tabindex="-1">\n'
        f'<h2 id="{name}-title">{escape(page.title)}</h2>\n{_content(page, words)}</section>\n'
    )


def _content(page: Page, words: Words) -> str:
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in page.paragraphs)
    return f"{paragraphs}{_points(page.points, words)}"


def _points(points: Iterable[str], words: Words) -> str:
    items = "".join(f"<li>{escape(point)}</li>" for point in points)
    if not items:
        return ""
    return f'<div class="remember"><h3>{escape(words["remember"])}</h3>\n<ul>{items}</ul></div>\n'


def _question(number: int, question: Question) -> str:
    name = f"question-{number}"
    choices = "".join(
        f'<label><input type="radio" name="{name}" value="{index}"> <span>{escape(choice)}</span></label>\n'
        for index, choice in enumerate(question.choices)
    )
    objective = f' data-objective="{question.objective}"' if question.objective else ""
    return (
        f'<fieldset id="{name}" data-right="{question.right}"{objective}>\n'
        f"<legend>{number}. {escape(question.text)}</legend>\n"
        f'{choices}<p class="feedback" data-why="{escape(question.why)}"></p>\n</fieldset>\n'
    )


def _ending(words: Words) -> str:
    """Return what stands below a part; where the platform alone leads on, nothing finishes it."""
    button = ""
    if "finished" in words:
        button = (
            f'<button type="button" id="finish" class="main" data-finished="{escape(words["finished"])}" hidden>'
            f"{escape(words['finish'])}</button>\n"
        )
    note = f'<p id="note" role="status" tabindex="-1" data-complete="{escape(words["complete"])}"></p>\n'
    return f'<div class="ending">\n{note}{button}</div>\n'


def _document(title: str, frame: Frame, body: str) -> bytes:
    course_title = escape(frame.course_title)
    script = f'<script src="{frame.script}"></script>\n' if frame.script else ""
    page = (
        f'<!doctype html>\n<html lang="{frame.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · {course_title}</title>\n"
        '<link rel="stylesheet" href="course.css">\n</head>\n<body>\n'
        f"<header>\n<p>{course_title}</p>\n<h1>{escape(title)}</h1>\n</header>\n{body}{script}</body>\n</html>\n"
    )
    return page.encode()
