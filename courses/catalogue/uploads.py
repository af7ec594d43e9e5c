"""Uploads: packages that arrive piece by piece, and wait until somebody asks for their import.

How much of a file has arrived stands in no row: the file itself tells it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Select, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.db import Base, digest, line, moment, pk, text
from courses.errors import NotFound, Refusal
from courses.people.models import Person

LIVES = timedelta(days=7)
"""How long an upload waits for its next piece, or for its import."""

RENEWED_EVERY = timedelta(hours=1)
MOST_WAITING = 50
"""How many uploads of a person may wait at once."""

MOST_TIMES_LARGEST = 4
"""How many times the largest package the waiting uploads of a person may have together."""

LONGEST_NAME = 200


class Upload(Base):
    """A package on its way in, of one person: `size` in bytes, `sha256` once all of it has arrived.

    `client_metadata` is what the sender said about it, word for word. It keeps the import that took the file, so that
    asking twice leads to the same import; `expires_at` moves on while pieces come.
    """

    __tablename__ = "lms_upload"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[pk]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("lms_person.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[line]
    size: Mapped[int] = mapped_column(BigInteger)
    client_metadata: Mapped[text] = mapped_column(default="")
    sha256: Mapped[digest | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("lms_package_import.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[moment]
    expires_at: Mapped[moment] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """What somebody is about to send; `size` in bytes."""

    file_name: str
    size: int
    client_metadata: str = ""


def open_upload(session: Session, person_id: UUID, asked: UploadRequest, largest: int, now: datetime) -> Upload:
    """Write down that somebody begins to send a file; `largest` is what one package may have, in bytes.

    Raises:
        Refusal: `uploads_too_many` or `uploads_too_much`: too much of this person's waits already.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    waiting = select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(
        Upload.person_id == person_id, Upload.import_id.is_(None), Upload.expires_at > now
    )
    count, total = session.execute(waiting).one()
    if count >= MOST_WAITING:
        raise Refusal("uploads_too_many", most=str(MOST_WAITING))
    if total + asked.size > MOST_TIMES_LARGEST * largest:
        raise Refusal("uploads_too_much")
    upload = Upload(
        person_id=person_id, file_name=asked.file_name[-LONGEST_NAME:], size=asked.size,
        client_metadata=asked.client_metadata, created_at=now, expires_at=now + LIVES,
    )  # fmt: skip
    session.add(upload)
    session.flush()
    return upload


def upload_for(session: Session, person_id: UUID, upload_id: UUID) -> Upload:
    """Return an upload of a person, also one that has expired.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return _found(session.scalar(_of(person_id, upload_id)))


def locked(session: Session, person_id: UUID, upload_id: UUID) -> Upload:
    """Return an upload of a person, held until the transaction ends.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return _found(session.scalar(_of(person_id, upload_id).with_for_update()))


def _of(person_id: UUID, upload_id: UUID) -> Select[Upload]:
    return select(Upload).where(Upload.id == upload_id, Upload.person_id == person_id)


def _found(upload: Upload | None) -> Upload:
    if upload is None:
        raise NotFound("upload")
    return upload


def waiting_uploads(session: Session, person_id: UUID, now: datetime) -> Sequence[Upload]:
    """Return what a person has sent, in part or whole, and nobody took yet; the oldest first."""
    query = select(Upload).where(Upload.person_id == person_id, Upload.import_id.is_(None), Upload.expires_at > now)
    return session.scalars(query.order_by(Upload.id)).all()


def lives_until(upload: Upload, now: datetime) -> datetime:
    """Return until when an upload waits, now that a piece has come; the moment moves at most once an hour."""
    until = now + LIVES
    return upload.expires_at if until - upload.expires_at < RENEWED_EVERY else until


def renew(session: Session, upload_id: UUID, until: datetime) -> None:
    """Write down until when an upload waits for its next piece."""
    session.execute(update(Upload).where(Upload.id == upload_id).values(expires_at=until))


def finish(session: Session, upload_id: UUID, sha256: str, now: datetime) -> None:
    """Write down that all of an upload has arrived."""
    changed = update(Upload).where(Upload.id == upload_id).values(sha256=sha256, expires_at=now + LIVES)
    session.execute(changed)


def forget(session: Session, upload_id: UUID) -> None:
    """Forget an upload; nothing happens when it is forgotten already."""
    session.execute(delete(Upload).where(Upload.id == upload_id))


def forget_expired(session: Session, now: datetime) -> None:
    """Forget every upload for which nothing came in time; the next sweep removes their files."""
    session.execute(delete(Upload).where(Upload.expires_at <= now))


def kept_uploads(session: Session) -> frozenset[UUID]:
    """Return the uploads whose files wait in the staging folder."""
    return frozenset(session.scalars(select(Upload.id).where(Upload.import_id.is_(None))))
