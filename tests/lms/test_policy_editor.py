"""The policy editor without script: versions, lines that move, sentences, two administrators at once."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from courses.applications.entering import nominations_of, places_of
from courses.catalogue.models import Course
from courses.catalogue.names import Names
from courses.enrolment.dry_run import Ports, dry_run
from courses.people.models import Person, Role
from courses.policy.models import PolicyVersion
from courses.policy.services import keep_report
from courses.progression import checks
from courses.progression.checks import Finding, Severity
from courses.progression.policy import HOUSE, policy_of
from courses.progression.requirements import AllOf, CoursePassed, Speaks, StepHeld, requirement_of
from courses.progression.steps import Step
from lms.wording_policy_check import FINDINGS, finding_text, place_text, remedy_text
from tests.browsing import browser_of, installation
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what differs in words only: what is stored is tried on both by the other tests."""
FIELD = re.compile(r"<(input|select|textarea)\b([^>]*)>", re.S)


@pytest.fixture(autouse=True)
def _now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admin(app: Flask) -> Person:
    with installation(app).database.transaction() as session:
        return make_person(session, roles=[Role.ADMINISTRATOR], given_name="Ada")


@pytest.fixture
def adas(app: Flask, admin: Person) -> FlaskClient:
    return browser_of(app, admin)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return unescape(answer.get_data(as_text=True))


def attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else None


def fields_of(html: str) -> MultiDict[str, str]:
    """Return what a browser would send of the form of a page, without any button."""
    form = html[html.index('<form method="post" novalidate') :]
    form = form[: form.index("</form>")]
    sent: MultiDict[str, str] = MultiDict()
    for found in FIELD.finditer(form):
        kind, tag = found[1], found[2]
        name = attribute(tag, "name")
        if name is None:
            continue
        if kind == "select":
            options = form[found.end() : form.index("</select>", found.end())]
            chosen = re.search(r'<option value="([^"]*)"[^>]*\bselected', options) or re.search(
                r'<option value="([^"]*)"', options
            )
            sent.add(name, unescape(chosen[1]) if chosen else "")
        elif kind == "textarea":
            sent.add(name, unescape(form[found.end() : form.index("</textarea>", found.end())]))
        elif attribute(tag, "type") != "checkbox" or re.search(r"\bchecked\b", tag):
            sent.add(name, attribute(tag, "value") or "")
    return sent


def press(client: FlaskClient, address: str, sent: MultiDict[str, str], **more: str) -> TestResponse:
    data = MultiDict(sent)
    for name, value in more.items():
        data[name.replace("__", "-")] = value
    return client.post(address, data=data)


def draft(app: Flask, client: FlaskClient) -> str:
    """Begin a draft and return the address of its form."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client, "/admin/policy"))
    assert token
    answer = client.post("/admin/policy/drafts", data={"csrf_token": token[1]})
    assert answer.status_code == 303
    return str(answer.location)


def kept(app: Flask, number: int = 2) -> PolicyVersion:
    with installation(app).database.reading() as session:
        version = session.scalars(select(PolicyVersion).where(PolicyVersion.number == number)).one()
        session.expunge(version)
        return version


class TestTheVersions:
    def test_begin_with_the_rule_of_the_house(self, app: Flask, adas: FlaskClient) -> None:
        assert "The rule of the house is in force" in page(adas, "/admin/policy")
        address = draft(app, adas)
        text = page(adas, "/admin/policy")
        assert "Version 1" in text
        assert "In force" in text
        assert "Ada" in text
        assert policy_of(kept(app).rules) == HOUSE
        words = page(adas, address.removesuffix("/edit"))
        assert "Level 2, intermediate asks for:" in words
        assert "Level 3, advanced on the track “Specialist” asks for:" in words
        assert "They are the same." in page(adas, address.removesuffix("/edit") + "/compare")

    @ON_SQLITE
    def test_are_closed_to_everybody_else(self, alices: FlaskClient, bobs: FlaskClient) -> None:
        page(alices, "/admin/policy", 403)
        page(bobs, "/admin/policy", 403)


class TestADraft:
    @ON_SQLITE
    def test_saved_as_it_is_changes_nothing(self, app: Flask, adas: FlaskClient) -> None:
        address = draft(app, adas)
        answer = press(adas, address, fields_of(page(adas, address)))
        assert answer.status_code == 303
        assert policy_of(kept(app).rules) == HOUSE

    def test_takes_a_condition_line_by_line_and_keeps_nothing_before_it_is_saved(
        self, app: Flask, adas: FlaskClient
    ) -> None:
        with installation(app).database.transaction() as session:
            make_course(session, code="INTRO", title_en="Introduction to the WTO", title_fr="Présentation de l'OMC")
        address = draft(app, adas)
        more = press(
            adas, address, fields_of(page(adas, address)), **{"rule-1-do": "add:top", "rule-1-new-top": "course_passed"}
        )
        assert more.status_code == 200
        assert policy_of(kept(app).rules) == HOUSE
        sent = fields_of(unescape(more.get_data(as_text=True)))
        sent["rule-1-2-names"], sent["rule-1-2-mark"] = "INTRO", "70"
        assert press(adas, address, sent).status_code == 303
        rule = policy_of(kept(app).rules).rules[1]
        assert rule.requirement == AllOf((StepHeld(Step(1)), CoursePassed("INTRO", 0.7)))
        words = page(adas, address.removesuffix("/edit"))
        assert "“Introduction to the WTO” passed with 70% or more" in words
        compared = page(adas, address.removesuffix("/edit") + "/compare")
        assert "1 rule differs." in compared
        assert "changed" in compared

    @ON_SQLITE
    def test_with_a_line_that_means_nothing_is_not_kept_and_says_where(self, app: Flask, adas: FlaskClient) -> None:
        address = draft(app, adas)
        sent = fields_of(page(adas, address))
        sent["rule-0-0-kind"], sent["rule-0-0-depth"], sent["step_months"] = "any_of", "0", "many"
        answer = press(adas, address, sent)
        assert answer.status_code == 422
        text = unescape(answer.get_data(as_text=True))
        assert "Nothing stands in this group yet." in text
        assert "Months are a whole number" in text
        assert 'value="many"' in text
        assert policy_of(kept(app).rules) == HOUSE

    @ON_SQLITE
    def test_gains_loses_and_moves_rules(self, app: Flask, adas: FlaskClient) -> None:
        address = draft(app, adas)
        more = press(adas, address, fields_of(page(adas, address)), **{"rules-do": "add"})
        sent = fields_of(unescape(more.get_data(as_text=True)))
        sent["rule-4-level"] = "2"
        moved = press(adas, address, sent, **{"rules-do": "up:4"})
        fewer = press(adas, address, fields_of(unescape(moved.get_data(as_text=True))), **{"rules-do": "remove:0"})
        assert press(adas, address, fields_of(unescape(fewer.get_data(as_text=True)))).status_code == 303
        codes = [rule.code for rule in policy_of(kept(app).rules).rules]
        assert codes == ["level_2", "level_3_specialist", "level_2_2", "level_3_generalist"]

    def test_of_two_administrators_loses_nothing(self, app: Flask, adas: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            eve = make_person(session, roles=[Role.ADMINISTRATOR])
        other = browser_of(app, eve)
        address = draft(app, adas)
        first, second = fields_of(page(adas, address)), fields_of(page(other, address))
        first["step_months"] = "36"
        second["retake_months"] = "24"
        assert press(adas, address, first).status_code == 303
        answer = press(other, address, second)
        assert answer.status_code == 409
        text = unescape(answer.get_data(as_text=True))
        assert "Somebody else saved this draft" in text
        assert "a step counts for 36 months" in text
        assert policy_of(kept(app).rules).step_months == 36
        again = fields_of(text)
        assert again["retake_months"] == "24"
        assert press(other, address, again).status_code == 303
        assert policy_of(kept(app).rules).retake_months == 24

    @ON_SQLITE
    def test_is_discarded_and_a_version_in_force_is_not(self, app: Flask, adas: FlaskClient) -> None:
        address = draft(app, adas)
        token = fields_of(page(adas, address))["csrf_token"]
        first = kept(app, 1)
        page(adas, f"/admin/policy/{first.id}/edit", 409)
        assert adas.post(address.replace("/edit", "/discard"), data={"csrf_token": token}).status_code == 303
        assert "Version 2" not in page(adas, "/admin/policy")


class TestBringingIntoForce:
    @ON_SQLITE
    def test_says_what_changes_for_whom_and_takes_a_day(self, app: Flask, adas: FlaskClient) -> None:
        address = draft(app, adas)
        sent = fields_of(page(adas, address))
        sent["step_months"] = "36"
        press(adas, address, sent)
        force = address.replace("/edit", "/force")
        text = page(adas, force)
        assert "a step counts for 36 months" in text
        assert "A step that somebody has counts for ever." in text
        form = fields_of(text)
        assert press(adas, force, form, when="later", day="soon").status_code == 422
        past = press(adas, force, form, when="later", day="2020-01-01")
        assert "never in the past" in past.get_data(as_text=True)
        assert press(adas, force, form, when="later", day="2027-01-01", time="08:00").status_code == 303
        listed = page(adas, "/admin/policy")
        assert "The version was brought" not in listed
        assert "To come into force from Jan 1, 2027, 08:00" in listed
        assert "Jan 1, 2027, 08:00" in listed
        token = {"csrf_token": form["csrf_token"]}
        assert adas.post(address.replace("/edit", "/put-off"), data=token).status_code == 303
        assert kept(app).in_force_from is None
        assert press(adas, force, fields_of(page(adas, force)), when="now").status_code == 303
        assert "Was in force" in page(adas, "/admin/policy")

    @ON_SQLITE
    def test_is_refused_while_the_check_finds_an_error_and_says_where(self, app: Flask, adas: FlaskClient) -> None:
        address = draft(app, adas)
        sent = fields_of(page(adas, address))
        sent.poplist("course_categories")
        press(adas, address, sent)
        check = page(adas, address.replace("/edit", "/check"))
        assert "Must be mended" in check
        assert "For whom: courses for credit" in check
        assert "Choose at least one category." in check
        force = address.replace("/edit", "/force")
        text = page(adas, force)
        assert re.search(r'<button[^>]*disabled[^>]*aria-describedby="why-not"', text)
        answer = press(adas, force, fields_of(text), when="now")
        assert answer.status_code == 422
        assert kept(app).in_force_from is None

    def test_is_refused_to_who_has_not_seen_the_last_change(self, app: Flask, adas: FlaskClient) -> None:
        address = draft(app, adas)
        force = address.replace("/edit", "/force")
        form = fields_of(page(adas, force))
        sent = fields_of(page(adas, address))
        sent["note"] = "Another thought"
        press(adas, address, sent)
        answer = press(adas, force, form, when="now")
        assert answer.status_code == 422
        assert "Somebody else changed this version meanwhile" in answer.get_data(as_text=True)

    @ON_SQLITE
    def test_can_be_tried_before_on_everybody_with_names(self, app: Flask, alice: Person, adas: FlaskClient) -> None:
        with installation(app).database.transaction() as session:
            course = make_course(session, code="INTRO", level=1)
            make_enrolment(session, alice, make_cohort(session, course))
        address = draft(app, adas)
        sent = fields_of(page(adas, address))
        sent.setlist("course_categories", ["ngo"])
        press(adas, address, sent)
        trial = address.replace("/edit", "/dry-run")
        token = {"csrf_token": sent["csrf_token"]}
        assert "has not been tried yet" in page(adas, trial)
        assert adas.get(f"{trial}.csv").status_code == 404
        assert adas.post(trial, data=token).status_code == 303
        waiting, progress = page(adas, trial), adas.get(f"{trial}/progress")
        assert "The dry run was asked for on" in waiting
        assert f'data-progress="{trial}/progress"' in waiting
        assert "admin/progress.js" in waiting
        assert '<noscript><meta http-equiv="refresh"' in waiting
        assert progress.json["has_ended"] is False
        assert progress.json["text"] in waiting
        assert progress.headers["Cache-Control"] == "no-store"
        assert "data-progress" not in page(adas, address.replace("/edit", "/force"))  # what is typed there stays
        with installation(app).database.transaction() as session:
            version = kept(app)
            report = dry_run(session, policy_of(version.rules), Ports(places_of, nominations_of), NOW)
            keep_report(session, version.id, report)
        text = page(adas, trial)
        assert adas.get(f"{trial}/progress").json["has_ended"] is True
        assert "admin/progress.js" not in text
        assert "1 course or activity is concerned." in text
        assert "Alice Learner" in text
        table = adas.get(f"{trial}.csv").get_data(as_text=True)
        assert "course,INTRO" in table
        assert "lose,1,Alice Learner,alice@example.org" in table


@ON_SQLITE
def test_a_course_takes_further_conditions_line_by_line(app: Flask, adas: FlaskClient) -> None:
    with installation(app).database.transaction() as session:
        course = make_course(session, code="GEN", level=2)
    address = f"/admin/courses/{course.id}/edit"
    sent = fields_of(page(adas, address))
    more = press(adas, address, sent, **{"requirement-do": "add:top", "requirement-new-top": "speaks"})
    assert more.status_code == 200
    lines = fields_of(unescape(more.get_data(as_text=True)))
    refused = press(adas, address, lines)
    assert refused.status_code == 422
    assert "Please choose at least one." in refused.get_data(as_text=True)
    lines.setlist("requirement-0-names", ["fr", "es"])
    lines.setlist("categories", ["ngo"])
    lines["replaces_rule"] = "y"
    assert press(adas, address, lines).status_code == 303
    with installation(app).database.reading() as session:
        saved = session.get(Course, course.id)
        assert saved is not None
        assert requirement_of(saved.requirement) == Speaks(frozenset({"fr", "es"}))
        assert (saved.replaces_rule, saved.categories) == (True, ["ngo"])
    text = page(adas, address)
    assert "Able to follow a course in one of these languages: French or Spanish" in text
    shorter = press(adas, address, fields_of(text), **{"requirement-do": "remove:0"})
    assert press(adas, address, fields_of(unescape(shorter.get_data(as_text=True)))).status_code == 303
    with installation(app).database.reading() as session:
        saved = session.get(Course, course.id)
        assert saved is not None
        assert (saved.requirement, saved.replaces_rule) == (None, False)


@ON_SQLITE
def test_every_finding_of_the_check_has_its_sentence_and_says_what_to_do(app: Flask) -> None:
    source = Path(str(checks.__file__)).read_text(encoding="utf-8")
    codes = set(re.findall(r'(?:_error|_warning|finding)\("(\w+)"', source)) | {"rule_code_twice", "rule_code_missing"}
    codes.add("unreachable")
    assert len(codes) > 15
    assert codes - set(FINDINGS) == set()
    with app.test_request_context("/"):
        for code in codes:
            given = (("level", "2"), ("track", "specialist"), ("step", "1"), ("codes", "A, B"), ("missing", "1, X"))
            numbers = (("months", "0"), ("reach", "-1"), ("count", "3"), ("of", "2"), ("course", "A"), ("mark", "2"))
            finding = Finding(
                code=code, severity=Severity.ERROR, place="rules/level_2/requirement/of/1", parameters=given + numbers
            )
            assert "%(" not in finding_text(finding, Names())
            assert remedy_text(finding)
            assert place_text(finding, Names(), {"level_2": 2}) == "Rule 2, condition 2"
