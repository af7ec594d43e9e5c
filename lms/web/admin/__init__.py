"""Pages of the administration: courses, versions, imports, conversion; one module each, one blueprint."""

import importlib
from importlib.util import find_spec

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

for _module in ("courses", "imports", "files", "conversion"):
    if find_spec(f"{__name__}.{_module}"):
        importlib.import_module(f"{__name__}.{_module}")
