"""What breaks a contract of the domain."""


class DomainError(Exception):
    """Base of every exception of `courses`."""


class NotFound(DomainError):
    """Raised when a row does not exist, or is not visible to the person who asks."""


class IllegalTransition(DomainError):
    """Raised when a state machine has no such move; nothing was changed."""


class Refusal(DomainError):
    """Raised when a service refuses a request; `code` is stable, words belong to `lms.wording`.

    Every code stands in `lms.wording`, with its sentence in the three languages.
    """

    def __init__(self, code: str, /, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters
