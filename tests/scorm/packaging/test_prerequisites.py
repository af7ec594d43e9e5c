"""Prerequisites against truth tables, a brute-force evaluator, and hostile scripts."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.packaging.prerequisites import ScriptFault, prerequisites_met, script_faults

STATUSES = {
    "passed": "passed",
    "completed": "completed",
    "failed": "failed",
    "incomplete": "incomplete",
    "browsed": "browsed",
    "untouched": "not attempted",
    "Redes Bayesianas": "passed",
    "S-1.a:b_c": "failed",
    "basics_(1)[1]": "completed",
}


def met(script: str) -> bool:
    return prerequisites_met(script, lambda identifier: STATUSES.get(identifier, ""), STATUSES)


@pytest.mark.parametrize("name", list(STATUSES)[:6])
def test_an_item_alone_is_true_when_passed_or_completed(name: str) -> None:
    assert met(name) is (name in ("passed", "completed"))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", True),
        ("   ", True),
        ("passed & completed", True),
        ("passed&failed", False),
        ("passed|failed", True),
        ("~failed", True),
        ("~~failed", False),
        ("passed & ~failed", True),
        ("failed & failed | passed", True),
        ("passed | failed & failed", True),
        ("(passed | failed) & failed", False),
        ("~(passed & failed)", True),
        ("~passed | completed", True),
        ('failed="failed"', True),
        ("failed=failed", True),
        ("failed = F", True),
        ("failed<>f", False),
        ('untouched="not attempted"', True),
        ("untouched=not attempted", True),
        ("untouched = N", True),
        ("incomplete=i & browsed=B & completed=C & passed=P", True),
        ("passed<>failed", True),
        ("{passed,completed}", True),
        ("{passed,failed}", False),
        ("2*{passed,completed,failed}", True),
        ("2 * { passed , failed , incomplete }", False),
        ("0*{failed}", True),
        ("3*{passed,completed}", False),
        ("1*{failed=failed,passed<>passed}", True),
        ("~2*{passed,completed,failed}", False),
        ("Redes Bayesianas & passed", True),
        ("S-1.a:b_c", False),
        ("basics_(1)[1] & passed", True),
        ("passed &amp; failed", False),
        ("failed&lt;&gt;failed", False),
        ('"passed" & "completed"', True),
    ],
)
def test_scripts(script: str, expected: bool) -> None:
    assert met(script) is expected
    assert ScriptFault.UNREADABLE not in [fault for fault, _ in script_faults(script, STATUSES)]


@pytest.mark.parametrize(
    "script",
    [
        "failed &",
        "& failed",
        "failed failed |",
        "(failed",
        "failed)",
        "()",
        "failed ~ failed",
        "2*failed",
        "x*{failed}",
        "{failed",
        "{}",
        "{,}",
        "failed=unheard",
        "failed=",
        "=failed",
        '"failed',
        '""',
        "failed*2",
        ">",
    ],
)
def test_a_script_that_cannot_be_understood_is_ignored_with_a_warning(script: str) -> None:
    assert met(script) is True
    [(fault, _)] = script_faults(script, {"failed"})
    assert fault in (ScriptFault.UNREADABLE, ScriptFault.UNKNOWN_ITEM)


def test_an_unknown_item_makes_the_condition_ignored() -> None:
    assert met("failed & nobody") is True
    assert script_faults("failed & nobody", STATUSES) == ((ScriptFault.UNKNOWN_ITEM, "nobody"),)


@pytest.mark.parametrize(("script", "is_ambiguous"), [("a|b&c", True), ("a|(b&c)", False), ("(a|b)&(c|a)", False)])
def test_and_beside_or_without_brackets_is_reported(script: str, is_ambiguous: bool) -> None:
    faults = [fault for fault, _ in script_faults(script, {"a", "b", "c"})]
    assert faults == ([ScriptFault.AMBIGUOUS] if is_ambiguous else [])


LEAVES = st.sampled_from(["a", "b", "c", "d"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda one: f"~{one}"),
        inner.map(lambda one: f"({one})"),
        st.lists(inner, min_size=2, max_size=3).map("&".join),
        st.lists(inner, min_size=2, max_size=3).map(" | ".join),
        st.tuples(st.integers(0, 3), st.lists(LEAVES, min_size=1, max_size=3)).map(
            lambda pair: f"{pair[0]}*{{{','.join(pair[1])}}}"
        ),
    ),
    max_leaves=8,
)


def by_python(script: str, truth: dict[str, bool]) -> bool:
    """Answer a script with Python's own operators, which bind alike when ~, & and | stand between booleans."""
    text = script.replace("~", " not ").replace("&", " and ").replace("|", " or ")
    for count in range(4):
        text = text.replace(f"{count}*{{", f"at_least({count},").replace("}", ")")
    names = {**truth, "at_least": lambda count, *members: sum(members) >= count}
    return bool(eval(text, {"__builtins__": {}, "sum": sum}, names))


@given(EXPRESSIONS)
def test_every_expression_agrees_with_brute_force(script: str) -> None:
    for values in itertools.product([True, False], repeat=4):
        truth = dict(zip("abcd", values, strict=True))
        answer = prerequisites_met(script, lambda name, truth=truth: "passed" if truth[name] else "failed")
        assert answer is by_python(script, truth)


@given(st.text(alphabet='ab&|~(){},*=<>" 12PF', max_size=60))
def test_no_script_raises(script: str) -> None:
    prerequisites_met(script, lambda name: "passed" if name == "a" else "")
    script_faults(script, {"a"})


@pytest.mark.parametrize(
    "script",
    [
        "~" * 10_000 + "passed",
        "(" * 9_000 + "passed" + ")" * 9_000,
        "(" * 10_000,
        ")" * 10_000,
        "{" * 10_000,
        "passed&" * 2_000 + "passed",
        '"' * 9_999,
        "1*" * 9_999,
        "passed|" * 200_000,
    ],
)
def test_hostile_scripts_end_quickly(script: str) -> None:
    began = time.process_time()
    met(script)
    assert time.process_time() - began < 2
