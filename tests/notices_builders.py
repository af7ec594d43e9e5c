"""Facts of notices for tests: the least that a letter about an activity needs, and all that a letter can say."""

from datetime import UTC, date, datetime, timedelta

from courses.applications.models import Outcome
from tests.builders import NOW

FACTS = {
    "activity": "REG-1", "title_en": "Seminar on services", "title_fr": "Séminaire sur les services",
    "title_es": "Seminario sobre servicios", "time_zone": "Europe/Zurich", "mode": "face_to_face", "dating": "days",
    "days": [["2026-12-07", "2026-12-11"]], "venue": "Centre", "city": "Nairobi", "country": "KE",
}  # fmt: skip
ALL_FACTS: dict[str, object] = FACTS | {
    "until": datetime(2026, 11, 27, 17, 0, tzinfo=UTC), "waiting": 3, "by": "Bob Coordinator",
    "reason": "Too <many> people",
    "applicant": "Carla Applicant", "outcome": Outcome.PASSED, "mark": 0.82, "attendance": 1.0, "session": "Opening",
    "starts_at": datetime(2026, 12, 7, 8, 0, tzinfo=UTC), "ends_at": datetime(2026, 12, 7, 10, 0, tzinfo=UTC),
    "link": "https://meet.example.org/1", "steps": ["1", "2·specialist·services"], "expires_on": date(2028, 1, 31),
    "note": "Please send the diploma.", "category": "official", "course": "C1", "closes_at": NOW + timedelta(days=90),
    "before": {"days": [["2026-11-30", "2026-12-02"]], "mode": "virtual"},
    "reasons": [["not_verified", {}], ["prerequisite_missing", {"steps": "1"}]],
}  # fmt: skip
