"""The wheel carries everything: it migrates and serves from a folder that holds nothing else."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from babel.support import Translations

ROOT = Path(__file__).resolve().parents[2]
TRY = """
import lms, pathlib, sys
from lms.application import create_app
from lms.config import load_settings
from lms.db import Database
from lms.migrate import is_current, upgrade
assert pathlib.Path(lms.__file__).is_relative_to(sys.argv[1]), lms.__file__
settings = load_settings({}, folder=pathlib.Path(sys.argv[2]), fast_passwords=True)
database = Database(settings.database_url)
upgrade(database)
assert is_current(database)
client = create_app(settings).test_client()
for language in ("en", "fr", "es"):
    answer = client.get(f"/?lang={language}", headers={"Host": "localhost:8000"})
    assert answer.status_code == 200, answer.status
    print(answer.text.split('class="lead-in">')[1].split("<")[0].strip())
"""


def compile_translations(root: Path) -> None:
    """Do what building a wheel does to the translations below a folder."""
    hook = "import sys; from hatch_build import CompileTranslations as Hook; "
    call = "Hook(sys.argv[1], {}, None, None, sys.argv[1], 'wheel').initialize('standard', {})"
    subprocess.run([sys.executable, "-c", hook + call, str(root)], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([*build, "-q", "-w", str(folder), str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("palier-*.whl"))


def test_the_wheel_carries_templates_migrations_translations_and_static_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "lms/templates/lms/base.html" in names
    assert "lms/migrations/versions/0001_first_tables.py" in names
    assert "lms/translations/fr/LC_MESSAGES/messages.mo" in names
    assert "lms/static/player/player.js" in names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def test_who_reads_the_translations_while_a_wheel_is_built_finds_them_whole(tmp_path: Path) -> None:
    catalogue = tmp_path / "lms" / "translations" / "fr" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    shutil.copy(ROOT / "lms" / "translations" / "fr" / "LC_MESSAGES" / "messages.po", catalogue)
    compiled = catalogue / "messages.mo"
    compiled.write_bytes(b"what stood there before")
    with compiled.open("rb") as reading:
        compile_translations(tmp_path)
        assert reading.read() == b"what stood there before"
    with compiled.open("rb") as reading:
        assert Translations(reading).ugettext("Sign in") == "Se connecter"
    assert {path.name for path in catalogue.iterdir()} == {"messages.po", "messages.mo"}


def test_the_wheel_migrates_and_answers_in_three_languages(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LMS_")}
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRY, str(site), str(tmp_path / "var")],
        cwd=tmp_path, env=environment | {"PYTHONPATH": str(site)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert len(set(answer.stdout.splitlines())) == 3
