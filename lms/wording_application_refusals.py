"""The sentences for what is refused about applications."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "activity_not_published": _l("This activity is not published."),
    "language_not_offered": _l("This activity is not held in that language."),
    "activity_begun": _l("This activity has begun; nothing was changed."),
    "activity_not_over": _l("This activity is not over yet."),
    "session_not_begun": _l("This session has not begun yet."),
    "confirmation_over": _l("The time to confirm ended on %(until)s (UTC). Please write to the institute."),
    "endorsement_over": _l("The time for endorsements ended on %(until)s (UTC)."),
    "application_declined": _l("The institute has declined this application; ask it if you think it should not have."),
    "not_endorsed": _l("The application of %(person)s is not endorsed by the beneficiary yet."),
    "rank_out_of_range": _l("A rank is a whole number from 1 to %(most)s."),
    "no_seat_left": _l("No seat is left. Put the person on the waiting list instead."),
    "seats_too_few": _l("%(chosen)s people were chosen, but only %(free)s seats are free. Nothing was changed."),
    "proposal_changed": _l("The proposal is not the one that you read: something changed meanwhile. Read it again."),
    "choice_reason_missing": _l("This is not what is proposed for %(people)s: please say why."),
    "application_moved_on": _l(
        "Something happened to this application meanwhile, and this is not possible any more. Nothing was changed."
    ),
    "reason_not_given": _l("Please give a reason. It is kept with the application."),
    "nobody_chosen": _l("Nobody was chosen. Tick the boxes of those whom you mean."),
    "attendance_missing": _l("Attendance was not taken yet, so nobody could have an outcome."),
    "attendance_by_session": _l("Attendance of this activity is taken session by session."),
    "marks_missing": _l("Marks are missing: %(people)s."),
    "mark_from_course": _l("The mark of this part comes from its course."),
    "marks_by_part": _l("The mark of this activity comes from its parts."),
    "mark_unreadable": _l("A mark is a number from 0 to 100."),
    "quota_too_small": _l("At most so many: a whole number from 1 on."),
    "share_out_of_range": _l("A share lies between 0 and 100 per cent."),
    "balance_out_of_range": _l("The least share of women and of men cannot be more than 50 per cent each."),
}
