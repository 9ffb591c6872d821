"""A connection that gives up on a server which says nothing, as nobody at a page waits for long.

A server that is frozen, or gone from the network without a word, keeps no limit of its own: the one who asks must. Once
a database was silent it is asked nothing more until the next request or round begins, so that a page waits once.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

LOOK_EVERY_SECONDS = 0.1  # whether the time is over


@dataclass(slots=True)
class Patience:
    """How long an answer is waited for; without seconds, as long as it takes."""

    seconds: float | None
    is_over: bool = False


class Impatient(psycopg.Connection[Any]):
    """A connection that is closed when no answer comes in time; what was asked last may still happen."""

    patience = Patience(None)

    def wait(self, gen: PQGen[Any], interval: float = LOOK_EVERY_SECONDS, timeout: float | None = None) -> Any:
        """Wait for an answer; raises OperationalError when there was none, and that is remembered."""
        try:
            return super().wait(gen, interval, self.patience.seconds if timeout is None else timeout)
        except psycopg.OperationalError as error:
            is_unanswered = self.pgconn.transaction_status == TransactionStatus.ACTIVE
            if is_unanswered or isinstance(error, psycopg.errors.QueryCanceled):
                self.patience.is_over = True
                self.close()
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with patience: one of its options is `patience`, in seconds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.patience = Patience(self.settings_dict["OPTIONS"].get("patience"))

    def get_connection_params(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_connection_params()
        found.pop("patience", None)
        return found

    def get_new_connection(self, conn_params: dict[str, Any]) -> Impatient:
        """Connect; raises OperationalError at once where this database was silent a moment ago."""
        if self.patience.is_over:
            raise psycopg.OperationalError("the server was silent a moment ago")
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        try:
            connection = Impatient.connect(**conn_params)
        except psycopg.errors.ConnectionTimeout:
            self.patience.is_over = True
            raise
        connection.patience = self.patience
        return connection

    def close_if_unusable_or_obsolete(self) -> None:
        """Begin with new patience: Django calls this before and after each request, the worker around each round."""
        self.patience.is_over = False
        super().close_if_unusable_or_obsolete()
