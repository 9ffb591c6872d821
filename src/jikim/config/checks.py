"""Start-up refusals, as Django system checks."""


def register() -> None:
    """Register every check."""
