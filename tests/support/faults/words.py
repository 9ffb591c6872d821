"""What is not in the language, what refers to nothing, what is overridden without right, and which policy this is."""

from datetime import date, datetime

from tests.support.mutation import GONE, Changed, Fault, bad

REASON = {"ko": "까닭이 있습니다", "en": "There is a reason"}
LATER = {"effective": "2027-01-01", "summary": {"ko": "더 짧게 씀", "en": "Said more shortly"}}
DUE_TO_LAW = {"code": "E-DATE", "path": "policy.effective", "reason": REASON}


def override(**changes: object) -> dict[str, object]:
    """Return one override row of a year-only date, changed."""
    row = {key: value for key, value in (DUE_TO_LAW | changes).items() if value is not GONE}
    return {"policy.effective": "2026", "history.2.effective": "2026", "override": [row]}


FAULTS: dict[str, Fault] = {
    "E-KEY": Fault(
        (bad({"purpose.inquiry.basiss": "consent"}), bad({"unknown.table": 1})),
        Changed({"item.subject.hint": {"ko": "짧게", "en": "In short"}}),
    ),
    "E-WORD": Fault(
        (bad({"item.email.kind": "e-mail"}), bad({"destruction.paper.methods": ["shread"]})),
        Changed({"destruction.paper.methods": ["shred"]}),
    ),
    "E-TYPE": Fault(
        (bad({"item.subject.max_chars": "120"}), bad({"destruction.paper.methods": 3})),
        Changed({"item.subject.max_chars": 121}),
    ),
    "E-MISSING": Fault(
        (bad({"policy.id": GONE}), bad({"retention.rule.complaint-dispute.period": GONE})),
        Changed({"department.complaints.target": GONE}),
    ),
    "E-VALUE": Fault(
        (bad({"purpose.inquiry.quiet": "7 days"}), bad({"officer.email": "nobody"})),
        Changed({"purpose.inquiry.quiet": "P14D"}),
    ),
    "E-OFFSET": Fault(
        (
            bad({"policy.effective": datetime(2026, 10, 2, 0, 0)}),  # noqa: DTZ001 - the fault is the missing offset
            bad({"history.1.effective": datetime(2023, 1, 1, 9, 30)}),  # noqa: DTZ001 - the same
        ),
        Changed({"history.2.effective": datetime.fromisoformat("2026-10-02T00:00:00+09:00")}),
    ),
    "E-REFERENCE": Fault(
        (
            bad({"collection.inquiry.optional": ["attachment"]}, "W-ITEM-UNUSED"),
            bad({"policy.laws": ["kr:pippa"]}),
        ),
        Changed({"policy.laws": ["kr:pipa", "kr:commercial-act"]}),
    ),
    "E-TWICE": Fault(
        (
            bad({"collection.inquiry.optional": ["attachments", "email"]}),
            bad({"cookies.modes": ["accept-all", "refuse-all", "refuse-all"]}),
        ),
        Changed({"collection.inquiry.required": ["email", "content", "subject"]}),
    ),
    "E-OVERRIDE-CODE": Fault(
        (bad(override(code="E-DAY"), "E-DATE"), bad(override(code="N-NOT-YET"), "E-DATE")),
        Changed(override(), frozenset({"E-DATE"})),
    ),
    "E-OVERRIDE-PATH": Fault(
        (bad(override(path="policy.efective"), "E-DATE"), bad(override(path="*.effective"), "E-DATE")),
        Changed(
            {"override": [DUE_TO_LAW | {"code": "E-LABEL", "path": "item.*.label"}]}, frozenset({"W-OVERRIDE-UNUSED"})
        ),
    ),
    "E-OVERRIDE-REASON": Fault(
        (bad(override(reason={"en": "Only one"}), "E-DATE"), bad(override(reason=GONE), "E-DATE")),
        Changed(override(reason=REASON), frozenset({"E-DATE"})),
    ),
    "E-OVERRIDE-REFUSED": Fault(
        (
            bad(override(code="E-REFERENCE", path="policy.laws"), "E-DATE"),
            bad(override(code="E-KEY", path="policy"), "E-DATE"),
        ),
        Changed(override(), frozenset({"E-DATE"})),
    ),
    "W-OVERRIDE-UNUSED": Fault(
        (bad({"override": [DUE_TO_LAW]}), bad(override(path="policy.version"), "E-DATE")),
        Changed(override(), frozenset({"E-DATE"})),
    ),
    "E-DATE": Fault(
        (
            bad({"policy.effective": "2026", "history.2.effective": "2026"}),
            bad({"policy.effective": "2026-10", "history.2.effective": "2026-10"}),
        ),
        Changed({"policy.effective": "2026-10-02T00:00:00+09:00"}),
    ),
    "W-ZONE": Fault(
        (bad({"policy.effective": date(2026, 10, 2)}), bad({"policy.effective": "2026-10-02"})),
        Changed({"policy.effective": datetime.fromisoformat("2026-10-02T09:30:00+09:00")}),
    ),
    "E-HISTORY": Fault(
        (bad({"history.1": GONE}), bad({"history.3": LATER})),
        Changed({"policy.version": 3, "policy.effective": "2027-01-01T00:00:00+09:00", "history.3": LATER}),
    ),
    "E-HISTORY-DATE": Fault(
        (bad({"history.2.effective": "2026-10-03"}), bad({"history.1.effective": "2026-10-03"})),
        Changed({"policy.effective": "2026-10-01T15:00:00Z", "history.1.effective": date(2026, 10, 2)}),
    ),
    "E-LAW-ENDED": Fault(
        (
            bad({"policy.laws": ["kr:network-act"]}),
            bad({"retention.laws": ["kr:network-act"]}, on=date(2020, 8, 5)),
        ),
        Changed({"policy.laws": ["kr:network-act"]}, on=date(2020, 8, 4)),
    ),
    "E-BODY-ENDED": Fault(
        (
            bad({"remedies.bodies": ["kr:police-ecrm", "kr:prosecutors-cyber"]}),
            bad({"remedies.bodies": ["kr:prosecutors-cyber"]}, on=date(2026, 10, 2)),
        ),
        Changed({"remedies.bodies": ["kr:prosecutors-cyber"]}, on=date(2026, 10, 1)),
    ),
    "W-BODY-STALE": Fault(
        (
            bad({}, on=date(2027, 4, 30)),  # 181 days after the pack's bodies were confirmed
            bad({"remedies.bodies": ["kr:police-ecrm"]}, on=date(2031, 1, 1)),
        ),
        Changed({}, on=date(2027, 4, 29)),
    ),
    "E-ITEM-KIND": Fault(
        (
            bad({"item.tastes.choices": GONE}),
            bad(
                {
                    "collection.inquiry.automatic": ["access_log", "content"],
                    "collection.inquiry.required": ["email", "subject"],
                }
            ),
        ),
        Changed({"item.attachments.max_files": 1}),
    ),
}
