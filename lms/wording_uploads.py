"""The sentences about uploads that arrive piece by piece: why the server takes no more."""

from flask_babel import lazy_gettext as _l

UPLOADS = {
    "upload_version": _l("This program speaks another version of the tus protocol; the server understands 1.0.0."),
    "upload_not_understood": _l("The server did not understand how this file is sent. Reload the page and try again."),
    "upload_empty": _l("This file is empty."),
    "upload_too_large": _l("This file is too large: a package may have %(size)s."),
    "upload_overfull": _l("More arrived than was announced; choose the file again."),
    "upload_elsewhere": _l("Another part of this file is expected; ask how much has arrived and go on from there."),
    "upload_piece_damaged": _l("This part was damaged on its way; send it again."),
    "upload_damaged": _l("The file that arrived is not the one that was sent, and was removed. Send it again."),
    "upload_busy": _l("Another request is sending this file at the moment; try again in a moment."),
    "upload_unknown": _l("This upload is not here, or no longer. Choose the file again to send it anew."),
    "upload_expired": _l("This upload waited too long for its next part and is given up. Send the file again."),
    "upload_unfinished": _l("“%(file)s” has not arrived whole yet; choose it again to send the rest."),
    "upload_no_room": _l(
        "There is no room left on the server. What has arrived is kept. Please tell the training institute."
    ),
    "uploads_too_many": _l("Too many uploads are waiting already (%(most)s). Import them or discard some first."),
    "uploads_too_much": _l("The uploads that wait already are too large together. Import them or discard some first."),
}


def upload_text(code: str, **parameters: str) -> str:
    """Return the sentence for a refusal of an upload, in the language at hand."""
    sentence = str(UPLOADS[code])
    return sentence % parameters if parameters else sentence
