"""The institute's own lists: beneficiaries with their measures, regions; it works, then each refusal."""

from html import unescape

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from courses.people.beneficiaries import Beneficiary, Measure
from courses.people.models import Role
from courses.progression.record import Membership
from lms import beneficiaries as kept
from lms.cli import cli
from lms.config import Settings
from tests.browsing import browser_of, installation, submit
from tests.builders import NOW, make_person


@pytest.fixture
def admins(app: Flask) -> FlaskClient:
    """Return the browser of an administrator, where the kept table is loaded."""
    with installation(app).database.transaction() as session:
        kept.load(session, NOW)
        admin = make_person(session, roles=[Role.LEARNER, Role.ADMINISTRATOR], family_name="Admin")
    return browser_of(app, admin)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


class TestTheList:
    def test_names_each_with_its_standing_in_three_languages(self, admins: FlaskClient) -> None:
        text = page(admins, "/admin/beneficiaries")
        assert "202 beneficiaries" in text
        assert all(
            name in text for name in ("Chinese Taipei", "Hong Kong, China", "European Union", "Asia and the Pacific")
        )
        french = page(admins, "/admin/beneficiaries?lang=fr")
        assert all(name in french for name in ("Taipei chinois", "Union européenne", "Asie-Pacifique"))
        assert "Taipéi Chino" in page(admins, "/admin/beneficiaries?lang=es")

    def test_is_narrowed_by_filters(self, admins: FlaskClient) -> None:
        for query, found in (
            ("text=sene", "1 beneficiary"),
            ("only=ldc", "44 beneficiaries"),
            ("membership=member", "166 beneficiaries"),
            ("region=caribbean&membership=member", "14 beneficiaries"),
            ("only=measures", "No beneficiary fits."),
        ):
            assert found in page(admins, f"/admin/beneficiaries?lang=en&{query}")

    def test_asks_the_database_the_same_few_questions_for_one_or_all(self, app: Flask, admins: FlaskClient) -> None:
        asked: list[str] = []
        engine = installation(app).database.engine
        event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        counts = []
        for query in ("text=senegal&lang=en", "lang=en"):
            asked.clear()
            page(admins, f"/admin/beneficiaries?{query}")
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_is_the_administrators_alone(self, alices: FlaskClient, bobs: FlaskClient) -> None:
        for client in (alices, bobs):
            for address in ("/admin/beneficiaries", "/admin/beneficiaries/SN", "/admin/regions", "/admin/topics"):
                assert client.get(address).status_code == 403


class TestABeneficiary:
    def test_is_changed_with_a_trace_and_loading_again_keeps_that(self, app: Flask, admins: FlaskClient) -> None:
        data = {"region_code": "africa", "membership": "member", "has_mission": "y", "reason": "Graduated"}
        answer = submit(admins, "/admin/beneficiaries/SN", data, page="/admin/beneficiaries/SN")
        assert (answer.status_code, answer.location) == (303, "/admin/beneficiaries/SN")
        text = page(admins, "/admin/beneficiaries/SN")
        assert "Least-developed country: yes → no" in text
        assert "Graduated" in text
        with installation(app).database.transaction() as session:
            assert kept.load(session, NOW).kept == 1
            assert session.get_one(Beneficiary, "SN").is_ldc is False

    def test_is_added_where_it_is_a_country_that_is_not_there(self, app: Flask, admins: FlaskClient) -> None:
        assert admins.get("/admin/beneficiaries/add?code=GL").location == "/admin/beneficiaries/GL"
        data = {"region_code": "", "membership": "none"}
        assert submit(admins, "/admin/beneficiaries/GL", data, page="/admin/beneficiaries/GL").status_code == 303
        with installation(app).database.reading() as session:
            assert session.get_one(Beneficiary, "GL").membership is Membership.NONE
        page(admins, "/admin/beneficiaries/ZZ", 404)

    def test_has_measures_that_are_entered_ended_and_taken_back(self, app: Flask, admins: FlaskClient) -> None:
        own = "/admin/beneficiaries/TG"
        data = {"begins_on": "2020-01-01", "ends_on": "", "note": "Arrears"}
        assert submit(admins, f"{own}/measures", data, page=own).status_code == 303
        assert "In force today." in page(admins, own)
        assert "1 beneficiary" in page(admins, "/admin/beneficiaries?only=measures")
        with installation(app).database.reading() as session:
            measure_id = session.scalars(select(Measure.id)).one()
        assert (
            submit(admins, f"{own}/measures/{measure_id}/end", {"ends_on": "2020-12-31"}, page=own).status_code == 303
        )
        assert "Jan 1, 2020 to Dec 31, 2020" in page(admins, own)
        assert submit(admins, f"{own}/measures/{measure_id}/take-back", {"reason": ""}, page=own).status_code == 303
        assert "Please write the reason" in page(admins, own)
        submit(admins, f"{own}/measures/{measure_id}/take-back", {"reason": "Wrong country"}, page=own)
        text = page(admins, own)
        assert "Taken back on" in text
        assert "Wrong country" in text

    def test_has_no_measures_that_end_before_they_begin(self, admins: FlaskClient) -> None:
        own = "/admin/beneficiaries/TG"
        data = {"begins_on": "2026-02-01", "ends_on": "2026-01-01"}
        answer = submit(admins, f"{own}/measures", data, page=own)
        assert answer.status_code == 422
        assert "The last day comes before the first one." in unescape(answer.get_data(as_text=True))


class TestARegion:
    def test_is_added_named_ordered_and_deleted_while_nothing_names_it(self, admins: FlaskClient) -> None:
        data = {"code": "islands", "name_en": "Islands", "name_fr": "Îles", "name_es": "Islas", "place": "0"}
        assert submit(admins, "/admin/regions", data, page="/admin/regions").status_code == 303
        assert "Îles" in page(admins, "/admin/regions?lang=fr")
        data = {"name_en": "Small islands", "name_fr": "", "name_es": "", "place": "99"}
        assert submit(admins, "/admin/regions/islands", data, page="/admin/regions/islands").status_code == 303
        text = page(admins, "/admin/regions?lang=en")
        assert text.index("Europe and North America") < text.index("Small islands")
        assert (
            submit(admins, "/admin/regions/islands/delete", {}, page="/admin/regions/islands").location
            == "/admin/regions"
        )
        page(admins, "/admin/regions/islands", 404)

    def test_is_kept_while_beneficiaries_are_in_it(self, admins: FlaskClient) -> None:
        answer = submit(admins, "/admin/regions/africa/delete", {}, page="/admin/regions/africa")
        assert answer.location == "/admin/regions/africa"
        assert "It cannot be deleted, because it is named by: beneficiaries." in page(admins, "/admin/regions/africa")

    def test_needs_a_code_of_its_own_and_a_name(self, admins: FlaskClient) -> None:
        for data, words in (
            ({"code": "africa", "name_en": "Africa"}, "Another region has this code already."),
            ({"code": "Far away!", "name_en": "Far away"}, "A code has small letters"),
            ({"code": "far", "name_en": ""}, "Please fill this in."),
        ):
            answer = submit(admins, "/admin/regions", data, page="/admin/regions")
            assert answer.status_code == 422
            assert words in unescape(answer.get_data(as_text=True))


def test_the_command_loads_the_kept_table_and_a_second_time_changes_nothing(settings: Settings) -> None:
    environment = {
        "LMS_FOLDER": str(settings.folder), "LMS_DATABASE_URL": settings.database_url, "LMS_SECRET_KEY": "s" * 40
    }  # fmt: skip
    runner = CliRunner(env=environment)
    assert "202 added, 0 brought up to date, 0 kept" in runner.invoke(cli, ["beneficiaries", "load"]).output
    assert "0 added, 0 brought up to date, 0 kept" in runner.invoke(cli, ["beneficiaries", "load"]).output
