"""The sentences for what is refused about activities, and for what keeps one from taking applications."""

from flask_babel import lazy_gettext as _l

CLOSED = {
    "not_published": _l("This activity is not published yet."),
    "activity_postponed": _l("This activity is postponed; applications open again when its dates stand."),
    "activity_cancelled": _l("This activity was cancelled."),
    "activity_over": _l("This activity is over."),
    "applications_not_open": _l("Applications are not open yet."),
    "applications_closed": _l("The time for applications is over."),
}
REFUSALS = {
    "dates_missing": _l("Please give at least one day, or say that the dates are not fixed yet."),
    "dates_too_many": _l("At most 60 ranges of days can be kept."),
    "dates_out_of_order": _l("The end comes before the beginning."),
    "dates_overlap": _l("Two of the ranges share a day."),
    "dates_out_of_range": _l("An activity lasts two years at most, from 1995 on."),
    "day_unreadable": _l("This is not a day. Days are written like 2026-11-20."),
    "month_invalid": _l("This is not a month. Months are written like 2026-11."),
    "moment_unreadable": _l("This is not a time. Times are written like 2026-11-20 18:00."),
    "time_does_not_exist": _l("The clock is put forward that night: this time does not exist in the time zone."),
    "time_zone_unknown": _l("This is not a time zone of the IANA list, like Europe/Zurich."),
    "deadline_before_opening": _l("Applications cannot end before they open."),
    "endorsement_before_deadline": _l("Endorsement cannot end before the applications do."),
    "topic_missing": _l("A specialist activity names its topic."),
    "advisory_not_national": _l("Only the conditions of a national activity can be advisory."),
    "seats_out_of_range": _l("Seats are a whole number from 1 to 1000; leave it empty when there is no limit."),
    "seats_held": _l("%(held)s seats are held by people already; there cannot be fewer."),
    "confirmation_days_out_of_range": _l("The days to confirm are a whole number from 1 to 60."),
    "partners_too_many": _l("At most 30 partners can be named."),
    "link_invalid": _l("A link begins with https:// or http://."),
    "change_reason_missing": _l("Please give the reason: the people who applied are told."),
    "not_a_draft": _l("This activity was published: it can be cancelled, not discarded."),
    "activity_not_begun": _l("An activity can be noted as held once its first day has come; its days must be fixed."),
    "activity_is_closed": _l("This activity was held or cancelled; it cannot be changed any more."),
    "activity_changed_meanwhile": _l(
        "This activity was changed meanwhile. Nothing was saved now, and what you typed stands below: compare it with "
        "the activity’s page. If you save again, yours takes the place of what is there."
    ),
    "session_ends_first": _l("The end comes before the beginning."),
    "session_too_long": _l("A session lasts 24 hours at most."),
    "session_begun": _l("This session has begun, and attendance may have been taken: it cannot be removed."),
    "sessions_too_many": _l("An activity has 200 sessions at most."),
    "weeks_out_of_range": _l("Weeks are a whole number from 1 to 52."),
    "not_announced": _l("The activity is not published: there is nobody to tell."),
    "parts_too_many": _l("An activity has 20 parts at most."),
    "weight_out_of_range": _l("A weight is a number from 0 to 1000."),
    "part_course_missing": _l("Please choose the course of this part."),
    "part_in_use": _l("People may have marks in a part of a published activity: it cannot be removed any more."),
    "trainer_unknown": _l("Nobody with this address is a trainer here: %(addresses)s."),
    "country_unknown": _l("These are no countries or territories: %(codes)s."),
    "quota_out_of_range": _l("At most so many each: a whole number from 1 to 1000. Shares: 0 to 100 per cent."),
    "women_share_out_of_range": _l("The least share of women and of men cannot be more than 50 per cent each."),
    **{code: words for code, words in CLOSED.items() if code != "not_published"},
}
