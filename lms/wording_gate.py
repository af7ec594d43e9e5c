"""The sentences for what the gate, its policy and entries by spreadsheet refuse."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "administrator_needed": _l("Only an administrator can decide this."),
    "policy_has_errors": _l(
        "The check has found errors in these rules; they cannot come into force before they are mended."
    ),
    "sheet_unreadable": _l("This is not a table that can be read: send a CSV file in UTF-8 or an XLSX file."),
    "sheet_too_long": _l("The table is too long: up to %(most)s rows can be sent at once."),
    "sheet_without_columns": _l("The first row must name the columns: email, code and, if you like, language."),
}
