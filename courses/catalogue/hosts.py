"""Hosts from which the content of one version may load, besides its own files: named by an administrator, and few."""

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import CourseVersion
from courses.errors import NotFound, Refusal
from courses.events import Event, record

MOST_HOSTS = 8
SCHEME = "https://"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")


def hosts_named(text: str, ours: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the hosts that a text names, one in each line, in their order and each once.

    A host is a full name without wildcard, port or path; `https://` before it says what is meant anyway. What stands on
    `ours`, or below, is the platform's own: nothing of a package ever loads from there.

    Raises:
        Refusal: `host_invalid`, `host_is_ours` or `hosts_too_many`.
    """
    lines = (line.strip().lower() for line in text.splitlines())
    names = dict.fromkeys(line.removeprefix(SCHEME).removesuffix("/") for line in lines if line)
    for name in names:
        if _HOST.fullmatch(name) is None:
            raise Refusal("host_invalid", host=name[:80])
        if any(f".{name}".endswith(f".{own.partition(':')[0]}") for own in ours):
            raise Refusal("host_is_ours", host=name)
    if len(names) > MOST_HOSTS:
        raise Refusal("hosts_too_many", most=str(MOST_HOSTS))
    return tuple(names)


def approve_hosts(session: Session, version_id: UUID, hosts: tuple[str, ...], actor_id: UUID) -> CourseVersion:
    """Let the content of a version load from these hosts and from no other.

    Raises:
        NotFound: there is no such version.
    """
    version = session.get(CourseVersion, version_id)
    if version is None:
        raise NotFound("version")
    version.approved_hosts = list(hosts)
    session.flush()
    facts = (("hosts", " ".join(hosts)), ("by", str(actor_id)))
    record(session, Event("hosts_approved", version.id, facts))
    return version


def approved_hosts(session: Session, version_id: UUID) -> tuple[str, ...]:
    """Return the hosts from which the content of a version may load; none for a version that has gone."""
    found = session.scalar(select(CourseVersion.approved_hosts).where(CourseVersion.id == version_id))
    return tuple(found or ())
