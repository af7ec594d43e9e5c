"""The words for applications: where one stands, what to do next, its history, why a place is proposed, refusals."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.applications.models import Application, ApplicationChange, Outcome, Presence, State
from courses.applications.queries import OwnApplication
from courses.applications.ranking import Why, WhyCode
from courses.applications.states import Action
from courses.catalogue.names import Names
from courses.offerings.models import Offering
from lms.activity_dates import moment_text
from lms.countries import country_text
from lms.languages import current_language, percentage
from lms.wording_activity_refusals import CLOSED
from lms.wording_progression import reason_text
from lms.wording_requirements import language_text

STATES = {
    State.DRAFT: _l("Draft"),
    State.SUBMITTED: _l("Submitted"),
    State.ENDORSED: _l("Endorsed"),
    State.ELIGIBLE: _l("Eligible"),
    State.INELIGIBLE: _l("Not eligible"),
    State.SELECTED: _l("Selected"),
    State.WAITLISTED: _l("On the waiting list"),
    State.DECLINED: _l("Declined"),
    State.CONFIRMED: _l("Confirmed"),
    State.ATTENDED: _l("Attended"),
    State.NO_SHOW: _l("Did not come"),
    State.OUTCOME: _l("Closed"),
    State.WITHDRAWN: _l("Withdrawn"),
}
STATE_LOOKS = {
    State.SELECTED: "good", State.CONFIRMED: "good", State.ATTENDED: "good", State.ELIGIBLE: "good",
    State.WAITLISTED: "warn", State.INELIGIBLE: "bad", State.DECLINED: "bad", State.NO_SHOW: "bad",
}  # fmt: skip
OUTCOMES = {
    Outcome.PASSED: _l("Passed"),
    Outcome.FAILED: _l("Failed"),
    Outcome.ATTENDED: _l("Attended"),
    Outcome.NOT_ATTENDED: _l("Attendance not reached"),
}
OUTCOME_LOOKS = {Outcome.PASSED: "good", Outcome.ATTENDED: "good", Outcome.FAILED: "bad", Outcome.NOT_ATTENDED: "warn"}
PRESENCES = {
    Presence.PRESENT: _l("Present"),
    Presence.ABSENT: _l("Absent"),
    Presence.EXCUSED: _l("Excused"),
}

HISTORY = {
    Action.APPLY: _l("The application was begun."),
    Action.SUBMIT: _l("The application was submitted."),
    Action.NOMINATE: _l("The beneficiary nominated the person."),
    Action.ENDORSE: _l("The beneficiary endorsed the application."),
    Action.REFUSE: _l("The beneficiary did not endorse the application."),
    Action.FIND_ELIGIBLE: _l("All conditions were met: eligible."),
    Action.FIND_INELIGIBLE: _l("A condition was not met: not eligible."),
    Action.SELECT: _l("The institute selected the person."),
    Action.OFFER: _l("A seat became free and was offered, in the order of the waiting list."),
    Action.WAIT: _l("The institute put the person on the waiting list."),
    Action.DECLINE: _l("The institute declined the application."),
    Action.CONFIRM: _l("Taking part was confirmed."),
    Action.ASK_AGAIN: _l("The activity changed: taking part is to be confirmed again."),
    Action.LAPSE: _l("Taking part was not confirmed in time; the seat went to the waiting list."),
    Action.WITHDRAW: _l("The application was withdrawn."),
    Action.ATTEND: _l("The person was noted as present."),
    Action.MISS: _l("The person was noted as absent."),
    Action.UNMARK: _l("What was noted of the attendance was taken back."),
    Action.CLOSE: _l("The activity was closed."),
    Action.CORRECT: _l("What had been noted was corrected."),
    Action.END: _l("The activity was over before this was decided or confirmed."),
}
NEXT = {
    State.DRAFT: _l("Your draft is kept. Submit it before the applications close."),
    State.SUBMITTED: _l("Your application waits for the endorsement of your beneficiary."),
    State.ENDORSED: _l("Your beneficiary has endorsed your application. The institute looks at it next."),
    State.ELIGIBLE: _l("You meet every condition. The institute selects the participants next; you will be told."),
    State.INELIGIBLE: _l("You do not meet every condition. Below stands which, and what you can do."),
    State.SELECTED: _l("A seat is kept for you. Please confirm that you take part."),
    State.WAITLISTED: _l(
        "You are on the waiting list. When a seat becomes free it is offered in the order of the list."
    ),
    State.DECLINED: _l("You were not selected for this activity."),
    State.CONFIRMED: _l("Your seat is confirmed."),
    State.ATTENDED: _l("You took part. The outcome follows when the activity is closed."),
    State.NO_SHOW: _l("You were noted as absent."),
    State.OUTCOME: _l("The activity is closed."),
    State.WITHDRAWN: _l("You have withdrawn this application."),
}
WHOM = {"ldc": _l("least-developed countries"), "women": _l("women"), "men": _l("men")}
STANDINGS = {"ldc": _l("Least-developed countries"), "other": _l("Others")}
GENDERS = {"woman": _l("Women"), "man": _l("Men"), "": _l("Not said")}
WHY = {
    WhyCode.FIRST_OF_BENEFICIARY: _l("first from %(beneficiary)s"),
    WhyCode.FURTHER_OF_BENEFICIARY: _l("number %(number)s from %(beneficiary)s"),
    WhyCode.LDC: _l("least-developed country"),
    WhyCode.NO_MISSION: _l("no permanent mission at the seat of the institute"),
    WhyCode.REGION: _l("%(region)s has %(count)s so far"),
    WhyCode.BALANCE: _l("there are fewer %(whom)s so far"),
    WhyCode.LANGUAGE: _l("speaks %(languages)s"),
    WhyCode.NO_LANGUAGE: _l("speaks no language of the activity"),
    WhyCode.RANKED: _l("endorsed as number %(rank)s"),
    WhyCode.EXPERIENCE: _l("earlier results: %(count)s"),
    WhyCode.KEPT_FOR: _l("seat kept for %(whom)s"),
    WhyCode.NO_SEAT_LEFT: _l("no seat is left: place %(number)s"),
    WhyCode.BENEFICIARY_FULL: _l("at most %(most)s from %(beneficiary)s"),
    WhyCode.REGION_FULL: _l("at most %(most)s from %(region)s"),
}


def change_text(change: ApplicationChange, offering: Offering) -> str:
    """Return a line of a history as a sentence, with the figures that belong to it."""
    action = Action(change.action)
    if action == Action.ENDORSE and change.before == change.after:
        return str(gettext("The beneficiary gave the rank %(rank)s.", rank=change.facts.get("rank", "–")))
    if action == Action.CLOSE:
        return str(gettext("The activity was closed. Outcome: %(outcome)s.", outcome=_outcome(change.facts)))
    if action == Action.CORRECT and "outcome" in change.facts:
        return str(gettext("The outcome was corrected. It is now: %(outcome)s.", outcome=_outcome(change.facts)))
    if change.facts.get("why"):
        return _ended_text(str(change.facts["why"]))
    if action == Action.LAPSE and change.facts.get("until"):
        until = moment_in(datetime.fromisoformat(change.facts["until"]), offering)
        return str(
            gettext("Taking part was not confirmed by %(until)s; the seat went to the waiting list.", until=until)
        )
    return str(HISTORY[action])


def _ended_text(why: str) -> str:
    return str(CLOSED[why] if why == "activity_cancelled" else HISTORY[Action.END])


def _outcome(facts: Mapping[str, object]) -> str:
    outcome = str(OUTCOMES[Outcome(str(facts["outcome"]))])
    mark, attendance = facts.get("mark"), facts.get("attendance")
    parts = [outcome]
    if isinstance(mark, int | float):
        parts.append(str(gettext("mark %(mark)s", mark=percentage(mark))))
    if isinstance(attendance, int | float):
        parts.append(str(gettext("attendance %(share)s", share=percentage(attendance, 0))))
    return ", ".join(parts)


def next_text(own: OwnApplication) -> str:
    """Return what an application waits for, to the person."""
    application = own.application
    if application.state == State.OUTCOME and application.outcome:
        return str(gettext("Your outcome: %(outcome)s.", outcome=outcome_text(application)))
    if application.state == State.SUBMITTED and not application.offering.needs_endorsement:
        return str(gettext("Your application is with the institute."))
    last = own.history[0].change if own.history else None
    if last and last.action == Action.REFUSE and application.state == State.DECLINED:
        return str(gettext("Your beneficiary did not endorse your application."))
    if last and last.action == Action.END and last.facts.get("why") in CLOSED:
        return str(CLOSED[last.facts["why"]])
    return str(NEXT[application.state])


def outcome_text(application: Application) -> str:
    """Return what an application came to, with mark and attendance."""
    return _outcome(
        {"outcome": application.outcome, "mark": application.mark, "attendance": application.attendance}
    )  # fmt: skip


def moment_in(moment: datetime, offering: Offering) -> str:
    """Return a moment as the clock shows it where an activity is held, with the zone."""
    return moment_text(moment, offering.time_zone)


def why_text(why: Why, names: Names) -> str:
    """Return a reason for a proposed place in a few words."""
    shown = dict(why.parameters)
    if "beneficiary" in shown:
        shown["beneficiary"] = country_text(shown["beneficiary"]) or "–"
    if "region" in shown:
        shown["region"] = names.region(shown["region"], current_language())
    if "languages" in shown:
        known = shown["languages"].split(", ")
        shown["languages"] = gettext(", ").join(language_text(code) for code in known)
    if "whom" in shown:
        shown["whom"] = str(WHOM[shown["whom"]])
    return str(WHY[why.code]) % shown if shown else str(WHY[why.code])


def missed_text(why: Why) -> str:
    """Return a least share that a proposal does not reach."""
    shown = dict(why.parameters)
    shown["whom"] = str(WHOM[shown["whom"]])
    return str(gettext("Wanted for %(whom)s: at least %(least)s. Reached: %(count)s.", **shown))


def waiting_text(place: int) -> str:
    """Return the place on the waiting list."""
    if place == 1:
        return str(gettext("You are first on the waiting list."))
    return str(ngettext("%(num)d person is before you.", "%(num)d people are before you.", place - 1))


WORDS = {
    "application_states": STATES, "application_looks": STATE_LOOKS, "application_outcomes": OUTCOMES,
    "application_outcome_looks": OUTCOME_LOOKS, "application_change_text": change_text, "next_text": next_text,
    "application_outcome_text": outcome_text, "moment_in": moment_in, "why_text": why_text, "missed_text": missed_text,
    "waiting_text": waiting_text, "gate_reason_text": reason_text,
    "presence_words": PRESENCES, "standing_words": STANDINGS, "gender_words": GENDERS,
}  # fmt: skip
"""What templates need of this module, by name."""
