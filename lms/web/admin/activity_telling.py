"""What the administration's pages of activities share: telling the people who applied what has changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from courses.applications.telling import tell_change
from courses.offerings.models import OfferingChange


def tell(session: Session, change: OfferingChange | None, now: datetime) -> None:
    """Tell everybody who applied of a change, in the transaction that made it; nothing where there was none."""
    if change is not None:
        tell_change(session, change, now)
