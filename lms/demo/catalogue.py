"""The catalogue of the demonstration: thirty courses, read from `catalogue.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.catalogue.facts import CourseFacts
from courses.catalogue.models import Format
from courses.people.models import Language
from courses.progression.steps import Step, Track

FILE = Path(__file__).resolve().parent / "catalogue.json"
LIMITED, ATTEMPTS, DAYS_BETWEEN = "SPS", 3, 7
"""The course whose attempts are counted, as the house does it where nothing else is said (DOMAIN: examinations)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCourse:
    """A course as the demonstration tells of it; `about` says what it treats, in each of its languages."""

    code: str
    titles: Mapping[Language, str]
    about: Mapping[Language, str]
    level: int | None
    track: Track | None
    topic: str
    hours: float
    is_for_credit: bool
    format: Format
    is_born_in_scorm: bool
    languages: tuple[Language, ...]

    def facts(self) -> CourseFacts:
        """Return the course as the administration would enter it, its steps by the rule of the house."""
        return CourseFacts(
            code=self.code,
            title_en=self.titles[Language.EN],
            title_fr=self.titles[Language.FR],
            title_es=self.titles[Language.ES],
            level=self.level,
            track=self.track,
            topic=self.topic,
            asks_for=(str(Step(1)),) if self.level == 2 else (),
            confers=self._confers(),
            hours=self.hours,
            is_for_credit=self.is_for_credit,
            attempts_allowed=ATTEMPTS if self.code == LIMITED else None,
            days_between=DAYS_BETWEEN if self.code == LIMITED else 0,
        )

    def _confers(self) -> tuple[str, ...]:
        if self.level is None:
            return ()
        topic = self.topic if self.track is Track.SPECIALIST else None
        return (str(Step(self.level, self.track, topic)),)


def courses() -> tuple[DemoCourse, ...]:
    """Return the thirty courses."""
    return tuple(_course(raw) for raw in json.loads(FILE.read_text("utf-8")))


def _course(raw: dict[str, Any]) -> DemoCourse:
    return DemoCourse(
        code=raw["code"],
        titles={Language(language): title for language, title in raw["titles"].items()},
        about={Language(language): about for language, about in raw["about"].items()},
        level=raw["level"],
        track=Track(raw["track"]) if raw["track"] else None,
        topic=raw["topic"],
        hours=raw["hours"],
        is_for_credit=raw["is_for_credit"],
        format=Format(raw["format"]),
        is_born_in_scorm=raw["is_born_in_scorm"],
        languages=tuple(Language(language) for language in raw["languages"]),
    )
