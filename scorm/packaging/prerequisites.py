"""The prerequisites of SCORM 1.2, an AICC script, read and answered (CAM 1.2, 2.3.2.5.1; AICC CMI001 4.7).

    script := chain ; chain := unary { ("&" | "|") unary }      "&" binds tighter than "|"
    unary  := "~" unary | "(" chain ")" | [count "*"] "{" item { "," item } "}" | item
    item   := identifier [ ("=" | "<>") status ]

A script is compiled to postfix form once, without recursion, so that ten thousand brackets cost nothing but time.
LMS choice: a script that cannot be understood, or that names an unknown item, is ignored: it must not lock a course.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 20_000
_MOST_ODD_NAMES = 100
_SPECIAL = re.compile(r"<>|[&|~(){},*=]")
_WORD = re.compile(r'"[^"]*"|[^&|~(){},*=<>"]+')
_ENTITIES = (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'))
_BINDING = {"|": 1, "&": 2, "~": 3}
_STATUSES = ("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
_LETTERS = {status[0]: status for status in _STATUSES}
_DONE = ("passed", "completed")


class ScriptFault(StrEnum):
    """What is wrong with a script."""

    UNREADABLE = "unreadable"
    UNKNOWN_ITEM = "unknown_item"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class ItemIs:
    """A condition on one item's status; no `status` asks for passed or completed."""

    identifier: str
    status: str = ""
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class EnoughOf:
    """The last `size` values on the stack, of which `count` must be true."""

    count: int
    size: int


Step = ItemIs | EnoughOf | str  # a string is the operator ~, & or |


@dataclass(frozen=True, slots=True)
class Script:
    """A compiled script, in postfix form; empty means no condition."""

    steps: tuple[Step, ...]
    is_ambiguous: bool = False  # & and | side by side without brackets

    def identifiers(self) -> tuple[str, ...]:
        """Return the items that the script names, each once."""
        return tuple(dict.fromkeys(step.identifier for step in self.steps if isinstance(step, ItemIs)))


class ScriptError(ValueError):
    """A script cannot be understood."""


def prerequisites_met(script: str, status_of: Callable[[str], str], known: Collection[str] = ()) -> bool:
    """Say whether a script is true, where `status_of` gives an item's status, empty for an unknown item.

    `known` identifiers are recognised even when they contain characters of the script's own.
    """
    try:
        steps = compile_script(script, known).steps
    except ScriptError:
        return True
    stack: list[bool] = []
    for step in steps:
        if isinstance(step, ItemIs):
            status = _status_word(status_of(step.identifier))
            if not status:
                return True
            stack.append(_item_is(step, status))
        else:
            _apply(step, stack)
    return stack[-1] if stack else True


def script_faults(script: str, known: Collection[str]) -> tuple[tuple[ScriptFault, str], ...]:
    """Return what an author should know about a script: faults, with the identifier or the reason."""
    try:
        compiled = compile_script(script, known)
    except ScriptError as error:
        return ((ScriptFault.UNREADABLE, str(error)),)
    faults = [(ScriptFault.UNKNOWN_ITEM, name) for name in compiled.identifiers() if name not in known]
    if compiled.is_ambiguous:
        faults.append((ScriptFault.AMBIGUOUS, ""))
    return tuple(faults)


def _item_is(step: ItemIs, status: str) -> bool:
    if not step.status:
        return status in _DONE
    return (status == step.status) is not step.is_negated


def _apply(step: EnoughOf | str, stack: list[bool]) -> None:
    if isinstance(step, EnoughOf):
        members = stack[len(stack) - step.size :]
        del stack[len(stack) - step.size :]
        stack.append(sum(members) >= step.count)
    elif step == "~":
        stack.append(not stack.pop())
    else:
        right, left = stack.pop(), stack.pop()
        stack.append((left and right) if step == "&" else (left or right))


def _status_word(word: str) -> str:
    """Return a status in full, from a word or its first letter; empty when it is none."""
    lowered = " ".join(word.strip().lower().replace("_", " ").split())
    if lowered in _STATUSES:
        return lowered
    return _LETTERS.get(lowered, "") if lowered != "notattempted" else "not attempted"


def compile_script(script: str, known: Collection[str] = ()) -> Script:
    """Return the postfix form of a script; raise ScriptError when it cannot be understood."""
    for entity, char in _ENTITIES:
        script = script.replace(entity, char)
    if len(script) > _LONGEST:
        raise ScriptError("too long")
    return _Compiler(_tokens(script, known)).compile()


@dataclass(frozen=True, slots=True)
class _Token:
    """A word (identifier, status or number) or a mark of the script."""

    text: str
    is_word: bool


def _tokens(script: str, known: Collection[str]) -> list[_Token]:
    """Cut a script into words and marks; a known identifier is one word, whatever it contains."""
    odd = tuple(sorted((name for name in known if _SPECIAL.search(name)), key=len, reverse=True)[:_MOST_ODD_NAMES])
    tokens: list[_Token] = []
    position = 0
    while position < len(script):
        if script[position].isspace():
            position += 1
            continue
        is_odd = bool(odd) and script.startswith(odd, position)
        name = next(name for name in odd if script.startswith(name, position)) if is_odd else ""
        mark = _SPECIAL.match(script, position)
        word = _WORD.match(script, position)
        if name:
            tokens.append(_Token(name, is_word=True))
            position += len(name)
        elif mark:
            tokens.append(_Token(mark.group(), is_word=False))
            position = mark.end()
        elif word:
            tokens.append(_Token(word.group().strip().strip('"').strip(), is_word=True))
            position = word.end()
        else:
            raise ScriptError(f"unexpected {script[position]!r}")
    return tokens


class _Compiler:
    """A shunting yard: operators wait on a stack of their own, with the brackets that hold them."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._position = 0
        self._steps: list[Step] = []
        self._waiting: list[str] = []
        self._kinds: list[set[str]] = [set()]  # the operators met at each level of brackets
        self._is_ambiguous = False

    def compile(self) -> Script:
        if not self._tokens:
            return Script(())
        is_operand_due = True
        while self._position < len(self._tokens):
            is_operand_due = self._operand() if is_operand_due else self._operator()
        if is_operand_due:
            raise ScriptError("ends early")
        while self._waiting:
            self._settle()
        return Script(tuple(self._steps), self._is_ambiguous)

    def _peek(self, *texts: str) -> bool:
        """Say whether one of these marks is next."""
        if self._position >= len(self._tokens):
            return False
        token = self._tokens[self._position]
        return not token.is_word and token.text in texts

    def _take(self, *texts: str) -> str:
        """Take one of these marks, or raise; any word when none is given."""
        if self._position >= len(self._tokens):
            raise ScriptError("ends early")
        token = self._tokens[self._position]
        if (token.is_word and texts) or (not token.is_word and token.text not in texts) or not token.text:
            raise ScriptError(f"unexpected {token.text!r}")
        self._position += 1
        return token.text

    def _operand(self) -> bool:
        """Take what an operand begins with; say whether an operand is still due."""
        if self._peek("~", "("):
            mark = self._take("~", "(")
            self._waiting.append(mark)
            if mark == "(":
                self._kinds.append(set())
            return True
        if self._peek("{"):
            self._set(count=None)
            return False
        word = self._take()
        if self._peek("*"):
            self._take("*")
            if not re.fullmatch(r"[0-9]{1,5}", word):
                raise ScriptError(f"{word!r} is no count")
            self._set(count=int(word))
        else:
            self._item(word)
        return False

    def _operator(self) -> bool:
        """Take what may follow an operand; say whether an operand is due next."""
        mark = self._take("&", "|", ")")
        if mark == ")":
            while self._waiting and self._waiting[-1] != "(":
                self._settle()
            if not self._waiting:
                raise ScriptError("unexpected ')'")
            self._waiting.pop()
            self._kinds.pop()
            return False
        self._kinds[-1].add(mark)
        self._is_ambiguous |= len(self._kinds[-1]) > 1
        while self._waiting and _BINDING.get(self._waiting[-1], 0) >= _BINDING[mark]:
            self._settle()
        self._waiting.append(mark)
        return True

    def _settle(self) -> None:
        operator = self._waiting.pop()
        if operator == "(":
            raise ScriptError("'(' is never closed")
        self._steps.append(operator)

    def _set(self, count: int | None) -> None:
        """Take `{a,b,c}`; without a count all of them are asked for."""
        self._take("{")
        size = 0
        while size == 0 or self._take(",", "}") == ",":
            self._item(self._take())
            size += 1
        self._steps.append(EnoughOf(size if count is None else count, size))

    def _item(self, identifier: str) -> None:
        """Take the comparison that may follow an identifier."""
        if not self._peek("=", "<>"):
            self._steps.append(ItemIs(identifier))
            return
        comparison = self._take("=", "<>")
        word = self._take()
        status = _status_word(word)
        if not status:
            raise ScriptError(f"{word!r} is no status")
        self._steps.append(ItemIs(identifier, status, comparison == "<>"))
