"""Two runners at once, as a worker and somebody with `jikim due --carry-out`: the work is done once."""

import threading
import time
from collections.abc import Callable
from datetime import date

from django.db import connections, transaction

from jikim import clock, sealing
from jikim.actions import clocks
from jikim.procedures import due, intents
from jikim.queries import due as planned
from jikim.sealing.keyring import KeyState
from jikim.store.live.models import Certificate, Inquiry, Intent, ItemValue, OutgoingMail, Quarantine, Stub
from jikim.store.separate.models import PendingLeaf, SeparateItem
from tests.support.company import Company

MOVES_ON = date(2026, 10, 13)


def at_once(*work: Callable[[], object]) -> list[BaseException]:
    """Run all in threads that begin together; returns what went wrong in them."""
    gate, troubles = threading.Barrier(len(work)), list[BaseException]()

    def run(one: Callable[[], object]) -> None:
        gate.wait()
        try:
            one()
        except BaseException as error:  # noqa: BLE001 - handed to the test, which shows it
            troubles.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def test_two_runners_leave_one_copy_and_one_certificate_of_each(
    committed_stores: None, company: Company, issued: list[int]
) -> None:
    for _ in range(4):
        company.receives_and_resolves("complaint-dispute", access_log="")
    clock.travel_to(MOVES_ON)
    assert at_once(lambda: due.run(MOVES_ON), lambda: due.run(MOVES_ON)) == []
    assert not Quarantine.objects.exists()
    assert (SeparateItem.objects.count(), Stub.objects.count(), ItemValue.objects.count()) == (12, 12, 0)
    assert (Certificate.objects.count(), Intent.objects.count()) == (4, 0)
    assert sum(leaf.body["values"] for leaf in PendingLeaf.objects.filter(kind="separate")) == 12
    gates = Inquiry.objects.values_list("gate_kid", flat=True)
    living = {kid for kid, state in sealing.current().states(issued).items() if state is KeyState.ALIVE}
    letters = OutgoingMail.objects.exclude(kid=None).values_list("kid", flat=True)
    assert living == {*SeparateItem.objects.values_list("kid", flat=True), *gates, *letters}


def test_a_publication_and_a_slice_that_hold_the_same_records_do_not_wait_in_a_ring(
    committed_stores: None, many_writers: None, company: Company
) -> None:
    records = [company.receives(access_log="", files=()).record_id for _ in range(12)]
    between = next(  # whoever goes by the rows and whoever goes by the ids come to it holding what the other wants
        one
        for at, one in enumerate(records)
        if any(other > one for other in records[:at]) and any(other < one for other in records[at:])
    )
    taken = threading.Event()

    def somebody_at_the_desk() -> None:
        with transaction.atomic("live"):
            intents.hold([between])
            taken.set()
            time.sleep(0.5)

    def meanwhile(work: Callable[[], object]) -> None:
        taken.wait()
        with transaction.atomic("live"):
            work()

    slices, publication = lambda: intents.hold(records), clocks.unwind_all
    assert at_once(somebody_at_the_desk, lambda: meanwhile(slices), lambda: meanwhile(publication)) == []


def test_the_short_list_of_candidates_misses_nothing(stores: None, company: Company) -> None:
    records = [company.receives_and_resolves(kind).record_id for kind in ("general", "complaint-dispute")]
    records += [company.receives_and_resolves("unauthorized-use").record_id, company.receives().record_id]
    for day in ("2026-10-12", "2026-10-13", "2027-01-05", "2027-01-06", "2027-04-04", "2027-10-06", "2029-10-06"):
        on = date.fromisoformat(day)
        each = [action for record in records for action in planned.plan_of([record], on).actions]
        assert set(planned.plan(on).actions) == set(each)
