"""A bounded memory of what was found last, shared by the requests of one process."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """What was found last, by key; what was used longest ago goes first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Key) -> Value | None:
        """Return what was kept under a key, or None."""
        with self._lock:
            value = self._found.get(key)
            if value is not None:
                self._found.move_to_end(key)
            return value

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value, and forget what was used longest ago when there are too many."""
        with self._lock:
            self._found[key] = value
            while len(self._found) > self._limit:
                self._found.popitem(last=False)
