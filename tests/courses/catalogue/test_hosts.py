"""The hosts that a version may load from: how they are written, and that only these are kept."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from courses import events
from courses.catalogue.hosts import MOST_HOSTS, approve_hosts, approved_hosts, hosts_named
from courses.errors import NotFound, Refusal
from tests.builders import make_course, make_version


def test_hosts_are_read_one_in_each_line_and_each_once() -> None:
    text = "\n  Fonts.Example.org \r\nhttps://ajax.example.com/\n\nfonts.example.org\nxn--caf-dma.example.fr\n"
    assert hosts_named(text) == ("fonts.example.org", "ajax.example.com", "xn--caf-dma.example.fr")
    assert hosts_named("") == ()


@pytest.mark.parametrize(
    "name",
    [
        "example", "*.example.org", "*", "example.org:8443", "example.org/path", "http://example.org", "10.0.0.1",
        "[::1]", "example.org;script-src", "example.org 'unsafe-inline'", "data:", "'self'", "-a.example.org",
        "a..example.org", "café.example.fr", "a" * 64 + ".example.org", ".".join(["a" * 60] * 5), "example.org.",
        "ex\u0430mple.org",
    ],
)  # fmt: skip
def test_what_is_no_full_name_of_a_host_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        hosts_named(f"fonts.example.org\n{name}")
    assert refusal.value.code == "host_invalid"


@pytest.mark.parametrize("name", ["learn.example.org", "play.content.example.net", "content.example.net"])
def test_the_platforms_own_hosts_are_refused(name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        hosts_named(name, ("learn.example.org:8443", "content.example.net"))
    assert refusal.value.code == "host_is_ours"
    assert hosts_named("other-learn.example.org", ("learn.example.org",)) == ("other-learn.example.org",)


def test_a_version_has_few_hosts() -> None:
    names = [f"h{number}.example.org" for number in range(MOST_HOSTS + 1)]
    assert len(hosts_named("\n".join(names[:MOST_HOSTS]))) == MOST_HOSTS
    with pytest.raises(Refusal) as refusal:
        hosts_named("\n".join(names))
    assert refusal.value.code == "hosts_too_many"


def test_a_version_begins_without_hosts_and_keeps_those_that_were_approved_last(session: Session) -> None:
    course = make_course(session, languages=())
    version = make_version(session, course)
    assert approved_hosts(session, version.id) == ()
    who = uuid4()
    approve_hosts(session, version.id, ("a.example.org", "b.example.org"), who)
    approve_hosts(session, version.id, ("b.example.org",), who)
    assert approved_hosts(session, version.id) == ("b.example.org",)
    found = [event for event in events.take(session) if event.name == "hosts_approved"]
    assert [dict(event.facts)["hosts"] for event in found] == ["a.example.org b.example.org", "b.example.org"]
    assert (found[0].subject, dict(found[0].facts)["by"]) == (version.id, str(who))


def test_a_version_that_is_not_there_has_no_hosts(session: Session) -> None:
    assert approved_hosts(session, uuid4()) == ()
    with pytest.raises(NotFound):
        approve_hosts(session, uuid4(), (), uuid4())
