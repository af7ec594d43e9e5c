"""Refuse a NUL where words are expected: no database keeps one. And names of fields that no form of ours has."""

from flask import abort, request

LONGEST_FIELD = 200


def refuse_unreadable() -> None:
    """Refuse a NUL in an address."""
    if "\0" in request.path or any("\0" in name + value for name, value in request.args.items(multi=True)):
        abort(400)


def refuse_unreadable_form() -> None:
    """Refuse a NUL in a field of a form, and a name in which the library would look for a number and find none."""
    if request.method == "POST" and any(
        "\0" in name + value or not name.isascii() or len(name) > LONGEST_FIELD
        for name, value in request.form.items(multi=True)
    ):
        abort(400)
