"""The pages of the demonstration courses: plain, accessible HTML without a script or style of its own."""

from collections.abc import Iterable, Mapping
from html import escape

from lms.demo.texts import Page, Part, Question, Quiz

Words = Mapping[str, str]


def part_page(part: Part, course_title: str, language: str, words: Words) -> bytes:
    """Return the SCO of a part to read: its pages as sections, of which the script shows one at a time.

    `words` are those of `texts.words`; `finished` among them is what the end of the part says.
    """
    sections = "".join(_section(number, page, words) for number, page in enumerate(part.pages, 1))
    controls = (
        f'<nav aria-label="{escape(words["pages"])}">'
        f'<button type="button" id="previous">{escape(words["previous"])}</button>'
        f'<p id="place" role="status" data-text="{escape(words["page"])}"></p>'
        f'<button type="button" id="next" class="main">{escape(words["next"])}</button></nav>\n'
    )
    return _document(part.title, course_title, language, f"<main>\n{sections}</main>\n{controls}", words)


def quiz_page(quiz: Quiz, course_title: str, language: str, words: Words, pass_mark: int) -> bytes:
    """Return the SCO of the test; `pass_mark` in percent, where the platform gives none."""
    spoken = ("right", "wrong", "score", "passed", "failed", "unanswered")
    data = " ".join(f'data-{name}="{escape(words[name])}"' for name in spoken)
    questions = "".join(_question(number, question) for number, question in enumerate(quiz.questions, 1))
    body = (
        f'<main>\n<p class="lead">{escape(quiz.lead)}</p>\n'
        f'<form id="test" data-mark="{pass_mark}" {data} novalidate>\n{questions}'
        f'<button id="check" class="main">{escape(words["check"])}</button>\n'
        f'<button type="button" id="again" hidden>{escape(words["again"])}</button>\n</form>\n</main>\n'
    )
    return _document(quiz.title, course_title, language, body, words)


def _section(number: int, page: Page, words: Words) -> str:
    name = f"page-{number}"
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in page.paragraphs)
    return (
        f'<section class="page" id="{name}" aria-labelledby="{name}-title" tabindex="-1">\n'
        f'<h2 id="{name}-title">{escape(page.title)}</h2>\n{paragraphs}{_points(page.points, words)}</section>\n'
    )


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
    return (
        f'<fieldset id="{name}" data-right="{question.right}">\n<legend>{number}. {escape(question.text)}</legend>\n'
        f'{choices}<p class="feedback" data-why="{escape(question.why)}"></p>\n</fieldset>\n'
    )


def _document(title: str, course_title: str, language: str, body: str, words: Words) -> bytes:
    page = (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · {escape(course_title)}</title>\n"
        '<link rel="stylesheet" href="course.css">\n</head>\n<body>\n'
        f"<header>\n<p>{escape(course_title)}</p>\n<h1>{escape(title)}</h1>\n</header>\n{body}"
        '<div class="ending">\n'
        f'<p id="note" role="status" tabindex="-1" data-complete="{escape(words["complete"])}"></p>\n'
        f'<button type="button" id="finish" class="main" data-finished="{escape(words["finished"])}" hidden>'
        f'{escape(words["finish"])}</button>\n</div>\n<script src="course.js"></script>\n</body>\n</html>\n'
    )
    return page.encode()
