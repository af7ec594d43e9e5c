"""Reading in a child process: hard limits, and what it says counts only when it said it to the end."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lms import packages
from lms.packages import ReadingFailed, RefusedPackage, read_in_child
from tests.scorm.packaging.hostile import CASES, bombs, documents

ROOT = Path(__file__).resolve().parent.parent.parent
MB = 1024 * 1024


def outcome_of(boot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """Return the findings about a file when the child runs other words than its own."""
    (tmp_path / "a.zip").write_bytes(b"x")
    monkeypatch.setattr(packages, "_BOOT", boot)
    outcome = read_in_child(tmp_path / "a.zip", 1, lambda _done, _total: None)
    assert isinstance(outcome, RefusedPackage)
    return [(one["code"], one["parameters"]) for one in outcome.findings]


def test_a_child_that_is_killed_over_its_last_line_is_refused_for_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    boot = "import os; os.write(1, b'[1, 2'); os.kill(os.getpid(), 9)"
    assert outcome_of(boot, tmp_path, monkeypatch) == [("zip_over_limits", {"what": "time"})]


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "WALL_LIMIT_S", 0.3)
    assert outcome_of("while True: pass", tmp_path, monkeypatch) == [("zip_over_limits", {"what": "time"})]


def test_a_child_that_says_too_much_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LINE_LIMIT", 1000)
    boot = "import os\nwhile True: os.write(1, b'x' * 500)"
    assert outcome_of(boot, tmp_path, monkeypatch) == [("zip_over_limits", {"what": "time"})]


def test_a_child_that_fails_is_no_fault_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadingFailed, match="sorry"):
        outcome_of("raise SystemExit('sorry')", tmp_path, monkeypatch)


def test_a_child_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY", "secret")
    with pytest.raises(ReadingFailed) as caught:
        outcome_of("import os; raise SystemExit(str(dict(os.environ)))", tmp_path, monkeypatch)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("deed", "end"),
    [
        ("bytearray(300 * 1024 * 1024)", "MemoryError"),
        ("open('written', 'wb', 0).write(b'x')", "File too large"),
        ("[os.dup(2) for _ in range(40)]", "Too many open files"),
        ("resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))", "not allowed|exceeds|Error"),
        ("os.getpid() if resource.getrlimit(resource.RLIMIT_CPU) == (600, 600) else 1 / 0", "^$"),
    ],
)
def test_the_limits_of_a_child_hold(deed: str, end: str, tmp_path: Path) -> None:
    # Who is all-powerful may raise a limit again: that deed is done by nobody.
    fall = "\nif os.getuid() == 0: os.setresuid(65534, 65534, 65534)\n" if "setrlimit" in deed else "\n"
    code = f"import os, resource, lms.reading as r; r.hold_limits(){fall}{deed}"
    tmp_path.chmod(0o777)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    last = done.stderr.strip().splitlines()[-1:] or [""]
    assert re.search(end, last[0]), done.stderr


MEASURE = """
import json, resource, sys, time
from pathlib import Path
from lms.packages import read_in_child

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) * 1024

before, slowest = peak(), 0.0
for path in sorted(Path(sys.argv[1]).iterdir()):
    began = time.monotonic()
    read_in_child(path, 4 << 30, lambda done, total: None)
    slowest = max(slowest, time.monotonic() - began)
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps({"seconds": slowest, "memory": child + peak() - before}))
"""


def test_no_bomb_takes_more_than_ten_seconds_or_two_hundred_megabytes(tmp_path: Path) -> None:
    heavy = {name for name, one in CASES.items() if one.build.__module__ == bombs.__name__}
    heavy |= {
        documents.six_hundred_thousand_attributes.__name__,
        documents.hundred_thousand_elements.__name__,
        documents.name_of_four_megabytes.__name__,
        documents.prefixes_that_nobody_declared.__name__,
        documents.files_by_the_ten_thousand_that_are_not_there.__name__,
    }
    for name in heavy:
        (tmp_path / name).write_bytes(CASES[name].build())
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], env={"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["seconds"] < 10
    assert found["memory"] < 200 * MB
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) == size  # nothing was written


WATCHED = """
import os, sys
from tests.scorm.packaging.hostile import CASES
from scorm.errors import PackageError
from tests.scorm.packaging.packages import read

archives = [(name, one.build()) for name, one in CASES.items() if not one.build.__module__.endswith("bombs")]
read(CASES["zip64_of_good_faith"].build())  # whatever is imported late is imported now
FORBIDDEN = ("socket.", "subprocess.", "os.", "shutil.", "tempfile.", "ctypes.", "urllib.", "http.", "pty.", "ftplib.")

def watch(event, arguments):
    late = event == "open" and str(arguments[0]).endswith((".py", ".pyc")) and arguments[1] in ("r", "rb")
    if (event == "open" or event.startswith(FORBIDDEN)) and not late and not event.startswith("os.listdir"):
        os.write(2, f"{name}: {event} {arguments}".encode())
        os._exit(70)

sys.addaudithook(watch)
for name, data in archives:
    try:
        read(data)
    except PackageError:
        pass
print(len(archives))
"""


def test_no_hostile_archive_opens_a_file_or_a_socket() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 300
