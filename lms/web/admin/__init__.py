"""Pages of the administration: courses, versions, imports, conversion; one module each, one blueprint."""

import importlib
from typing import cast

from flask import Blueprint, Flask

from lms import uploads

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.record_once(lambda state: uploads.init_app(cast(Flask, state.app)))

for _module in ("courses", "version_hosts", "files", "imports", "conversion"):
    importlib.import_module(f"{__name__}.{_module}")
