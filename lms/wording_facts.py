"""The sentence for every fact of the gate, met or not: to the person, and about a person for those who administer.

A key after a slash is the sentence for a fact that has that value as well, or lacks it (`lms.wording_progression`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

Plural = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence to the person and one about the person; `months` are those that count a number of months."""

    you: object
    they: object
    months: tuple[Plural, Plural] | None = None


def _both(sentence: object) -> Said:
    return Said(sentence, sentence)


def _your_step_counts(num: int, **given: str) -> str:
    return str(ngettext(
        "You have %(step)s since %(date)s; here it counts for %(num)d month.",
        "You have %(step)s since %(date)s; here it counts for %(num)d months.", num, **given,
    ))  # fmt: skip


def _their_step_counts(num: int, **given: str) -> str:
    return str(ngettext(
        "%(person)s has %(step)s since %(date)s; here it counts for %(num)d month.",
        "%(person)s has %(step)s since %(date)s; here it counts for %(num)d months.", num, **given,
    ))  # fmt: skip


def _your_result_counts(num: int, **given: str) -> str:
    return str(ngettext(
        "You passed “%(course)s” on %(date)s; here a result counts for %(num)d month.",
        "You passed “%(course)s” on %(date)s; here a result counts for %(num)d months.", num, **given,
    ))  # fmt: skip


def _their_result_counts(num: int, **given: str) -> str:
    return str(ngettext(
        "%(person)s passed “%(course)s” on %(date)s; here a result counts for %(num)d month.",
        "%(person)s passed “%(course)s” on %(date)s; here a result counts for %(num)d months.", num, **given,
    ))  # fmt: skip


_HELD = {
    "result": Said(_l("You passed “%(course)s” on %(date)s."), _l("%(person)s passed “%(course)s” on %(date)s.")),
    "result/mark": Said(
        _l("You passed “%(course)s” on %(date)s with %(mark)s."),
        _l("%(person)s passed “%(course)s” on %(date)s with %(mark)s."),
    ),
    "result/took_part": Said(
        _l("You took part in “%(course)s” on %(date)s."), _l("%(person)s took part in “%(course)s” on %(date)s.")
    ),
    "covered": Said(
        _l("You have %(step)s, which is higher, since %(date)s by “%(course)s”."),
        _l("%(person)s has %(step)s, which is higher, since %(date)s by “%(course)s”."),
    ),
    "recognised": Said(
        _l("It was recognised to you as prior learning on %(date)s."),
        _l("It was recognised to %(person)s as prior learning on %(date)s."),
    ),
    "recognised/until": Said(
        _l("It was recognised to you as prior learning on %(date)s, until %(until)s."),
        _l("It was recognised to %(person)s as prior learning on %(date)s, until %(until)s."),
    ),
    "covered_by_recognition": Said(
        _l("%(step)s, which is higher, was recognised to you as prior learning on %(date)s."),
        _l("%(step)s, which is higher, was recognised to %(person)s as prior learning on %(date)s."),
    ),
    "covered_by_recognition/until": Said(
        _l("%(step)s, which is higher, was recognised to you as prior learning on %(date)s, until %(until)s."),
        _l("%(step)s, which is higher, was recognised to %(person)s as prior learning on %(date)s, until %(until)s."),
    ),
    "prerequisite_missing": Said(_l("You do not have %(step)s yet."), _l("%(person)s does not have %(step)s yet.")),
    "prerequisite_missing/steps": Said(
        _l("This asks for %(steps)s, which you do not have yet."),
        _l("This asks for %(steps)s, which %(person)s does not have yet."),
    ),
    "one_prerequisite_missing/one": Said(
        _l("You need one of these steps: %(steps)s."),
        _l("%(person)s needs one of these steps: %(steps)s."),
    ),
    "one_prerequisite_missing/lacking": Said(
        _l("Of these steps you need %(lacking)s more: %(steps)s."),
        _l("Of these steps %(person)s needs %(lacking)s more: %(steps)s."),
    ),
    "step_too_old": Said(
        _l("You have %(step)s since %(date)s, which is too long ago."),
        _l("%(person)s has %(step)s since %(date)s, which is too long ago."),
        (_your_step_counts, _their_step_counts),
    ),
    "recognition_expired": Said(
        _l("The recognition of your prior learning for %(step)s expired on %(date)s."),
        _l("The recognition of prior learning of %(person)s for %(step)s expired on %(date)s."),
    ),
    "course_not_passed": Said(
        _l("You have not passed “%(course)s” yet."), _l("%(person)s has not passed “%(course)s” yet.")
    ),
    "mark_too_low": Said(
        _l("You passed “%(course)s” with %(mark)s; %(minimum_mark)s or more is asked for."),
        _l("%(person)s passed “%(course)s” with %(mark)s; %(minimum_mark)s or more is asked for."),
    ),
    "mark_too_low/none": Said(
        _l("You passed “%(course)s” without a mark; %(minimum_mark)s or more is asked for."),
        _l("%(person)s passed “%(course)s” without a mark; %(minimum_mark)s or more is asked for."),
    ),
    "result_too_old": Said(
        _l("You passed “%(course)s” on %(date)s, which is too long ago."),
        _l("%(person)s passed “%(course)s” on %(date)s, which is too long ago."),
        (_your_result_counts, _their_result_counts),
    ),
    "already_passed": Said(
        _l("You have passed this course. Open it again from “My courses” whenever you like."),
        _l("%(person)s has passed this course already."),
    ),
    "already_passed/mark": Said(
        _l("You have passed this course with %(mark)s. Open it again from “My courses” whenever you like."),
        _l("%(person)s has passed this course already, with %(mark)s."),
    ),
}
_PERSON = {
    "verified": Said(
        _l("Your official status was verified on %(date)s."),
        _l("The official status of %(person)s was verified on %(date)s."),
    ),
    "not_verified": Said(
        _l(
            "Your official status has not been verified yet. Until then the self-study material is open to you; "
            "your coordinator can verify you."
        ),
        _l("The official status of %(person)s has not been verified yet."),
    ),
    "category": Said(
        _l("You are verified as: %(category)s (%(date)s)."), _l("%(person)s is verified as: %(category)s (%(date)s).")
    ),
    "category_not_admitted": Said(
        _l("This is for: %(categories)s. Your profile says: %(category)s."),
        _l("This is for: %(categories)s. The profile of %(person)s says: %(category)s."),
    ),
    "category_not_admitted/none": Said(
        _l("This is for: %(categories)s. Your profile does not say yet what you are."),
        _l("This is for: %(categories)s. The profile of %(person)s does not say yet what the person is."),
    ),
    "speaks": Said(_l("You can follow it in %(languages)s."), _l("%(person)s can follow it in %(languages)s.")),
    "language_missing": Said(
        _l("This asks for %(languages)s, which your profile does not name. You can add a language there."),
        _l("This asks for %(languages)s, which the profile of %(person)s does not name."),
    ),
    "nominated": Said(_l("Your beneficiary has nominated you."), _l("The beneficiary has nominated %(person)s.")),
    "not_nominated": Said(
        _l("Your beneficiary has not nominated you for this. Ask your coordinator."),
        _l("The beneficiary has not nominated %(person)s for this."),
    ),
}
_BENEFICIARY = {
    "no_measures": _both(_l("No administrative measures are in force.")),
    "no_measures/beneficiary": _both(_l("No administrative measures are in force against %(beneficiary)s.")),
    "beneficiary_under_measures/beneficiary": _both(
        _l("Administrative measures are in force against %(beneficiary)s since %(date)s.")
    ),
    "beneficiary_under_measures/until/beneficiary": _both(
        _l("Administrative measures are in force against %(beneficiary)s from %(date)s until %(until)s.")
    ),
    "membership/beneficiary": _both(_l("Membership of %(beneficiary)s: %(membership)s.")),
    "membership_other/beneficiary": _both(
        _l("This is for people from: %(memberships)s. Membership of %(beneficiary)s: %(membership)s.")
    ),
    "ldc/beneficiary": _both(_l("%(beneficiary)s is a least-developed country.")),
    "not_ldc/beneficiary": _both(
        _l("This is for people from least-developed countries; %(beneficiary)s is not one of them.")
    ),
    "region/beneficiary": _both(_l("%(beneficiary)s is in the region “%(region)s”.")),
    "region_other/beneficiary/regions": _both(
        _l("This is for people from: %(regions)s. %(beneficiary)s is not there.")
    ),
    "country/beneficiary": Said(_l("You come from %(beneficiary)s."), _l("%(person)s comes from %(beneficiary)s.")),
    "country_other/beneficiary/countries": Said(
        _l("This is for people from: %(countries)s. Your profile says: %(beneficiary)s."),
        _l("This is for people from: %(countries)s. The profile of %(person)s says: %(beneficiary)s."),
    ),
    "beneficiary_unknown": Said(
        _l("Your profile does not name your country yet. You can add it there."),
        _l("The profile of %(person)s does not name a country yet."),
    ),
    "beneficiary_not_admitted": Said(
        _l("This is for people from other countries or regions."),
        _l("This is for people from other countries or regions than that of %(person)s."),
    ),
    "beneficiary_not_admitted/countries": Said(
        _l("This is for people from: %(countries)s. Your profile says otherwise."),
        _l("This is for people from: %(countries)s. The profile of %(person)s says otherwise."),
    ),
    "beneficiary_not_admitted/regions": Said(
        _l("This is for people from: %(regions)s. Your profile says otherwise."),
        _l("This is for people from: %(regions)s. The profile of %(person)s says otherwise."),
    ),
    "beneficiary_not_admitted/countries/regions": Said(
        _l("This is for people from: %(countries)s, or from: %(regions)s. Your profile says otherwise."),
        _l("This is for people from: %(countries)s, or from: %(regions)s. The profile of %(person)s says otherwise."),
    ),
}
_GROUPS = {
    "parts_met/lacking": _both(_l("Met: %(met)s of %(of)s.")),
    "nothing_asked/lacking": _both(_l("Nothing is asked for.")),
    "one_condition_missing/one": _both(_l("One more of these is needed: %(codes)s.")),
    "one_condition_missing/lacking": _both(_l("So many more of these are needed: %(lacking)s (%(codes)s).")),
    "excluded": Said(
        _l("This is only for people who are otherwise, and you meet this: %(condition)s."),
        _l("This is only for people who are otherwise, and %(person)s meets this: %(condition)s."),
    ),
    "excluded/course_passed": Said(
        _l("This is only for people who have not passed “%(course)s”, and you have."),
        _l("This is only for people who have not passed “%(course)s”, and %(person)s has."),
    ),
    "excluded/step_held": Said(
        _l("This is only for people who do not have %(step)s, and you do."),
        _l("This is only for people who do not have %(step)s, and %(person)s does."),
    ),
}
_OPENING = {
    "open": _both(_l("It is open.")),
    "not_for_credit": _both(_l("This is self-study material: open it without enrolling.")),
    "not_published": _both(_l("It is not published in that language yet.")),
    "first_generation": _both(
        _l("In this language the course is still in its first form, to be read: enrolment opens when it is converted.")
    ),
    "activity_postponed": _both(_l("This activity is postponed; applications open again when its dates stand.")),
    "activity_cancelled": _both(_l("This activity was cancelled.")),
    "activity_over": _both(_l("This activity is over.")),
    "applications_not_open": _both(_l("Applications are not open yet.")),
    "applications_closed": _both(_l("The time for applications is over.")),
}
FACTS: dict[str, Said] = {**_HELD, **_PERSON, **_BENEFICIARY, **_GROUPS, **_OPENING}

SHORT = {
    "prerequisite_missing": _l("a step that is asked for"),
    "one_prerequisite_missing": _l("one of the steps that are asked for"),
    "step_too_old": _l("a step obtained more recently"),
    "recognition_expired": _l("a recognition that is still valid"),
    "course_not_passed": _l("a course passed"),
    "mark_too_low": _l("a better mark"),
    "result_too_old": _l("a more recent result"),
    "already_passed": _l("a course not passed already"),
    "not_verified": _l("official status verified"),
    "category_not_admitted": _l("another category of person"),
    "language_missing": _l("a language"),
    "not_nominated": _l("a nomination by the beneficiary"),
    "beneficiary_under_measures": _l("no administrative measures"),
    "membership_other": _l("another membership of the beneficiary"),
    "not_ldc": _l("a least-developed country"),
    "region_other": _l("another region"),
    "country_other": _l("another country or territory"),
    "beneficiary_unknown": _l("a country in the profile"),
    "beneficiary_not_admitted": _l("another country or region"),
    "excluded": _l("something that must not be the case"),
    "one_condition_missing": _l("one of several further conditions"),
    "parts_met": _l("further conditions"),
    "nothing_asked": _l("something that can be met"),
    "not_published": _l("publication in this language"),
    "first_generation": _l("its conversion: for now it is only to be read"),
    "activity_postponed": _l("new dates"),
    "activity_cancelled": _l("an activity that is not cancelled"),
    "activity_over": _l("an activity that is not over"),
    "applications_not_open": _l("the opening of applications"),
    "applications_closed": _l("applications that are still open"),
    "not_for_credit": _l("a course for credit"),
}
"""What is missing, in a few words, where several are named together."""

REFUSALS = {
    "already_passed": _l("You have passed this course. Open it again from “My courses” whenever you like."),
    "beneficiary_not_admitted": _l("This is for people from other countries or regions."),
    "beneficiary_under_measures": _l("Administrative measures are in force against your beneficiary."),
    "beneficiary_unknown": _l("Your profile does not name your country yet. You can add it there."),
    "category_not_admitted": _l("This is for another category of people than yours."),
    "country_other": _l("This is for people from other countries or territories."),
    "course_not_passed": _l("A course that is asked for has not been passed yet."),
    "excluded": _l("This is only for people who do not meet a certain condition."),
    "language_missing": _l("This asks for a language that your profile does not name."),
    "mark_too_low": _l("A course that is asked for was passed with too low a mark."),
    "membership_other": _l("This is for people from beneficiaries with another membership."),
    "not_ldc": _l("This is for people from least-developed countries."),
    "not_nominated": _l("Your beneficiary has not nominated you for this. Ask your coordinator."),
    "one_condition_missing": _l("Not enough of the further conditions are met."),
    "one_prerequisite_missing": _l("Not enough of the steps that are asked for are held."),
    "parts_met": _l("Not all conditions are met."),
    "nothing_asked": _l("This is closed: what it asks for can never be met."),
    "recognition_expired": _l("A recognition of prior learning has expired."),
    "region_other": _l("This is for people from other regions."),
    "result_too_old": _l("A result that is asked for is too long ago."),
    "step_too_old": _l("A step that is asked for was obtained too long ago."),
    "override_not_allowed": _l("Only an administrator may let somebody in all the same, with a reason."),
    "policy_not_draft": _l("This version is not a draft any more; it cannot be changed. Begin a new draft."),
    "policy_moment_past": _l("A version comes into force now or later, never in the past."),
    "policy_moment_taken": _l("Another version comes into force at that very moment. Choose another one."),
    "policy_in_force": _l("This version is in force, or was. Bring another one into force in its place."),
    "policy_changed_meanwhile": _l(
        "Somebody else changed this version meanwhile. Nothing was changed now: read it again, then decide."
    ),
    "reach_out_of_range": _l("Topics above are counted by a whole number from 0 to 20."),
    "months_out_of_range": _l("Months are a whole number from 1 to 1200; leave it empty where there is no limit."),
    "category_unknown": _l("There is no such category of people."),
    "requirement_unreadable": _l("Some lines of the conditions mean nothing yet."),
}
"""What is refused at the gate in general words, where the values behind it are not at hand; and about the policy."""
