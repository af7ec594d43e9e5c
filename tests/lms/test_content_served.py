"""Files of packages through the production server: what goes over the wire is whole, also on one kept connection."""

import gzip
import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.web.content.tokens import host_label, read_token
from tests.browser.playing_site import PlayingSite
from tests.lms.test_content import FILM, TEXT
from tests.playing import Played, begin_attempt, package_of, sco


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PlayingSite]:
    """Return an installation whose server runs."""
    found = PlayingSite(tmp_path)
    found.start()
    yield found
    found.close()


class Line:
    """One kept connection to the host of a learner's package."""

    def __init__(self, site: PlayingSite, played: Played) -> None:
        with site.site.database.transaction() as session:
            attempt_id = begin_attempt(session, played)
        label = host_label(site.site.secret, played.person.id, played.version.id)
        self.host = f"{label}.content.localhost:{site.port}"
        self.token = read_token(site.site.secret, label, attempt_id)
        self.connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)

    def __enter__(self) -> "Line":
        """Return the line."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Hang up."""
        self.connection.close()

    def ask(self, name: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self.connection.request(method, f"/r/{self.token}/{name}", headers={"Host": self.host, **named})
        answer = self.connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def test_bodies_heads_and_ranges_on_one_connection(site: PlayingSite) -> None:
    data = package_of([sco("one")], {"style.css": TEXT, "film.mp4": FILM})
    with Line(site, site.publish(data)) as line:
        for _ in range(2):
            status, headers, body = line.ask("style.css", Accept_Encoding="gzip")
            assert (status, headers["Content-Encoding"], gzip.decompress(body)) == (200, "gzip", TEXT)
            status, headers, body = line.ask("film.mp4", "HEAD", Accept_Encoding="gzip")
            assert (status, body) == (200, b"")
            status, headers, body = line.ask("film.mp4", Range="bytes=5000-5999")
            assert (status, body) == (206, FILM[5000:6000])
            assert headers["Content-Range"] == f"bytes 5000-5999/{len(FILM)}"
            assert gzip.decompress(line.ask("film.mp4", Accept_Encoding="gzip")[2]) == FILM
            assert line.ask("film.mp4")[2] == FILM
            status, _, body = line.ask("missing.html")
            assert (status, body) == (404, b"Not found.\n")


def test_readers_who_do_not_read_hold_nobody_up(site: PlayingSite) -> None:
    played = site.publish(package_of([sco("one")], {"film.mp4": FILM * 8}))
    slow = [Line(site, played) for _ in range(12)]
    for line in slow:
        line.connection.request("GET", f"/r/{line.token}/film.mp4", headers={"Host": line.host})
    done = threading.Event()

    def quick() -> None:
        with Line(site, played) as line:
            assert line.ask("one.html")[0] == 200
        done.set()

    thread = threading.Thread(target=quick)
    thread.start()
    assert done.wait(60)
    thread.join()
    for line in slow:
        assert line.connection.getresponse().read() == FILM * 8
        line.connection.close()
