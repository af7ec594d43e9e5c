"""The story of an attempt as a trainer reads it, after a learner's real trouble: on a phone, without script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from courses.attempts.models import Attempt
from courses.cohorts.models import CohortTrainer
from courses.people.models import Role
from lms.identity import hashed_for
from tests.browser.playing_site import PlayingSite, badge, launch, saved, sco_frame, sign_in
from tests.builders import PASSWORD, make_person
from tests.playing import Played

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


def trainers_page(site: PlayingSite, browser: Browser, played: Played, *, has_script: bool) -> Page:
    with site.site.database.transaction() as session:
        bob = make_person(session, roles=[Role.TRAINER])
        bob.password_hash = hashed_for(site.site, PASSWORD)
        session.add(CohortTrainer(cohort_id=played.enrolment.cohort_id, person_id=bob.id))
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.enrolment_id == played.enrolment.id)).one()
    page = browser.new_context(viewport=PHONE, java_script_enabled=has_script).new_page()  # type: ignore[arg-type]
    sign_in(site, page, bob)
    page.goto(
        f"{site.base_url}/cohorts/{played.enrolment.cohort_id}/people/{played.enrolment.id}/attempts/{attempt_id}"
    )
    return page


def test_a_trainer_reads_on_a_phone_what_befell_a_learner(
    site: PlayingSite, browser: Browser, learner: Page, played: Played
) -> None:
    launch(site, learner, played)
    lesson = sco_frame(learner, "one.html")
    learner.context.set_offline(True)
    lesson.get_by_text("Turn to page 7").click()
    expect(badge(learner)).to_have_attribute("data-save-state", "offline")
    learner.context.set_offline(False)
    saved(learner)
    learner.reload()
    sco_frame(learner, "one.html").get_by_text("Answer").click()
    expect(learner.locator('[data-toc-item="one"]')).to_contain_text("passed")
    saved(learner)

    reading = trainers_page(site, browser, played, has_script=False)
    older = reading.locator(".story-load").last
    expect(older).to_contain_text("Session 1")
    expect(older.locator("[data-noted=failed]").first).to_contain_text("nothing answered")
    expect(older.locator("[data-said=place]")).to_contain_text("page 7")
    expect(older.locator("[data-said=kept]")).to_contain_text("kept data for resuming (5 bytes, not shown)")
    newer = reading.locator(".story-load").first
    expect(newer).to_have_attribute("data-ending", "open")
    expect(newer.locator("[data-said=closed]")).to_contain_text("ended its session")
    expect(reading.locator('[data-part="one"]')).to_contain_text("never reported its time")
    reading.context.close()

    page = trainers_page(site, browser, played, has_script=True)
    faults = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [fault["id"] for fault in faults if fault["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.context.close()
