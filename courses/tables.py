"""Every table of the domain, in one import: for migrations and for tests."""

from courses.attempts import models as attempts
from courses.catalogue import models as catalogue
from courses.catalogue import uploads
from courses.cohorts import models as cohorts
from courses.db import Base
from courses.enrolment import models as enrolment
from courses.people import models as people

__all__ = ["attempts", "catalogue", "cohorts", "enrolment", "metadata", "people", "uploads"]

metadata = Base.metadata
