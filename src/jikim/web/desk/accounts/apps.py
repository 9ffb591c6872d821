"""What allauth's second factors are built on, as far as they need it to be there."""

from allauth.account.apps import AccountConfig


class Accounts(AccountConfig):  # type: ignore[misc] # allauth ships no types
    """allauth's accounts without their table of addresses, their pages, their sessions or their middleware."""

    def ready(self) -> None:
        """Insist on nothing: our own pages sign people in, and hand allauth the request where it asks for one."""
