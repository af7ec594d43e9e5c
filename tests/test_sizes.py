"""The limits of a file and of a function: small enough to be read in one sitting."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path for folder in ("lms", "courses", "scorm", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
EXCEPTIONS: dict[str, str] = {}


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path.relative_to(ROOT)): lines for path in SOURCES if (lines := _lines(path)) > 400}
    assert long == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": length
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > 50
        and f"{path.relative_to(ROOT)}:{node.name}" not in EXCEPTIONS
    }
    assert long == {}


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())
