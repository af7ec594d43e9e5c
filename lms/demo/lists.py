"""The institute's own lists in the demonstration: regions and beneficiaries as publicly known, and a tree of topics.

No beneficiary is under administrative measures: who owes what is nothing to invent.
"""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from courses.catalogue.topics import Topic
from lms import beneficiaries

FILE = Path(__file__).resolve().parent / "topics.json"


def write_lists(session: Session, now: datetime) -> None:
    """Write the topics, each after the one above it, the regions and the beneficiaries."""
    rows = [
        {
            "code": one["code"], "parent_code": one["parent"], "name_en": one["en"], "name_fr": one["fr"],
            "name_es": one["es"], "place": place,
        }
        for place, one in enumerate(json.loads(FILE.read_text("utf-8")), start=1)
    ]  # fmt: skip
    session.execute(insert(Topic), rows)
    beneficiaries.load(session, now)
