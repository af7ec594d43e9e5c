"""The words about keeping a course on a device: before the download, during it, without a network, afterwards."""

from functools import cache

from flask_babel import force_locale, gettext


@cache
def keeping_texts(language: str) -> dict[str, str]:
    """Return the sentences that the player's scripts show; `{…}` is filled in there."""
    with force_locale(language):
        return _before() | _download() | _reasons() | _kept() | _alone()


def _before() -> dict[str, str]:
    """Return what is said before anything is downloaded."""
    return {
        "keep": gettext("Keep on this device"),
        "keep-size": gettext("Download: {size}, files: {files}."),
        "keep-course": gettext("Once it is here, the whole course opens without a connection."),
        "keep-open": gettext(
            "Anybody who uses this device can then open the course and what you have answered. Do not keep it on a "
            "device that is not yours."
        ),
        "keep-start": gettext("Download ({size})"),
        "keep-not-now": gettext("Not now"),
        "keep-close": gettext("Close"),
        "keep-ask": gettext("Asking how large the course is…"),
        "keep-no-answer": gettext("The server cannot be reached now. Try again when there is a connection."),
        "keep-refused": gettext("This course cannot be kept on a device now."),
        "size-kb": gettext("{number} KB"),
        "size-mb": gettext("{number} MB"),
        "size-gb": gettext("{number} GB"),
    }


def _download() -> dict[str, str]:
    """Return what is said while the download goes on, or cannot."""
    return {
        "keep-loading": gettext("Downloading: {done} of {files}"),
        "keep-loading-size": gettext("{done} of {files} files, {size} of {all}. You can go on learning meanwhile."),
        "keep-paused": gettext("Download paused: {done} of {files}"),
        "keep-broken": gettext(
            "The connection is broken: {done} of {files} files are here. The download goes on by itself as soon as the "
            "connection is back."
        ),
        "keep-full": gettext(
            "There is not enough room on this device: {done} of {files} files are here. Make room (the course needs "
            "{all}), then go on with the download, or remove what has been downloaded."
        ),
        "keep-forbidden": gettext(
            "This browser does not let the player keep anything on the device, as in a private window. Use an ordinary "
            "window, or another browser."
        ),
        "keep-pause": gettext("Pause the download"),
        "keep-go-on": gettext("Go on with the download"),
    }


def _reasons() -> dict[str, str]:
    """Return why no more than the activity at hand is kept, by the code of the reason."""
    return {
        "keep-activity": gettext(
            "Only the part that is open now can be played without a connection. The other parts open when there is one."
        ),
        "keep-rules": gettext("The reason: the course decides by rules what comes next, and the server applies them."),
        "keep-nothing-open": gettext("No part of the course is open. Open one first, then keep it on this device."),
    }


def _kept() -> dict[str, str]:
    """Return what is said of a copy that is on the device, and of removing it."""
    return {
        "keep-done": gettext("Kept on this device"),
        "keep-done-activity": gettext("This part is kept on this device"),
        "keep-owing": gettext("Kept here: not yet sent to the server"),
        "keep-synced": gettext("Everything was sent to the server ({time})."),
        "keep-unsynced": gettext(
            "What you have done without a connection is only on this device. It is sent as soon as the course is open "
            "here with a connection."
        ),
        "keep-renewed": gettext(
            "The course was renewed, and what is kept here is of before. Download it again to play it without a "
            "connection."
        ),
        "keep-remove": gettext("Remove from this device"),
        "keep-remove-refused": gettext(
            "There is work on this device that the server does not have yet. Open the course with a connection first: "
            "the work is sent, and then you can remove it. If you remove it now, this work is lost for good."
        ),
        "keep-remove-lose": gettext("Remove it and lose this work"),
        "keep-remove-not": gettext("Leave it here"),
        "keep-removed": gettext("The course was removed from this device."),
    }


def _alone() -> dict[str, str]:
    """Return what is said where a kept course is played without the server."""
    return {
        "alone-left-title": gettext("You can close this page"),
        "alone-left": gettext(
            "What you did is kept on this device. It is sent to the server as soon as this page is open with a "
            "connection."
        ),
        "alone-course": gettext(
            "There is no connection. Go on: the whole course is on this device, and what you do is sent as soon as the "
            "connection is back."
        ),
        "alone-only": gettext(
            "There is no connection. Only this part of the course is kept on this device; the others open when there "
            "is a connection."
        ),
        "alone-again": gettext("Go on with the course"),
        "alone-none-title": gettext("This course is not kept on this device"),
        "alone-none": gettext("Open it from your courses, with a connection, and choose “Keep on this device” there."),
        "alone-list": gettext("Kept on this device"),
        "alone-signed-out": gettext(
            "You have signed out, so that what you did without a connection cannot be sent. It is kept on this device. "
            "Sign in and open the course on this device: it is sent first."
        ),
        "list-open": gettext("Open"),
        "list-state-kept": gettext("ready without a connection"),
        "list-state-loading": gettext("not complete: {done} of {files} files; open it with a connection to go on"),
        "list-state-owing": gettext("not yet sent to the server"),
        "list-state-sending": gettext("sending to the server…"),
        "list-state-sent": gettext("sent to the server ({time})"),
    }
