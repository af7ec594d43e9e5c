"""The row of a notice: what a person is to be told by e-mail, written in the transaction of what happened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, UtcDateTime, document, label, line, moment, pk


class Notice(Base):
    """One message to one person about one event: `key` names the event and the person, and is there once.

    `facts` are plain values for its words. One that was sent keeps `sent_at`; one that is given up has `given_up_at`.
    `failure` is why it never can be sent, empty where another try may help. `forgotten_at` is when its facts were
    forgotten: the rest stays, so that nothing is told twice.
    """

    __tablename__ = "lms_notice"
    __table_args__ = (Index("ix_lms_notice_due", "sent_at", "given_up_at", "next_try_at"),)

    id: Mapped[pk]
    key: Mapped[line] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[label]
    facts: Mapped[document] = mapped_column(default=dict)
    created_at: Mapped[moment]
    next_try_at: Mapped[moment]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_id: Mapped[str | None] = mapped_column(String(36))
    failure: Mapped[label] = mapped_column(default="")
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
