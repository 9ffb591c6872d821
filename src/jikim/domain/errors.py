"""Every deliberate error says what is wrong and what to do next, and never who it is about."""


class JikimError(Exception):
    """One base for all deliberate errors: a fact and the next step, identifiers only."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}"


class Misused(JikimError):
    """The caller asked for something that cannot be asked (exit code 2)."""


class Refused(JikimError):
    """A gate failed closed (exit code 3): nothing was done."""
