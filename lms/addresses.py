"""Addresses inside the site: where `next` may lead, and this page in another language."""

import re
from urllib.parse import quote, unquote, urlencode, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

LONGEST = 2000
PLAIN_PATH = re.compile(r"/(?:[^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?")


def own_page(target: str | None) -> str | None:
    """Return an address if it leads to a page of ours, else None.

    Only a path that a GET route answers to counts: no other site, no `//`, no backslash, no control character.
    """
    if not target or len(target) > LONGEST or not PLAIN_PATH.fullmatch(target):
        return None
    path = unquote(urlsplit(target).path)
    root = request.root_path.rstrip("/")
    if root and not path.startswith(f"{root}/"):
        return None
    return target if _answers_to_get(path.removeprefix(root)) else None


def this_page() -> str:
    """Return the address of the page that is shown, with its query but without `lang`; the start page for a form."""
    path = "/" + (request.root_path.strip("/") + "/" if request.root_path.strip("/") else "") + request.path.lstrip("/")
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "lang"])
    address = quote(path) + (f"?{query}" if query else "")
    return own_page(address) or quote(request.root_path.rstrip("/")) + "/"


def page_of_form() -> str | None:
    """Return the address of the page of ours from which a form was sent, as the browser tells it; None for none."""
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc.lower() != request.host.lower():
        return None
    return own_page(f"{sent_from.path}?{sent_from.query}" if sent_from.query else sent_from.path)


def address_in(language: str) -> str:
    """Return the address of the page that is shown, in another language."""
    address = this_page()
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def _answers_to_get(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not path.startswith("/"):
        return False
    try:
        adapter.match(path, method="GET")
    except HTTPException:
        return False
    return True
