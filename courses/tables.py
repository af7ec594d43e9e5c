"""Every table of the domain, in one import: for migrations and for tests."""

from courses.applications import models as applications
from courses.attempts import models as attempts
from courses.catalogue import models as catalogue
from courses.catalogue import topics, uploads
from courses.cohorts import models as cohorts
from courses.db import Base
from courses.enrolment import models as enrolment
from courses.notices import models as notices
from courses.offerings import models as offerings
from courses.people import beneficiaries, traces
from courses.people import models as people
from courses.policy import models as policy
from courses.records import models as records

__all__ = [
    "applications", "attempts", "beneficiaries", "catalogue", "cohorts", "enrolment", "metadata", "notices",
    "offerings", "people", "policy", "records", "topics", "traces", "uploads",
]  # fmt: skip

metadata = Base.metadata
