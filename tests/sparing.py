"""What a process of tests makes once, where an installation would make it once too: each test opens one of its own."""

import gc
from typing import Any

from sqlalchemy import Engine
from werkzeug.routing import Rule

import lms.db

GARBAGE_AT = (20_000, 20, 20)


def spare() -> None:
    """Let everything that tests make anew and alike be made once."""
    _compile_routes_once()
    _compile_statements_once()


def leave_collected_alone() -> None:
    """Let the collector pass by what is loaded by now, and come less often: else it takes a quarter of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_AT)


def _compile_routes_once() -> None:
    """Keep how addresses are written: that is half of an application."""
    compiled: dict[object, Any] = {}
    compile_builder = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), repr(rule.defaults), tuple(sorted(rule.arguments)), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]


def _compile_statements_once() -> None:
    """Let all engines of a kind of database know what one of them compiled, from when it is connected on."""
    first: dict[str, Engine] = {}
    open_engine = lms.db._engine

    def sharing(url: str) -> Engine:
        engine = open_engine(url)
        known = first.setdefault(engine.name, engine)
        if getattr(known.dialect, "server_version_info", None):
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    lms.db._engine = sharing
