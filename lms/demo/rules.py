"""What the administrator of the demonstration has entered about rules: a measure, and a draft of the policy.

No real country is put under measures: Antarctica, which has no government, stands for a beneficiary with arrears.
"""

from dataclasses import replace

from sqlalchemy import insert

from courses.applications import services
from courses.applications.entering import nominations_of, places_of
from courses.applications.services import Action, Choice
from courses.enrolment.dry_run import Ports, dry_run
from courses.people.beneficiary_services import BeneficiaryFacts, MeasureFacts, enter_measure, save_beneficiary
from courses.people.models import Gender, Language, Person, Role, RoleGrant
from courses.policy.services import begin_draft, change_draft, keep_report
from courses.progression.policy import HOUSE, Policy
from courses.progression.record import Membership
from courses.progression.requirements import StepHeld
from courses.progression.steps import Step, Track
from lms.demo.applications import OPEN_TO_ALL, submitted
from lms.demo.cast import Cast
from lms.demo.people import DOMAIN, DemoPerson
from lms.demo.rows import grant_row, person_row

UNDER_MEASURES = "AQ"
OFFICIAL = DemoPerson(
    email=f"astrid.frost@{DOMAIN}", given_name="Astrid", family_name="Frost", gender=Gender.WOMAN,
    country=UNDER_MEASURES, region="", language=Language.EN, is_of_ldc=False,
)  # fmt: skip
INVENTED = "Invented for the demonstration, which puts no real country under measures."
MONTHS = 6
NOTE = (
    "For discussion: should level 2 count for half a year only, where a specialist activity of level 3 asks for it? "
    "The dry run says for whom that would change something."
)


def tell_rules(cast: Cast) -> None:
    """Enter a measure that keeps somebody from being selected, and leave a draft of the policy that was tried."""
    enter_a_measure(cast)
    draft_a_policy(cast)


def enter_a_measure(cast: Cast) -> None:
    """Let somebody apply, put the beneficiary under measures, and let the selection run into them."""
    session, administrator = cast.session, cast.administrator
    facts = BeneficiaryFacts(
        code=UNDER_MEASURES, region_code=None, membership=Membership.NONE, is_ldc=False, has_mission=False
    )
    save_beneficiary(session, facts, administrator.id, cast.ago(60), INVENTED)
    row = person_row(OFFICIAL, cast.chance.identifier(cast.ago(60)), cast.ago(60))
    session.execute(insert(Person), [row])
    session.execute(insert(RoleGrant), [grant_row(row["id"], Role.LEARNER, cast.ago(60))])
    application = submitted(cast, session.get_one(Person, row["id"]), OPEN_TO_ALL, cast.ago(20))
    measure = MeasureFacts(begins_on=cast.ago(12).date(), note=INVENTED)
    enter_measure(session, UNDER_MEASURES, measure, administrator.id, cast.ago(12))
    chosen = [(application.id, Action.SELECT, Choice())]
    services.decide_many(session, administrator, application.offering_id, chosen, cast.ago(5))


def draft_a_policy(cast: Cast) -> None:
    """Leave a draft of the policy with what its dry run has found."""
    draft = begin_draft(cast.session, cast.administrator.id, cast.ago(3))
    policy = proposed_policy()
    change_draft(cast.session, draft.id, policy, NOTE)
    report = dry_run(cast.session, policy, Ports(places_of, nominations_of), cast.now)
    keep_report(cast.session, draft.id, report)


def proposed_policy() -> Policy:
    """Return the policy of the house, where level 3 for specialists asks for what is not older than that."""
    recent = StepHeld(Step(2, Track.GENERALIST), within_months=MONTHS)
    rules = tuple(
        replace(rule, requirement=recent) if rule.code == "level_3_specialist" else rule for rule in HOUSE.rules
    )
    return replace(HOUSE, rules=rules)
