"""Long lists by pages: one page of what was found, and how many pages there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PAGE = 50
Entry = TypeVar("Entry")
Query = TypeVar("Query", bound=Select[Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Entry]):
    """Some of the entries of a list: `before` of them stand on earlier pages, `found` are there in all."""

    entries: Sequence[Entry]
    found: int
    page: int
    size: int = PAGE

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return pages_of(self.found, self.size)

    @property
    def before(self) -> int:
        """Return how many entries stand on the pages before."""
        return (self.page - 1) * self.size


def page_of(entries: Sequence[Entry], page: int, size: int = PAGE) -> Page[Entry]:
    """Return a page of a list that is at hand; behind the last page stands the last one."""
    page = nearest(page, len(entries), size)
    return Page(entries=entries[(page - 1) * size : page * size], found=len(entries), page=page, size=size)


def nearest(page: int, found: int, size: int = PAGE) -> int:
    """Return the page that is there and nearest to the one asked for."""
    return min(max(page, 1), pages_of(found, size))


def pages_of(found: int, size: int = PAGE) -> int:
    """Return how many pages there are, at least one."""
    return max(1, -(-found // size))


def count_of(session: Session, query: Select[Any]) -> int:
    """Return how many rows a question finds."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def limited(query: Query, page: int, size: int = PAGE) -> Query:
    """Return the question for one page."""
    return query.limit(size).offset((page - 1) * size)
