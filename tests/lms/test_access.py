"""Every route says who may use it, and is held to it: each one is tried as a visitor and in every role."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from courses.people.models import Person, Role, RoleGrant
from courses.people.tokens import make_token
from lms import access, clock
from lms.access import Permission, UndeclaredRoute, permission_of, permissions_of
from lms.bearer import new_token
from tests.browsing import browser_of, installation, token_of
from tests.builders import make_person

API = "/api/v1"
NOWHERE = {"UUIDConverter": UUID(int=7), "IntegerConverter": 7, "FloatConverter": 7.0}


def test_a_route_without_a_permission_stops_the_start(app: Flask) -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(UndeclaredRoute, match="forgotten"):
        access.check_routes(bare)
    access.check_routes(app)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_answers_as_its_permission_says(app: Flask, role: Role | None) -> None:
    person = _person(app, role)
    client = browser_of(app, person) if person else app.test_client()
    signs = {"X-CSRFToken": token_of(client, "/profile" if role else "/sign-in")}
    program, bearer = app.test_client(), _bearer(app, person)
    wrong = []
    for rule in _routes(app):
        permission = permission_of(app, rule.endpoint)
        assert permission is not None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            is_api = rule.rule.startswith(API)
            sender, headers = (program, bearer) if is_api else (client, signs)
            answer = sender.open(_address(app, rule), method=method, headers=headers)
            expected = _expected(role, permission)
            if (got := _kind(answer)) != expected:
                wrong.append(f"{method} {rule} as {role}: {got} instead of {expected}")
    assert wrong == []


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.LEARNER, {Permission.LEARN}, {Permission.SEE_COHORTS, Permission.MANAGE_COURSES}),
        (Role.TRAINER, {Permission.LEARN, Permission.SEE_COHORTS}, {Permission.SEE_ALL_COHORTS}),
        (Role.COORDINATOR, {Permission.VERIFY_PEOPLE}, {Permission.SEE_COHORTS, Permission.IMPORT_PACKAGES}),
        (Role.ADMINISTRATOR, {Permission.SEE_ALL_COHORTS, Permission.VERIFY_PEOPLE}, set()),
    ],
)
def test_a_role_permits_its_own_work_and_no_more(role: Role, may: set[Permission], may_not: set[Permission]) -> None:
    assert may <= permissions_of([role])
    assert not may_not & permissions_of([role])


def test_two_roles_permit_what_each_permits() -> None:
    both = permissions_of([Role.COORDINATOR, Role.TRAINER])
    assert {Permission.VERIFY_PEOPLE, Permission.SEE_COHORTS} <= both


def test_a_person_without_any_role_has_an_account_and_nothing_else(app: Flask) -> None:
    with installation(app).database.transaction() as session:
        person = make_person(session, roles=[])
    client = browser_of(app, person)
    assert client.get("/profile").status_code == 200
    assert client.get("/my").status_code == 403


def test_a_role_that_was_taken_away_ends_with_the_next_request(app: Flask) -> None:
    with installation(app).database.transaction() as session:
        person = make_person(session, roles=[Role.TRAINER])
    client = browser_of(app, person)
    assert client.get("/cohorts").status_code == 200
    with installation(app).database.transaction() as session:
        session.delete(session.get_one(RoleGrant, (person.id, Role.TRAINER)))
    assert client.get("/cohorts").status_code == 403


def test_a_script_gets_an_answer_that_it_can_read(client: FlaskClient) -> None:
    answer = client.get("/my", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()) == (401, {"error": "signed_out"})


def test_a_form_sent_by_a_visitor_leads_to_the_sign_in_without_a_way_back(client: FlaskClient) -> None:
    answer = client.post("/profile", data={"csrf_token": token_of(client)})
    assert answer.location == "/sign-in"


def test_an_address_that_leads_nowhere_is_not_a_matter_of_rights(client: FlaskClient, alices: FlaskClient) -> None:
    assert client.get("/no-such-page").status_code == 404
    assert alices.get("/no-such-page").status_code == 404
    assert client.get("/sign-out").status_code == 405


def test_a_sign_in_opens_no_page_of_the_interface_for_programs(alices: FlaskClient) -> None:
    assert alices.get(f"{API}/me").status_code == 401


def _person(app: Flask, role: Role | None) -> Person | None:
    if role is None:
        return None
    with installation(app).database.transaction() as session:
        return make_person(session, roles=[role])


def _bearer(app: Flask, person: Person | None) -> dict[str, str]:
    """Return what a program sends that acts for a person; nothing for a visitor."""
    if person is None:
        return {}
    token, kept = new_token()
    with installation(app).database.transaction() as session:
        make_token(session, person, "a program", kept, clock.now())
    return {"Authorization": f"Bearer {token}"}


def _routes(app: Flask) -> Iterable[Rule]:
    """Return every route; the one that ends the sign-in comes last."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint == "auth.sign_out", rule.rule))


def _address(app: Flask, rule: Rule) -> str:
    values = {
        name: min(kind.items) if isinstance(kind, AnyConverter) else NOWHERE.get(type(kind).__name__, "nothing")
        for name, kind in rule._converters.items()
    }
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def _expected(role: Role | None, permission: Permission) -> str:
    if permission is Permission.PUBLIC or (role and permission in permissions_of([role])):
        return "let in"
    return "refused" if role else "asked to sign in"


def _kind(answer: TestResponse) -> str:
    if answer.status_code >= 500:
        return f"fault {answer.status_code}"
    if answer.status_code == 403:
        return "refused"
    if answer.status_code == 401 or (answer.location or "").startswith("/sign-in"):
        return "asked to sign in"
    return "let in"
