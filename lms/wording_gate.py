"""The sentences for what the gate, its policy and entries by spreadsheet refuse."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "administrator_needed": _l("Only an administrator can decide this."),
    "policy_has_errors": _l(
        "The check has found errors in these rules; they cannot come into force before they are mended."
    ),
    "measures_stop_courses": _l(
        "Administrative measures are in force against your beneficiary. While they last, this course cannot be opened; "
        "your results stand."
    ),
    "row_person_unknown": _l("There is no account with this address."),
    "row_code_unknown": _l("There is no course or activity with this code."),
    "row_language_unknown": _l("Languages are en, fr and es."),
    "row_inside": _l("The person is enrolled there, or has applied, already."),
    "row_twice": _l("The table has this address and code already."),
    "row_not_possible": _l("This person cannot be enrolled; the person can read why on the page of the course."),
    "rows_too_many": _l("The table is too long: up to %(most)s rows can be sent at once."),
    "rows_missing": _l("There is no row to enrol."),
    "sheet_without_columns": _l("The first row must name the columns: email, code and, if you like, language."),
}
