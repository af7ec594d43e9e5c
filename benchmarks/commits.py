"""A commit (16 elements, 4 KB of suspend data) against a bare JSON POST with one upsert on the same server."""

import random
import string
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import Figure, middle, percentile
from benchmarks.installation import empty
from benchmarks.running import Browser, cpu_of, free_port, served
from courses.attempts.services import launch
from courses.people.models import Language
from lms import clock
from lms.application import create_site
from lms.config import Settings
from tests.playing import make_played, package_of, sco

LEARNERS = 32
ALONE = 300
ROUNDS = 5
TOGETHER = 25


@dataclass(slots=True)
class Learner:
    """Somebody who plays: a lease's token and where the numbers stand."""

    name: str
    token: str
    seq: int = 0
    base: int = 0

    def commit(self, browser: Browser) -> float:
        """Send the next commit; return the seconds it took."""
        self.seq += 1
        document = commit_of(self.seq, self.base)
        began = time.perf_counter()
        answer = browser.post_json("/commit", document, self.token)
        took = time.perf_counter() - began
        assert answer["seq"] == self.seq
        self.base += len(document["changes"])
        return took

    def bare(self, browser: Browser) -> float:
        """Send a bare post of the same size; return the seconds it took."""
        document = commit_of(self.seq + 1, self.base)
        began = time.perf_counter()
        browser.post_json(f"/bare/{self.name}", document, self.token)
        return time.perf_counter() - began


def commit_of(seq: int, base: int) -> dict[str, Any]:
    """Return a commit of 16 elements with 4 KB of suspend data."""
    chooser = random.Random(seq)  # no secret
    data = "".join(chooser.choices(string.ascii_letters + string.digits, k=4000))
    number = seq % 50
    changes = [
        ["cmi.core.lesson_location", f"page {seq}"],
        ["cmi.core.lesson_status", "incomplete"],
        ["cmi.core.score.raw", str(seq % 100)],
        ["cmi.core.score.min", "0"],
        ["cmi.core.score.max", "100"],
        ["cmi.core.session_time", f"00:{number:02}:00"],
        ["cmi.core.exit", "suspend"],
        ["cmi.objectives.0.id", "objective-1"],
        ["cmi.objectives.0.score.raw", str(seq % 100)],
        ["cmi.objectives.0.status", "incomplete"],
        ["cmi.interactions.0.id", "question-1"],
        ["cmi.interactions.0.type", "choice"],
        ["cmi.interactions.0.student_response", "abcd"[seq % 4]],
        ["cmi.interactions.0.result", "correct"],
        ["cmi.interactions.0.latency", "00:00:12"],
        ["cmi.suspend_data", data],
    ]
    return {
        "seq": seq, "base": base, "activity": "one", "changes": changes,
        "client_time": "2026-11-20T09:00:00.000Z",
    }  # fmt: skip


def measure() -> list[Figure]:
    """Return cost and behaviour of commits, alone and from 32 learners at once."""
    with tempfile.TemporaryDirectory() as folder:
        settings = empty(Path(folder), free_port())
        codes = _learners(settings)
        with served(settings) as server:
            browser = Browser(settings)
            learners = [Learner(f"learner{n}", _opened(browser, code)) for n, code in enumerate(codes)]
            figures = _alone(settings, server, learners[0])
            figures += _together(settings, learners)
            assert all(learner.seq >= TOGETHER for learner in learners)
    return figures


def _learners(settings: Settings) -> list[str]:
    """Enrol people in a course and return a launch code for each."""
    parts = create_site(settings)
    codes = []
    data = package_of([sco("one")])
    for _ in range(LEARNERS):
        with parts.database.transaction() as session:
            played = make_played(session, data, parts.storage)
            moment = clock.now()
            codes.append(launch(session, played.person, played.enrolment.id, None, Language.EN, moment))
    parts.database.close()
    return codes


def _opened(browser: Browser, code: str) -> str:
    return str(browser.post_json("/launch", {"code": code})["token"])


def _alone(settings: Settings, server: psutil.Process, learner: Learner) -> list[Figure]:
    """Return the CPU of a commit and of a bare post, in turns, so that the machine's moods hit both."""
    browser = Browser(settings)
    for _ in range(50):
        learner.commit(browser)
        learner.bare(browser)
    costs: dict[str, list[float]] = {"commit": [], "bare": []}
    for _ in range(ROUNDS):
        for name, send in (("commit", learner.commit), ("bare", learner.bare)):
            before = cpu_of(server)
            for _ in range(ALONE):
                send(browser)
            costs[name].append((cpu_of(server) - before) / ALONE * 1000)
    commit, bare = middle(costs["commit"]), middle(costs["bare"])
    return [
        Figure("bare POST with one upsert, CPU", bare, "ms"),
        Figure("commit, CPU", commit, "ms"),
        Figure("commit / bare, CPU", commit / bare, "×", 4),
    ]


def _together(settings: Settings, learners: list[Learner]) -> list[Figure]:
    """Return throughput and p95 of 32 learners at once, against bare posts from as many."""
    results = {}
    for name, send in (("bare", Learner.bare), ("commit", Learner.commit), ("bare again", Learner.bare)):
        results[name] = _storm(settings, learners, send)
    bare_rate = max(results["bare"][0], results["bare again"][0])
    bare_p95 = min(results["bare"][1], results["bare again"][1])
    rate, p95 = results["commit"]
    return [
        Figure("32 learners, bare posts a second", bare_rate, "/s"),
        Figure("32 learners, commits a second", rate, "/s"),
        Figure("commits / bare posts, throughput", rate / bare_rate, "×", 0.3, at_least=True),
        Figure("32 learners, bare p95", bare_p95 * 1000, "ms"),
        Figure("32 learners, commit p95", p95 * 1000, "ms"),
        Figure("commit / bare, p95", p95 / bare_p95, "×", 4),
    ]


def _storm(
    settings: Settings, learners: list[Learner], send: Callable[[Learner, Browser], float]
) -> tuple[float, float]:
    """Let everybody send at once; return how many a second, and the seconds within which 95 % were answered."""
    seconds: list[float] = []
    failures: list[BaseException] = []
    start = threading.Barrier(len(learners) + 1)

    def work(learner: Learner) -> None:
        browser = Browser(settings)
        start.wait()
        try:
            seconds.extend([send(learner, browser) for _ in range(TOGETHER)])
        except BaseException as error:  # noqa: BLE001  # told by the main thread
            failures.append(error)
        finally:
            browser.connection.close()

    threads = [threading.Thread(target=work, args=(learner,)) for learner in learners]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    assert not failures, failures[0]
    return len(seconds) / took, percentile(seconds, 0.95)
