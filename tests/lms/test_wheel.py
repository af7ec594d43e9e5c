"""The wheel carries everything: it migrates and serves from a folder that holds nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
