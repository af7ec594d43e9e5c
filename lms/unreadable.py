"""Refuse a NUL where words are expected: no database keeps one."""

from flask import abort, request


def refuse_unreadable() -> None:
    """Refuse a NUL in an address."""
    if "\0" in request.path or any("\0" in name + value for name, value in request.args.items(multi=True)):
        abort(400)


def refuse_unreadable_form() -> None:
    """Refuse a NUL in a field of a form."""
    if request.method == "POST" and any("\0" in name + value for name, value in request.form.items(multi=True)):
        abort(400)
