"""The words of the frame around the content: ways to end, how a page opened, what became of the content."""

from flask_babel import gettext


def frame_texts() -> dict[str, str]:
    """Return the sentences that the frame shows, in the language of the moment; `{…}` is filled in by the script."""
    return _ways() | _places() | _openings() | _troubles()


def _ways() -> dict[str, str]:
    """Return the ways to end that SCORM 2004 knows, and what is asked before work is thrown away."""
    return {
        "way-exit": gettext("End this part"),
        "way-exitAll": gettext("End the course"),
        "way-abandon": gettext("Give up this part"),
        "way-abandonAll": gettext("Give up the course"),
        "abandon-title": gettext("Give up this part?"),
        "abandon-text": gettext(
            "What you have done in this part since you opened it is thrown away. Results that you have reached before "
            "stay."
        ),
        "abandonAll-title": gettext("Give up the course?"),
        "abandonAll-text": gettext(
            "What you have done in the part that is open is thrown away, and the course begins anew the next time. "
            "Results that you have reached before stay. To go on later instead, use “Save and leave”."
        ),
        "ask-no": gettext("No, go on"),
        "close": gettext("Close"),
    }


def _places() -> dict[str, str]:
    """Return what is said of times, and of parts that are closed."""
    return {
        "hours": gettext("{hours} h {minutes} min"),
        "time": gettext("{all} in all"),
        "time-both": gettext("{here} now, {all} in all"),
        "locked-why": gettext(
            "“{title}” is not open yet. The course opens it by itself, as soon as you have done what comes before it."
        ),
    }


def _openings() -> dict[str, str]:
    """Return how the page was opened: anew, again, to review, to look, without a line, after another device."""
    return {
        "attempt": gettext("Attempt {number}"),
        "attempt-left": gettext("Attempt {number} · attempts left after this one: {left}"),
        "resumed": gettext("You go on where you were. Everything that you did is here."),
        "resumed-elsewhere": gettext(
            "You go on with what had reached the server ({time}). What another device still holds will be added when "
            "the course is opened there."
        ),
        "review": gettext("You are looking at a finished course again: nothing that you do here lowers your result."),
        "browse": gettext("You are looking through this course: nothing that you do here is counted."),
        "offline-banner": gettext(
            "There is no connection. Go on with this part: what you do is kept on this device and sent as soon as the "
            "connection is back. Other parts open then."
        ),
        "unkept": gettext(
            "This browser keeps nothing on this device, perhaps because its window is a private one. Stay connected, "
            "and leave only when “Saved” is shown above."
        ),
        "late": gettext(
            "This device still held work from before you went on elsewhere. It was sent now and counts for your "
            "result; you go on at the place that you reached there."
        ),
        "late-instead": gettext("Go on with what this device has"),
        "sign-in": gettext("Sign in and go on"),
    }


def _troubles() -> dict[str, str]:
    """Return what is said when the content itself does not work, and what can be done."""
    return {
        "missing-title": gettext("This part of the course is missing"),
        "missing-text": gettext(
            "The page with which this part begins is not in the course. Your work is safe. You can try again, go on "
            "with another part, or tell your trainer."
        ),
        "unreachable-title": gettext("This part of the course did not load"),
        "unreachable-text": gettext("Check the connection and try again. Your work is safe."),
        "flood-title": gettext("This part of the course was stopped"),
        "flood-text": gettext(
            "The content said more than can be saved. What it said first is safe. Open the part again; if the same "
            "happens, tell your trainer."
        ),
        "script-text": gettext(
            "This part seems not to work: an error in the content stopped it while it began. Your work is safe. Try "
            "again, go on with another part, or tell your trainer."
        ),
        "top-text": gettext(
            "This part tried to take over the whole window, which the player does not allow. Your work is safe. Use "
            "the controls of the player; if the part does not work, tell your trainer."
        ),
        "identifier": gettext("For your trainer: {id}"),
        "next-part": gettext("Go on with the next part"),
    }
