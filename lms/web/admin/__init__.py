"""Pages of the administration: courses, versions, imports, conversion; one module each, one blueprint."""

import importlib
from typing import cast

from flask import Blueprint, Flask

from lms.uploads import init_app as stage_files

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.record_once(lambda state: stage_files(cast(Flask, state.app)))

for _module in (
    "courses",
    "versions",
    "version_hosts",
    "files",
    "new_import",
    "uploads",
    "reports",
    "imports",
    "conversion",
    "trials",
    "selection",
    "claims",
    "participations",
    "guidelines",
    "beneficiaries",
    "regions",
    "topics",
    "policy",
    "entering",
    "policy_force",
    "notices",
    "activities",
    "activity_sessions",
    "activity_parts",
    "activity_conditions",
):
    importlib.import_module(f"{__name__}.{_module}")
