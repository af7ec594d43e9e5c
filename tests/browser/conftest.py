"""How the browser tests start Chromium: the system's own, quiet and without a sandbox of its own."""

import shutil

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Return the options of a launch; a machine without Chromium fails, it does not skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: install the package `chromium`"
    return {"executable_path": path, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """Return no address: a test that needs a server starts its own.

    It also stands in for the plugin's fixture, which is of a kind that pytest deprecates.
    """
    return None
