"""Installations to measure: a folder with a migrated database, with the demonstration or without."""

import os
import subprocess
import sys
from pathlib import Path

from lms.config import Settings, load_settings
from lms.db import Database
from lms.migrate import upgrade


def empty(folder: Path, port: int | None = None) -> Settings:
    """Return the settings of a new installation with an empty, migrated database; without a port: in this process."""
    base_url = f"http://localhost:{port}" if port else "http://localhost"
    settings = load_settings({}, folder=folder, base_url=base_url, port=port or 8000, fast_passwords=True)
    database = Database(settings.database_url)
    upgrade(database)
    database.close()
    return settings


def demonstration(folder: Path, port: int | None = None) -> Settings:
    """Return the settings of a new installation with the demonstration."""
    settings = empty(folder, port)
    subprocess.run(palier("demo"), env=environment(settings), check=True, capture_output=True)
    return settings


def palier(*arguments: str) -> list[str]:
    """Return the command line that runs `palier` with this Python."""
    return [sys.executable, "-c", "from lms.cli import main; main()", *arguments]


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a process that serves the installation."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LMS_")}
    return kept | {
        "LMS_FOLDER": str(settings.folder), "LMS_PORT": str(settings.port), "LMS_BASE_URL": settings.base_url,
        "LMS_FAST_PASSWORDS": "yes", "LMS_SIGN_IN_LIMIT": "1000 per minute",
    }  # fmt: skip
