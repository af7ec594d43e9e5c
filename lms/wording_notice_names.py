"""How the kinds of letters are called where administrators see them."""

from flask_babel import lazy_gettext as _l

from courses.notices.kinds import Failure, NoticeKind

K = NoticeKind
KIND_NAMES = {
    K.APPLICATION_SUBMITTED: _l("Application received"), K.NOMINATED: _l("Nominated"),
    K.ENDORSEMENT_ASKED: _l("Endorsement asked for"), K.ENDORSED: _l("Endorsed"), K.NOT_ENDORSED: _l("Not endorsed"),
    K.ELIGIBLE: _l("Eligible"), K.INELIGIBLE: _l("Not eligible"), K.SELECTED: _l("Selected"),
    K.WAITLISTED: _l("On the waiting list"), K.DECLINED: _l("Not selected"), K.CONFIRMED: _l("Place confirmed"),
    K.PLACE_OFFERED: _l("Place offered"), K.CONFIRMATION_REMINDER: _l("Reminder to confirm"),
    K.LAPSED: _l("Not confirmed in time"), K.WITHDRAWN: _l("Withdrawn"), K.NO_SHOW: _l("No-show"),
    K.OUTCOME: _l("Result"), K.ACTIVITY_CHANGED: _l("Activity changed"),
    K.ACTIVITY_POSTPONED: _l("Activity postponed"), K.ACTIVITY_CANCELLED: _l("Activity cancelled"),
    K.SESSION_REMINDER: _l("Reminder of a session"), K.CLAIM_ASKED: _l("Claim handed in"),
    K.CLAIM_RETURNED: _l("Claim returned"),
    K.CLAIM_GRANTED: _l("Claim granted"), K.CLAIM_REFUSED: _l("Claim refused"),
    K.CLAIM_REVOKED: _l("Recognition taken back"), K.VERIFICATION_ASKED: _l("Verification asked for"),
    K.VERIFIED: _l("Status verified"),
    K.STATUS_REFUSED: _l("Status not verified"), K.VERIFICATION_TAKEN_BACK: _l("Verification taken back"),
    K.ENROLLED_BY_OTHER: _l("Enrolled by somebody else"), K.TEST: _l("Test of the mail"),
}  # fmt: skip


FAILURES = {
    Failure.NO_MAILBOX: _l("There is no such mailbox. Correct the address."),
    Failure.ADDRESS_UNUSABLE: _l("No letter can go to this address. Correct it."),
    Failure.LETTERS_BEYOND_ASCII: _l(
        "The address has letters like é or ü before the @, and the mail server does not know such addresses (SMTPUTF8)."
        " Use another address, or a mail server that knows them."
    ),
}


def failure_text(failure: str) -> str:
    """Return why a letter never can be sent and what to do; nothing where another try may help."""
    return str(FAILURES[Failure(failure)]) if failure in set(Failure) else ""


def kind_name(kind: str) -> str:
    """Return the name of a kind of notice for administrators; an unknown one as it is."""
    return str(KIND_NAMES[NoticeKind(kind)]) if kind in set(NoticeKind) else kind
