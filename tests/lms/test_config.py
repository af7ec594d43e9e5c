"""Settings that make no sense are refused at the start, with a sentence that names the setting and the way out."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms.config import ConfigError, Settings, below_prefix, load_settings, secret_key

NONSENSE = [
    ({"LMS_COLOUR": "blue"}, "LMS_COLOUR is not a setting"),
    ({"LMS_PORT": "eighty"}, "LMS_PORT is 'eighty'; write a whole number"),
    ({"LMS_PORT": "0"}, "LMS_PORT is 0; it must be at least 1"),
    ({"LMS_TOKEN_DAYS": "999999"}, "LMS_TOKEN_DAYS is 999999; it must be at most 36500"),
    ({"LMS_PORT": "70000"}, "ports end at 65535"),
    ({"LMS_THREADS": "1"}, "LMS_THREADS is 1"),
    ({"LMS_MAX_UPLOAD": "-5"}, "LMS_MAX_UPLOAD is -5"),
    ({"LMS_SESSION_DAYS": "0"}, "LMS_SESSION_DAYS is 0"),
    ({"LMS_LANGUAGE": "de"}, "use en, fr or es"),
    ({"LMS_DEMONSTRATION": "perhaps"}, "write yes or no"),
    ({"LMS_BASE_URL": "learn.example.org"}, "write the address people use"),
    ({"LMS_BASE_URL": "http://learn.example.org"}, "sign-ins could be read on the way"),
    ({"LMS_BASE_URL": "https://learn.example.org/courses"}, "write the address people use"),
    ({"LMS_BASE_URL": "https://user:secret@learn.example.org"}, "write the address people use"),
    ({"LMS_BASE_URL": "https://[::1"}, "write the address people use"),
    ({"LMS_BASE_URL": "https://learn.example.org"}, "LMS_CONTENT_HOST is missing"),
    ({"LMS_BASE_URL": "https://a.example.org", "LMS_CONTENT_HOST": "a.example.org"}, "of the same family"),
    ({"LMS_BASE_URL": "https://a.example.org", "LMS_CONTENT_HOST": "c.a.example.org"}, "of the same family"),
    ({"LMS_BASE_URL": "https://a.example.org", "LMS_CONTENT_HOST": "example.org"}, "of the same family"),
    ({"LMS_BASE_URL": "https://a.example.org", "LMS_CONTENT_HOST": "https://c.example.net"}, "write a name alone"),
    ({"LMS_URL_PREFIX": "learning"}, "write something like /learning"),
    ({"LMS_URL_PREFIX": "/learning/"}, "write something like /learning"),
    ({"LMS_URL_PREFIX": "//evil.example"}, "write something like /learning"),
    ({"LMS_DATABASE_URL": "mysql://db/palier"}, "use sqlite:/// or postgresql://"),
    (
        {"LMS_DEMONSTRATION": "yes", "LMS_BASE_URL": "https://a.example.org", "LMS_CONTENT_HOST": "c.example.net"},
        "the demonstration and its accounts are for this machine only",
    ),
    ({"LMS_SECRET_KEY": "short"}, "LMS_SECRET_KEY is too short"),
    ({"LMS_SIGN_IN_URL": "javascript:alert(1)"}, "LMS_SIGN_IN_URL"),
    ({"LMS_SIGN_IN_URL": "//evil.example"}, "LMS_SIGN_IN_URL"),
]


@pytest.mark.parametrize(("environment", "sentence"), NONSENSE)
def test_nonsense_is_refused_with_a_sentence(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings(environment)
    assert sentence in str(refused.value)


def test_the_address_of_the_platform_has_its_prefix(tmp_path: Path) -> None:
    settings = load_settings({"LMS_BASE_URL": "http://localhost:9000"}, folder=tmp_path)
    assert settings.address == "http://localhost:9000"
    assert below_prefix(settings, "/learning").address == "http://localhost:9000/learning"


def test_without_any_setting_everything_is_local(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'palier.db'}"
    assert settings.platform_host == "localhost:8000"
    assert settings.shell_origin == "http://play.content.localhost:8000"
    assert settings.is_https is False


def test_words_of_the_environment_become_typed_values() -> None:
    settings = load_settings({"LMS_PORT": "81", "LMS_DEMONSTRATION": "yes", "LMS_FOLDER": "data", "PATH": "/bin"})
    assert (settings.port, settings.demonstration, settings.folder) == (81, True, Path("data").resolve())


def test_the_usual_port_is_left_out_as_browsers_do() -> None:
    secure = load_settings(
        {"LMS_BASE_URL": "https://Learn.Example.org:443", "LMS_CONTENT_HOST": "packages.example.net"}
    )
    assert secure.platform_host == "learn.example.org"
    assert load_settings({"LMS_BASE_URL": "http://localhost:80"}).platform_host == "localhost"


def test_a_postgresql_address_gets_its_driver() -> None:
    assert load_settings({"LMS_DATABASE_URL": "postgres://db/x"}).database_url == "postgresql+psycopg://db/x"


def test_the_secret_is_never_shown() -> None:
    assert "s" * 40 not in repr(load_settings({"LMS_SECRET_KEY": "s" * 40}))


def test_a_prefix_is_checked_when_it_is_given_by_a_host_too() -> None:
    assert below_prefix(load_settings({}), "/learning").url_prefix == "/learning"
    with pytest.raises(ConfigError):
        below_prefix(load_settings({}), "learning")


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path / "new")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key, [settings] * 8))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert [path.name for path in settings.folder.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((settings.folder / "secret.key").stat().st_mode) == 0o600


def test_a_setting_that_the_code_gives_wins(tmp_path: Path) -> None:
    settings: Settings = load_settings({"LMS_PORT": "81"}, port=82, folder=tmp_path)
    assert settings.port == 82
