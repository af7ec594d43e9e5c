"""The topics of the institute: a tree of its own, with names in three languages."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, label, line


class Topic(Base):
    """A topic, perhaps below another one; `code` is what courses, activities and steps name it by."""

    __tablename__ = "lms_topic"

    code: Mapped[label] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("lms_topic.code", ondelete="RESTRICT"), index=True)
    name_en: Mapped[line]
    name_fr: Mapped[line]
    name_es: Mapped[line]
    place: Mapped[int] = mapped_column(default=0)

    def name(self, language: str) -> str:
        """Return the name in one of the three languages, in English for any other and where there is none yet."""
        return {"fr": self.name_fr, "es": self.name_es}.get(language) or self.name_en
