"""The sentences for what is refused about claims, their documents, spreadsheets of participations, and guidelines."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "evidence_too_many": _l("At most %(most)s documents can support one claim. Remove one first."),
    "evidence_too_large": _l("“%(name)s” is larger than %(most)s MB. Send a smaller file."),
    "evidence_kind": _l(
        "“%(name)s” cannot be taken. Send PDF, JPEG or PNG files, or Word files (DOCX) without macros."
    ),
    "evidence_no_room": _l("You have sent so many documents that no more can be kept. Ask the institute."),
    "claim_open": _l("You have an open claim already. Change that one, or withdraw it first."),
    "claim_moved": _l("This claim has moved on meanwhile. Nothing was changed: read it again."),
    "claim_own": _l("Somebody else has to decide about your own claim."),
    "claim_steps_missing": _l("Choose at least one step."),
    "claim_step_unknown": _l("One of the steps does not exist."),
    "claim_statement_missing": _l("Say in a few sentences what you know or have done, and where you learned it."),
    "claim_statement_too_long": _l("This is too long; up to %(most)s characters can be kept."),
    "claim_reason_missing": _l("Choose a reason."),
    "claim_reason_unfit": _l("This reason does not fit the decision."),
    "claim_note_missing": _l("Write what is missing, or why: the person reads it."),
    "claim_step_not_asked": _l("Only steps that the claim asks for can be granted."),
    "claim_expiry_past": _l("The last day lies in the past."),
    "sheet_missing": _l("Choose a file that is not empty."),
    "sheet_kind": _l("This is not a table that can be read. Send an Excel file (XLSX) or a text file (CSV)."),
    "sheet_damaged": _l("The file is damaged, or not what its name says. Save it again and send it once more."),
    "sheet_too_large": _l("The file is larger than %(most)s MB. Split it."),
    "sheet_unpacks_too_large": _l("The file unpacks to far more than it holds, which honest files do not do."),
    "sheet_too_many_rows": _l("The table has more than %(most)s rows. Split it."),
    "sheet_empty": _l("The table has no rows below its headings."),
    "sheet_columns_missing": _l(
        "The table has no column for: %(columns)s. Name the columns as in the template, in the first row."
    ),
    "source_missing": _l("Say where the table comes from, for example “Registry of the institute, 2015 to 2019”."),
    "import_over": _l("This table was taken in or taken back already. Nothing was changed."),
    "import_nothing_good": _l("No row can be taken in as it stands."),
    "import_not_taken_in": _l("Nothing of this table was taken in."),
    "line_not_open": _l("This row does not wait for a choice. Nothing was changed."),
    "guideline_empty": _l("Write at least one outcome."),
    "guideline_incomplete": _l("Each outcome needs a code and its words in all three languages (row %(row)s)."),
    "guideline_code_twice": _l("Two outcomes have the same code: %(code)s."),
    "guideline_too_long": _l("This is too long (row %(row)s)."),
    "guideline_date_missing": _l("Say from which day it is in force."),
    "guideline_date_past": _l("It can be in force from today at the earliest; what was in force before stays so."),
    "guideline_newer": _l("A newer version was written meanwhile. Nothing was changed: start again from that one."),
}  # fmt: skip
