"""A server whose worker reads bombs: whoever asks for another page has it within a second."""

import http.client
import threading
import time

from sqlalchemy import select

from courses.catalogue.models import ImportState, PackageImport
from lms.application import create_app
from lms.config import Settings
from lms.site import Site
from tests.browsing import installation
from tests.importing import added_course, administrators_browser, send
from tests.lms.test_serving import PATIENCE_S, database_url, get, port, served, worker_of
from tests.scorm.packaging.hostile import bombs, documents

__all__ = ["database_url", "port"]

SOON_S = 1
BOMBS = (
    documents.files_by_the_ten_thousand_that_are_not_there,
    bombs.two_members_of_sixteen_megabytes_and_a_byte_each,
)


def states(site: Site) -> list[ImportState]:
    """Return what has become of the imports."""
    with site.database.reading() as session:
        return list(session.scalars(select(PackageImport.state).order_by(PackageImport.id)))


def test_other_pages_answer_within_a_second_while_bombs_are_read(settings: Settings, port: int) -> None:
    app = create_app(settings)
    site = installation(app)
    course = added_course(app)
    browser = administrators_browser(app)
    waits: list[float] = []
    pause = threading.Event()
    with served(settings, port) as server:
        worker_of(server)
        get(port, "/")
        send(browser, course, *(build() for build in BOMBS))
        began = time.monotonic()
        while set(states(site)) - {ImportState.READY, ImportState.REFUSED}:
            assert time.monotonic() - began < PATIENCE_S
            asked = time.monotonic()
            assert get(port, "/")[0] == http.client.OK
            waits.append(time.monotonic() - asked)
            pause.wait(0.02)
    site.database.close()
    assert states(site) == [ImportState.READY, ImportState.REFUSED]
    assert len(waits) > 5
    assert max(waits) < SOON_S
