"""Installations with the demonstration, or empty ones to load it into."""

import shutil
from pathlib import Path

from lms.application import create_site
from lms.config import load_settings
from lms.demo.loading import SEED, Plan
from lms.site import Site
from tests.builders import NOW

PLAN = Plan(SEED, NOW)


def site_in(folder: Path, template: Path) -> Site:
    """Return an empty installation in a folder."""
    folder.mkdir()
    shutil.copy(template, folder / "palier.db")
    return create_site(
        load_settings({}, folder=folder, secret_key="s" * 40, base_url="http://localhost", fast_passwords=True)
    )
