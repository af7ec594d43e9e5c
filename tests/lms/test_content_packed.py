"""What the player's host says in words is compressed for whom gzip is welcome."""

import gzip

from flask.testing import FlaskClient

from tests.lms.test_content import SHELL


def test_the_players_page_goes_compressed_and_reads_the_same(client: FlaskClient) -> None:
    plain = client.get("/launch?code=none", base_url=SHELL, headers={"Accept-Encoding": "gzip;q=0"})
    packed = client.get("/launch?code=none", base_url=SHELL, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2


def test_a_short_answer_goes_as_it_is(client: FlaskClient) -> None:
    answer = client.post("/heartbeat", base_url=SHELL, json={}, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 401
    assert "Content-Encoding" not in answer.headers
