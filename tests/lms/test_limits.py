"""Counting tries: a class that signs in at once is counted one by one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from flask import Flask
from limits.storage import MemoryStorage

from lms.limits import count_account


def test_two_may_count_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2)

    def set_timer(counters: MemoryStorage, timer: threading.Timer) -> None:
        """Put a clean-up in its place, and go on when somebody else has done so too, if ever."""
        vars(counters)["timer"] = timer
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)

    def count(account: str) -> None:
        with app.app_context():
            count_account("signing in", account)

    timer = property(lambda counters: vars(counters)["timer"], set_timer)
    monkeypatch.setattr(MemoryStorage, "timer", timer, raising=False)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count, ("alice@example.org", "bob@example.org")))
