"""The words of the panel that stands beside the content in a trial, in the reader's language."""

from functools import cache

from flask_babel import force_locale, gettext


@cache
def trace_texts(language: str) -> dict[str, str]:
    """Return the sentences that the panel shows; `{…}` is filled in there."""
    with force_locale(language):
        return _around() | _signals()


def _around() -> dict[str, str]:
    return {
        "title": gettext("Test launch"),
        "note": gettext("Nothing of this counts for anybody. What the package says from now on appears here."),
        "hide": gettext("Hide"),
        "show": gettext("Show"),
        "calls": gettext("Calls"),
        "only-set": gettext("only what was set"),
        "copy": gettext("Copy"),
        "download": gettext("Download"),
        "copied": gettext("Copied."),
        "not-copied": gettext("Your browser does not allow copying; download it instead."),
        "error": gettext("error {code}"),
    }


def _signals() -> dict[str, str]:
    return {
        "signals": gettext("Signals"),
        "signal-started": gettext("Started"),
        "signal-completion": gettext("Completion"),
        "signal-success": gettext("Passed or failed"),
        "signal-score": gettext("Score"),
        "signal-kept": gettext("Kept for resuming"),
        "signal-time": gettext("Time"),
        "signal-ended": gettext("Ended"),
        "signal-errors": gettext("Errors"),
        "came": gettext("came: {value}, at {time}"),
        "came-plain": gettext("came, at {time}"),
        "partly": gettext("so far only “{value}”, at {time}"),
        "waiting": gettext("has not come yet"),
        "asset": gettext("This part is a page without calls: no signal will come. It is completed by being opened."),
        "errors": gettext("{value}, the last at {time}"),
        "no-errors": gettext("none so far"),
    }
