"""The words of the player's script, in the reader's language: rendered into its page once for each language."""

from functools import cache

from flask_babel import force_locale, gettext

from lms.web.content.texts_frame import frame_texts


@cache
def texts(language: str) -> dict[str, str]:
    """Return the sentences that the script shows; `{…}` is filled in there."""
    with force_locale(language):
        return _around() | _notices() | frame_texts()


def _around() -> dict[str, str]:
    """Return what stands around the content: the badge, the table of contents."""
    return {
        "saved": gettext("Saved {time}"),
        "saving": gettext("Saving…"),
        "offline": gettext("Offline: kept on this device"),
        "signed-out": gettext("Not saved: sign in again"),
        "failed": gettext("Not saved: this browser cannot keep your work"),
        "unsaved": gettext("Not saved yet: kept on this device"),
        "set-aside": gettext(
            "A part of your work could not be saved: the server did not accept it. Everything else is saved."
        ),
        "contents": gettext("Contents"),
        "progress": gettext("{done} of {all} done"),
        "minutes": gettext("{minutes} min"),
        "not attempted": gettext("not started"),
        "skipped": gettext("not needed"),
        "continue": gettext("Continue"),
        "finish": gettext("Finish the course"),
        "incomplete": gettext("in progress"),
        "browsed": gettext("looked at"),
        "completed": gettext("completed"),
        "passed": gettext("passed"),
        "failed-item": gettext("not passed"),
        "locked": gettext("not open yet"),
        "frame": gettext("Course content: {title}"),
        "loading": gettext("Opening the course…"),
    }


def _notices() -> dict[str, str]:
    """Return what covers the content when it cannot go on, or says something in passing."""
    return {
        "moved": gettext(
            "This course was renewed since you were here last. Nothing is lost: what you have done counts as before."
        ),
        "spent-title": gettext("This link has been used"),
        "spent": gettext(
            "For your safety each link to the player works once. Open the course again from your courses."
        ),
        "replaced-title": gettext("Open in another window"),
        "replaced": gettext(
            "You have opened this course in another window or on another device, which now saves your work. "
            "You can go on here instead."
        ),
        "replaced-late": gettext(
            "You have gone on with this course in another window or on another device. What you did here counts for "
            "your result; the place in the course is the one that you reached there."
        ),
        "take-over": gettext("Go on here"),
        "signed-out-title": gettext("You have signed out"),
        "signed-out-text": gettext(
            "What you did since is kept on this device. Sign in and open the course again: it will be saved first."
        ),
        "closed-title": gettext("This course is closed for you"),
        "closed": gettext(
            "Your access has ended, or you have left the course. What you did up to then was sent; from now on "
            "nothing is saved."
        ),
        "over-title": gettext("This attempt has ended"),
        "over": gettext(
            "This attempt has ended because a newer one was begun. What it came to counts; go on in the newer one."
        ),
        "broken-title": gettext("The course could not be opened"),
        "broken": gettext("The server could not be reached. Your work is safe; try again in a moment."),
        "retry": gettext("Try again"),
        "back": gettext("Back to my courses"),
        "refused": gettext("That part of the course cannot be opened now."),
        "nothing-title": gettext("No part of the course is open"),
        "nothing": gettext("The course has nothing more to show here."),
        "nothing-locked": gettext("This part of the course is not open now."),
        "nothing-choose": gettext("Choose from the contents what you want to open."),
        "nothing-leave": gettext("Your work is saved: you can leave."),
        "save-and-leave": gettext("Save and leave"),
        "leaving": gettext("Saving your work…"),
        "leave-anyway": gettext("Leave now; it will be saved the next time you open the course on this device"),
        "no-script": gettext("The player needs JavaScript. Switch it on, or use another browser."),
    }
