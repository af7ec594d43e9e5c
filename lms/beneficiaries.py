"""The beneficiaries of the world as far as they are publicly known, kept in `beneficiaries.json`.

Membership of the World Trade Organization and the list of least-developed countries of the United Nations, as of the
day in the file. Permanent missions and regions are the institute's to check.
"""

import json
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from courses.people.beneficiary_services import BeneficiaryFacts, Loaded, load_beneficiaries
from courses.people.regions import RegionFacts
from courses.progression.record import Membership
from lms.resources import PACKAGE


@cache
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((PACKAGE / "beneficiaries.json").read_text("utf-8"))
    return kept


def kept_regions() -> tuple[RegionFacts, ...]:
    """Return the seven regions, in their order."""
    return tuple(
        RegionFacts(code=one["code"], name_en=one["en"], name_fr=one["fr"], name_es=one["es"], place=place)
        for place, one in enumerate(_kept()["regions"], start=1)
    )


def kept_beneficiaries() -> tuple[BeneficiaryFacts, ...]:
    """Return the beneficiaries, by their codes."""
    return tuple(
        BeneficiaryFacts(
            code=one["code"], region_code=one["region"], membership=Membership(one["membership"]),
            is_ldc=one["is_ldc"], has_mission=one["has_mission"],
        )
        for one in _kept()["beneficiaries"]
    )  # fmt: skip


def load(session: Session, now: datetime) -> Loaded:
    """Take the kept table in; what an administrator has changed stays as it is."""
    return load_beneficiaries(session, kept_regions(), kept_beneficiaries(), now)
