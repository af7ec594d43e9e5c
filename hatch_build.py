"""Compile the translations when a wheel is built."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):
    """Write a `.mo` beside every `.po`, each in one step: a platform that runs from this folder may be reading it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in sorted(Path(self.root, "lms", "translations").rglob("*.po")):
            with source.open("rb") as text:
                catalogue = read_po(text)
            with NamedTemporaryFile(dir=source.parent, delete=False) as binary:
                write_mo(binary, catalogue)
                os.fchmod(binary.fileno(), 0o644)
            Path(binary.name).replace(source.with_suffix(".mo"))
