"""The topic tree of the institute: it works, then each refusal."""

from html import unescape

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from courses.catalogue.topic_services import TopicFacts, add_topic, topic_tree
from courses.catalogue.topics import Topic
from courses.people.models import Role
from lms.db import Database
from lms.migrate import upgrade
from tests.browsing import browser_of, installation, submit
from tests.builders import NOW, make_course, make_person
from tests.lms.test_migrations import config_of


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    """Return the browser of an administrator; there is intellectual property, and patents below it."""
    with installation(app).database.transaction() as session:
        names = {"name_en": "Intellectual property", "name_fr": "Propriété intellectuelle", "name_es": "Propiedad"}
        add_topic(session, TopicFacts(code="intellectual property", **names), None, NOW)
        facts = TopicFacts(code="patents", name_en="Patents", name_fr="Brevets", parent_code="intellectual property")
        add_topic(session, facts, None, NOW)
        admin = make_person(session, roles=[Role.ADMINISTRATOR])
    return browser_of(app, admin)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def parents(app: Flask) -> dict[str, str | None]:
    with installation(app).database.reading() as session:
        return dict(topic_tree(session).parents)


def test_the_tree_is_shown_added_to_and_moved(app: Flask, admins: FlaskClient) -> None:
    shown = page(admins, "/admin/topics?lang=fr")
    assert shown.index("Propriété intellectuelle</a>") < shown.index("Brevets</a>")
    data = {"code": "trade marks", "name_en": "Trade marks", "parent_code": "patents", "place": "1"}
    assert submit(admins, "/admin/topics", data, page="/admin/topics").status_code == 303
    own = "/admin/topics/trade%20marks"
    data = {"name_en": "Trade marks", "name_fr": "Marques", "parent_code": "intellectual property", "place": "1"}
    assert submit(admins, own, data, page=own).status_code == 303
    assert parents(app)["trade marks"] == "intellectual property"
    assert "Below: patents → intellectual property" in page(admins, f"{own}?lang=en")


def test_a_topic_never_stands_below_itself(app: Flask, admins: FlaskClient) -> None:
    own = "/admin/topics/intellectual%20property"
    data = {"name_en": "Intellectual property", "parent_code": "patents"}
    answer = submit(admins, own, data, page=own)
    assert answer.status_code == 422
    assert "A topic cannot stand below itself" in unescape(answer.get_data(as_text=True))
    assert parents(app)["intellectual property"] is None


def test_a_topic_that_something_names_is_not_deleted_and_the_page_says_by_what(app: Flask, admins: FlaskClient) -> None:
    with installation(app).database.transaction() as session:
        make_course(session, confers=["2·specialist·patents"])
    for code, words in (("patents", "courses"), ("intellectual property", "topics below it")):
        own = f"/admin/topics/{code.replace(' ', '%20')}"
        assert submit(admins, own, {"action": "delete"}, page=own).status_code == 303
        assert f"It cannot be deleted, because it is named by: {words}." in page(admins, own)
    assert set(parents(app)) == {"patents", "intellectual property"}


def test_a_topic_that_nothing_names_is_deleted(app: Flask, admins: FlaskClient) -> None:
    assert (
        submit(admins, "/admin/topics/patents", {"action": "delete"}, page="/admin/topics/patents").status_code == 303
    )
    assert set(parents(app)) == {"intellectual property"}
    page(admins, "/admin/topics/patents", 404)


def test_a_course_chooses_its_topic_from_the_tree(app: Flask, admins: FlaskClient) -> None:
    with installation(app).database.transaction() as session:
        course = make_course(session, topic="patents")
    shown = page(admins, f"/admin/courses/{course.id}/edit?lang=fr")
    assert '<option selected value="patents">– Brevets</option>' in shown
    data = {"code": "NEW", "title_en": "New", "level": "2", "track": "specialist", "topic": "fisheries"}
    assert submit(admins, "/admin/courses/new", data, page="/admin/courses/new").status_code == 303
    assert parents(app)["fisheries"] is None


def test_the_topics_that_courses_named_before_the_tree_stand_at_its_top(database: Database) -> None:
    command.downgrade(config_of(database), "0013")
    with database.transaction() as session:
        session.execute(
            text("INSERT INTO lms_topic (code, name_en, name_fr, name_es, place) VALUES ('sps', 'SPS', '', '', 0)")
        )
        for topic in ("fisheries", "sps", None):
            make_course(session, topic=topic)
    upgrade(database)
    with database.reading() as session:
        assert topic_tree(session).parents == {"fisheries": None, "sps": None}
        assert session.get_one(Topic, "fisheries").name("fr") == "Fisheries"
