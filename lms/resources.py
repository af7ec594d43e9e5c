"""Find what is shipped beside the code: templates, migrations, translations, static files.

In a wheel they stand inside the package; in a checkout templates and migrations stand beside it.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder of that name: in the package first, beside it second.

    Raises:
        FileNotFoundError: it is in neither place; the installation is damaged.
    """
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"{name}: this installation of palier is incomplete; install it again")
