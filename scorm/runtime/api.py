"""The API object of one launch: its states, and the error code that the last call left."""

from scorm.errors import ScormError
from scorm.runtime.codes import Condition
from scorm.runtime.elements import Action, Profile, State
from scorm.runtime.model import Reply, RunTimeData

NEXT_STATE = {Action.OPEN: State.RUNNING, Action.CLOSE: State.FINISHED}
"""Where a function that succeeds leads to; the others change nothing."""


class ApiInstance:
    """One launch of one SCO: every function of the API as `call`, strings in and strings out (RTE 1.2, 3.3).

    The three functions about errors work in every state and never change the stored code; every other call sets it.
    """

    def __init__(self, data: RunTimeData) -> None:
        self.data = data
        self.table = data.table
        self.state = State.NOT_INITIALIZED
        self.last_error = self.table.codes[Condition.NONE]

    def call(self, function: str, *args: object) -> tuple[str, str]:
        """Carry out `function`; return its result and what GetLastError would answer next.

        Raises `ScormError` for a function that the edition does not have.
        """
        action = self.table.functions.get(function)
        if action is None:
            raise ScormError(f"SCORM {self.table.edition} has no function {function!r}")
        if action in (Action.LAST_ERROR, Action.ERROR_STRING, Action.DIAGNOSTIC):
            return self._about_errors(action, args), self.last_error
        refusal = self._refusal(action, args)
        reply = refusal or self._carry_out(action, args)
        self.last_error = reply.code
        return reply.value, reply.code

    def _about_errors(self, action: Action, args: tuple[object, ...]) -> str:
        if action is Action.LAST_ERROR:
            return self.last_error
        code = "" if not args or args[0] is None else as_text(args, 0)
        if action is Action.DIAGNOSTIC:
            # An empty argument asks about the last error.
            return self.table.texts.get(code or self.last_error, ("", ""))[1]
        return self.table.texts.get(code, ("", ""))[0]

    def _refusal(self, action: Action, args: tuple[object, ...]) -> Reply | None:
        """Return why the call is refused whatever the data say: by the state, or by its argument."""
        value = "" if action is Action.GET else "false"
        refusal = self.table.refusals.get((self.state, action))
        if refusal is not None and refusal.strict_only and self.data.profile is Profile.LENIENT:
            refusal = None
        if refusal is not None and not refusal.after_argument:
            return Reply(value, refusal.code)
        if action not in (Action.GET, Action.SET) and not self._is_empty(args):
            return Reply(value, self.table.codes[Condition.ARGUMENT])
        return Reply(value, refusal.code) if refusal is not None else None

    def _is_empty(self, args: tuple[object, ...]) -> bool:
        """Say whether the one argument is the empty string; the lenient profile takes a missing one for it."""
        if not args or args[0] is None:
            return self.data.profile is Profile.LENIENT
        return as_text(args, 0) == ""

    def _carry_out(self, action: Action, args: tuple[object, ...]) -> Reply:
        if action is Action.GET:
            return self.data.get_value(as_text(args, 0))
        if action is Action.SET:
            return self.data.set_value(as_text(args, 0), as_text(args, 1))
        self.state = NEXT_STATE.get(action, self.state)
        return Reply("true", self.table.codes[Condition.NONE])


def as_text(args: tuple[object, ...], position: int) -> str:
    """Return an argument as JavaScript's `String(x)` would: drivers pass numbers, booleans and nothing."""
    if position >= len(args):
        return "undefined"
    value = args[position]
    if isinstance(value, str):
        return value
    match value:
        case None:
            return "null"
        case bool(truth):
            return "true" if truth else "false"
        case float(number) if number.is_integer():
            return str(int(number))
        case other:
            return str(other)
