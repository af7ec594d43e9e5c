"""The processes of the SN book are all there: each is one function of the engine and one class of tests."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "scorm" / "sequencing"
TESTS = ROOT / "tests" / "scorm" / "sequencing"

PROCESSES = frozenset(
    {
        "OP.1", "NB.2.1", "TB.2.1", "TB.2.2", "TB.2.3", "RB.1.1 a", "RB.1.1 b", "RB.1.2", "RB.1.2 a", "RB.1.2 b",
        "RB.1.3", "RB.1.3 a", "RB.1.3 b", "RB.1.4", "RB.1.4.1", "RB.1.4.2", "RB.1.5", "SR.1", "SR.2", "SB.2.1",
        "SB.2.2", "SB.2.3", "SB.2.4", "SB.2.5", "SB.2.6", "SB.2.7", "SB.2.8", "SB.2.9", "SB.2.9.1", "SB.2.9.2",
        "SB.2.10", "SB.2.11", "SB.2.12", "SB.2.13", "DB.1.1", "DB.2", "DB.2.1", "UP.1", "UP.2", "UP.2.1", "UP.3",
        "UP.4", "UP.5",
    }
)  # fmt: skip
"""The index of the SN book, with its parts a and b. RB.1.2 c of older editions, the default rules, is in RB.1.2 b."""

EXCEPTIONS = {
    "NB.2.1": 13, "TB.2.3": 7, "SB.2.1": 4, "SB.2.2": 2, "SB.2.4": 3, "SB.2.5": 1, "SB.2.6": 2, "SB.2.7": 2,
    "SB.2.8": 2, "SB.2.9": 9, "SB.2.10": 3, "SB.2.11": 2, "SB.2.12": 1, "SB.2.13": 1, "DB.1.1": 3, "DB.2": 1,
}  # fmt: skip
"""How many exception codes each process has (SN, appendix)."""

NEVER_RAISED = {
    "NB.2.1-9": "the path is empty only where SB.2.9 has a case for it",
    "TB.2.3-5": "a path to the root holds at least the root",
    "TB.2.3-6": "a path to the root holds at least the root",
    "TB.2.3-7": "termination requests are a closed set",
    "SB.2.1-1": "the book lists it and does not raise it",
}

_REFERENCE = re.compile(r"\[((?:OP|NB|TB|RB|SR|SB|DB|UP)\.[\d.]+(?: [a-c])?)\]")
_CODE = re.compile(r"\"((?:NB|TB|SB|DB)\.[\d.]+-\d+)\"")


def test_every_process_is_one_function_and_no_function_is_two() -> None:
    found = Counter(
        code
        for path in ENGINE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        for code in _REFERENCE.findall((ast.get_docstring(node) or "").split("\n", 1)[0])
    )
    assert found == dict.fromkeys(PROCESSES, 1)


def test_every_process_has_a_class_of_tests_named_by_its_code() -> None:
    names = {_class_of(code): code for code in PROCESSES}
    assert len(names) == len(PROCESSES)
    found = Counter(
        node.name
        for path in TESTS.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and re.fullmatch(r"Test[A-Z]{2}\d+[abc]?", node.name)
    )
    assert found == dict.fromkeys([*names, "TestRB12c"], 1)


def test_every_exception_code_is_raised_or_known_to_be_impossible() -> None:
    expected = {f"{process}-{at}" for process, most in EXCEPTIONS.items() for at in range(1, most + 1)}
    found = {code for path in ENGINE.glob("*.py") for code in _CODE.findall(path.read_text("utf-8"))}
    assert found == expected - set(NEVER_RAISED)


def test_every_exception_code_that_is_raised_is_asked_for_in_a_test() -> None:
    raised = {code for path in ENGINE.glob("*.py") for code in _CODE.findall(path.read_text("utf-8"))}
    asked = {code for path in TESTS.glob("test_*.py") for code in _CODE.findall(path.read_text("utf-8"))}
    assert raised - asked == UNREACHABLE
    assert asked - raised == set()


UNREACHABLE = {
    "NB.2.1-13",  # the last word of a process over a closed set of requests
    "DB.1.1-2",  # a path from the root holds at least the root
}


def _class_of(code: str) -> str:
    return "Test" + code.replace(".", "").replace(" ", "")
