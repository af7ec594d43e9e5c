"""What the editions of SCORM 2004 have in common goes on in each of them, also where a table is shorter."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from scorm.packaging.items import Edition
from scorm.sequencing.definition import Objective, Sequencing
from tests.paging2004 import BY_CONTENT, EXIT, PLACE, again, ask, opened, values
from tests.playing import sco

NAMED = Sequencing(primary=Objective(identifier="main"), delivery=BY_CONTENT)


@pytest.mark.parametrize("edition", [one for one in Edition if one.is_2004])
def test_progress_and_a_named_objective_go_on(session: Session, now: datetime, edition: Edition) -> None:
    page = opened(session, now, sco("one", sequencing=NAMED), edition=edition)
    page.commit("one", ("cmi.progress_measure", "0.5"), (EXIT, "suspend"))
    ask(page, "one", "suspendAll")
    page = again(page)
    assert page.commit("one", (PLACE, "p3")).body.get("findings") is None
    assert values(again(page).opening)[PLACE] == "p3"
