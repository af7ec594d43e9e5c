"""The tus protocol: which headers are understood, and how each other one is refused."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import tus
from lms.tus import Checksum, Piece, TusRefusal
from tests.uploading import PIECE, checksum, written

LARGEST = 1000
CREATION = {"Upload-Length": "1000", "Upload-Metadata": written(filename="a.zip")}
PATCH = {"Upload-Offset": "10", "Content-Type": PIECE, "Content-Length": "90"}


def refused(status: int, code: str) -> pytest.RaisesExc[TusRefusal]:
    return pytest.RaisesExc(TusRefusal, check=lambda error: (error.status, error.code) == (status, code))


class TestVersion:
    def test_ours_is_understood(self) -> None:
        tus.check_version({"Tus-Resumable": "1.0.0"})

    @pytest.mark.parametrize("headers", [{}, {"Tus-Resumable": "0.2.2"}, {"Tus-Resumable": ""}])
    def test_any_other_is_refused(self, headers: dict[str, str]) -> None:
        with refused(412, "upload_version"):
            tus.check_version(headers)

    def test_the_server_says_what_it_understands(self) -> None:
        assert tus.capabilities(LARGEST) == {
            "Tus-Version": "1.0.0",
            "Tus-Extension": "creation,creation-with-upload,expiration,checksum,termination",
            "Tus-Max-Size": "1000",
            "Tus-Checksum-Algorithm": "sha256,sha1",
        }


class TestCreation:
    def test_length_and_name_are_read(self) -> None:
        found = tus.read_creation(CREATION, LARGEST)
        assert (found.size, found.file_name, found.sha256, found.has_piece) == (1000, "a.zip", None, False)

    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"Upload-Length": ""}, 400, "upload_not_understood"),
            ({"Upload-Length": "-1"}, 400, "upload_not_understood"),
            ({"Upload-Length": "1e3"}, 400, "upload_not_understood"),
            ({"Upload-Length": "١٢"}, 400, "upload_not_understood"),
            ({"Upload-Length": "9" * 5000}, 400, "upload_not_understood"),
            ({"Upload-Length": "0"}, 400, "upload_empty"),
            ({"Upload-Length": "1001"}, 413, "upload_too_large"),
            ({"Upload-Defer-Length": "1"}, 400, "upload_not_understood"),
            ({"Upload-Concat": "partial"}, 400, "upload_not_understood"),
            ({"Content-Length": "5", "Content-Type": "text/plain"}, 415, "upload_not_understood"),
            ({"Content-Length": "1001", "Content-Type": PIECE}, 413, "upload_overfull"),
            ({"Upload-Metadata": written(sha256="no digest")}, 400, "upload_not_understood"),
        ],
    )
    def test_what_cannot_be_taken_is_refused(self, changed: dict[str, str], status: int, code: str) -> None:
        with refused(status, code):
            tus.read_creation(CREATION | changed, LARGEST)

    def test_bytes_may_come_with_it(self) -> None:
        assert tus.read_creation(CREATION | {"Content-Length": "1000", "Content-Type": PIECE}, LARGEST).has_piece


class TestMetadata:
    @pytest.mark.parametrize(
        ("told", "known"),
        [
            ("", {}),
            (written(filename="é.zip", kind=""), {"filename": "é.zip".encode(), "kind": b""}),
            ("alone", {"alone": b""}),
            ("a YQ== , b Yg==", {"a": b"a", "b": b"b"}),
        ],
    )
    def test_keys_have_values_or_none(self, told: str, known: dict[str, bytes]) -> None:
        assert tus.read_metadata(told) == known

    @pytest.mark.parametrize("told", ["a ***", "a YQ", "a YQ==,a YQ==", ",", "é YQ==", "a YQ== x", "a " + "Y" * 5000])
    def test_anything_else_is_refused(self, told: str) -> None:
        with refused(400, "upload_not_understood"):
            tus.read_metadata(told)

    @given(st.text(max_size=60))
    def test_rubbish_is_refused_and_nothing_worse(self, told: str) -> None:
        try:
            tus.read_metadata(told)
        except TusRefusal as error:
            assert error.status == 400  # noqa: PT017  # what else it may do is the point

    def test_the_digest_of_the_whole_comes_in_letters_or_in_bytes(self) -> None:
        digest = bytes(range(32))
        assert tus.expected_sha256(written(sha256=digest)) == digest.hex()
        assert tus.expected_sha256(written(sha256=digest.hex().upper())) == digest.hex()
        assert tus.expected_sha256(written(filename="a")) is None


class TestPiece:
    def test_it_belongs_where_the_file_ends(self) -> None:
        assert tus.read_piece(PATCH, 10, 100) == Piece(10, None)

    def test_the_type_may_have_parameters(self) -> None:
        assert tus.read_piece(PATCH | {"Content-Type": f"{PIECE}; x=y"}, 10, 100) == Piece(10, None)

    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"Content-Type": "application/octet-stream"}, 415, "upload_not_understood"),
            ({"Content-Type": ""}, 415, "upload_not_understood"),
            ({"Upload-Offset": ""}, 400, "upload_not_understood"),
            ({"Upload-Offset": "-10"}, 400, "upload_not_understood"),
            ({"Upload-Offset": "9"}, 409, "upload_elsewhere"),
            ({"Upload-Offset": "11"}, 409, "upload_elsewhere"),
            ({"Content-Length": "91"}, 413, "upload_overfull"),
            ({"Upload-Checksum": "md5 AAAA"}, 400, "upload_not_understood"),
            ({"Upload-Checksum": "sha256 AAAA"}, 400, "upload_not_understood"),
            ({"Upload-Checksum": "sha256"}, 400, "upload_not_understood"),
            ({"Upload-Checksum": "sha1 !"}, 400, "upload_not_understood"),
        ],
    )
    def test_any_other_is_refused(self, changed: dict[str, str], status: int, code: str) -> None:
        with refused(status, code):
            tus.read_piece(PATCH | changed, 10, 100)

    @pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
    def test_a_checksum_is_read(self, algorithm: str) -> None:
        told = checksum(b"x", algorithm)
        digest = base64.b64decode(told.partition(" ")[2])
        assert tus.read_checksum({"Upload-Checksum": told}) == Checksum(algorithm, digest)


def test_the_end_of_an_upload_is_told_as_a_date_of_http() -> None:
    moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert tus.progress(7, moment) == {"Upload-Offset": "7", "Upload-Expires": "Fri, 20 Nov 2026 09:00:00 GMT"}
    assert tus.progress(7, None) == {"Upload-Offset": "7"}
