"""A program that speaks tus to the platform in an administrator's name, as a browser's script does."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from courses.catalogue.models import Course
from courses.catalogue.uploads import Upload
from lms import clock
from lms.site import Site
from tests.browsing import token_of

PIECE = "application/offset+octet-stream"
PLACE = "/admin/uploads"


def written(**facts: str | bytes) -> str:
    """Return facts as an `Upload-Metadata`."""
    plain = {name: value.encode() if isinstance(value, str) else value for name, value in facts.items()}
    return ",".join(f"{name} {base64.b64encode(value).decode()}" for name, value in plain.items())


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    """Return what a piece gives, as an `Upload-Checksum`."""
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


class Sender:
    """Sends uploads through the browser of somebody who signed in."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = token_of(client, "/my")

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, data: bytes = b"") -> TestResponse:
        """Send a request of the protocol; a header that is empty is left out."""
        all_headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, **(headers or {})}
        kept = {name: value for name, value in all_headers.items() if value}
        return self.client.open(path, method=method, headers=kept, data=data)

    def begin(self, size: int, name: str = "package.zip", **facts: str | bytes) -> str:
        """Begin an upload; return its address."""
        told = {"Upload-Length": str(size), "Upload-Metadata": written(filename=name, **facts)}
        answer = self.ask("POST", PLACE, told)
        assert answer.status_code == 201, answer.text
        return answer.location

    def add(self, address: str, offset: int, data: bytes, **more: str) -> TestResponse:
        """Send a piece; further headers are named with low lines."""
        headers = {"Upload-Offset": str(offset), "Content-Type": PIECE}
        return self.ask(
            "PATCH", address, headers | {name.replace("_", "-"): value for name, value in more.items()}, data
        )

    def send(self, data: bytes, name: str = "package.zip") -> str:
        """Send all of a file; return the identifier of its upload."""
        address = self.begin(len(data), name)
        answer = self.add(address, 0, data)
        assert answer.status_code == 204, answer.text
        return address.rpartition("/")[2]

    def offset(self, address: str) -> int:
        """Ask how much has arrived."""
        return int(self.ask("HEAD", address).headers["Upload-Offset"])


def id_of(address: str) -> UUID:
    """Return the identifier of an upload."""
    return UUID(address.rpartition("/")[2])


def row(site: Site, address: str) -> Upload | None:
    """Return the row of an upload as it stands."""
    with site.database.reading() as session:
        found = session.get(Upload, id_of(address))
        session.expunge_all()
        return found


def count(site: Site, table: type) -> int:
    """Return how many rows a table has."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def let_expire(site: Site, address: str) -> None:
    """Let an upload have waited too long."""
    with site.database.transaction() as session:
        over = clock.now() - timedelta(seconds=1)
        session.execute(update(Upload).where(Upload.id == id_of(address)).values(expires_at=over))


def import_uploads(client: FlaskClient, course: Course, *uploads: str, **fields: str) -> str:
    """Post the form with uploads; return where it leads, or what is wrong."""
    data = {
        "csrf_token": token_of(client, "/my"), "course": str(course.id), "language": "fr", "upload": list(uploads),
        **fields,
    }  # fmt: skip
    answer = client.post("/admin/imports/new", data=data, headers={"Accept": "application/json"})
    assert answer.json is not None
    return str(answer.json.get("location") or answer.json["error"])
