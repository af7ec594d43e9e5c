"""The sentences for what goes wrong with a request as such, by its status, as programs are told them."""

from flask_babel import lazy_gettext as _l

PROBLEMS = {
    400: _l("This request cannot be understood"),
    401: _l("This request carries no token that counts."),
    403: _l(
        "Your account does not include this. Nothing was changed. If you think it should, ask the training institute."
    ),
    404: _l("The address may be mistyped, or what it led to is not open to you."),
    405: _l("This address does not accept that kind of request. Nothing was changed."),
    413: _l("What you sent is larger than this site accepts. Nothing was kept."),
    415: _l("This request cannot be understood"),
    429: _l("For your safety we allow only a few tries in a row. Wait a minute and try again."),
    500: _l("Nothing you had saved is lost. Try again; if it happens once more, tell the training institute."),
    503: _l("Too many people want something at this moment. Nothing was changed; wait a moment and try again."),
    507: _l(
        "There is no room left on the server. Nothing of what you sent was kept. Please tell the training institute."
    ),
}
