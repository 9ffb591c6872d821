"""What the law wants of items, purposes and retention."""

from tests.support.mutation import GONE, Changed, Fault, bad

RULE = "retention.rule."
LOG = {"kind": "access-log", "label": {"ko": "화면 기록", "en": "Screen log"}}
ALSO_LOG = {
    "item.screen_log": LOG,
    "collection.inquiry.automatic": ["access_log", "screen_log"],
    "purpose.inquiry.items": ["subject", "email", "content", "attachments", "screen_log"],
}
CALL_US = {"ko": "그래도 전화로는 문의하실 수 있습니다.", "en": "You can still call us."}
A_CASE_BOOK = {  # a consent of its own, and for what is optional alone
    "purpose.inquiry.items": ["subject", "email", "content"],
    "purpose.cases": {
        "label": {"ko": "사례집을 만들기 위해", "en": "To make a case book"},
        "basis": "consent",
        "items": ["attachments"],
        "ends": "collected",
        "period": "P1Y",
    },
    "collection.inquiry.purposes": ["inquiry", "cases", "security"],
}


def undivided(collection: str, items: list[str]) -> dict[str, object]:
    """Name the items of a collection in one list, required or not."""
    lists = {f"collection.{collection}.{key}": GONE for key in ("required", "optional", "automatic")}
    return {f"collection.{collection}.items": items, **lists}


FAULTS: dict[str, Fault] = {
    "E-ITEM-PURPOSE": Fault(
        (
            bad({"purpose.membership.items": []}, "E-COLLECTION-PURPOSE"),
            bad({"item.fax": {"kind": "phone", "label": {"ko": "팩스", "en": "Fax"}}}, "W-ITEM-UNUSED"),
        ),
        Changed({"purpose.rights.items": ["request_detail", "representative_name", "representative_contact", "email"]}),
    ),
    "W-ITEM-UNUSED": Fault(
        (bad({"collection.inquiry.optional": []}), bad({"collection.inquiry.automatic": GONE})),
        Changed(
            {
                "collection.inquiry.optional": GONE,
                "collection.inquiry.required": ["subject", "email", "content", "attachments"],
            }
        ),
    ),
    "E-COLLECTION-PURPOSE": Fault(
        (
            bad({"collection.membership.optional": ["subject"]}),
            bad({"collection.inquiry.purposes": ["inquiry"]}),
        ),
        Changed(
            {"collection.membership.optional": ["subject"], "collection.membership.purposes": ["membership", "inquiry"]}
        ),
    ),
    "E-COLLECTION-SPLIT": Fault(
        (
            bad(undivided("membership", ["member_email"])),
            bad(undivided("visits", ["tastes", "visit_traces"])),
        ),
        Changed({"collection.membership.optional": GONE, "collection.membership.automatic": GONE}),
    ),
    "E-COLLECTION-METHOD": Fault(
        (bad({"collection.inquiry.method": GONE}), bad({"collection.visits.method": GONE})),
        Changed({"collection.inquiry.method": "paper"}),
    ),
    "E-REFUSAL": Fault(
        (bad({"collection.inquiry.refusal": GONE}), bad({"purpose.personalised.refusal": {}})),
        Changed({"collection.inquiry.refusal": GONE, "purpose.inquiry.refusal": CALL_US}),
    ),
    "N-REFUSAL-FREE": Fault(
        (
            bad(A_CASE_BOOK),
            bad({**A_CASE_BOOK, "collection.inquiry.refusal": GONE, "purpose.inquiry.refusal": CALL_US}),
        ),
        Changed({**A_CASE_BOOK, "purpose.cases.refusal": CALL_US}),
    ),
    "W-REFUSAL-UNHEARD": Fault(
        (bad({"purpose.membership.refusal": CALL_US}), bad({"purpose.security.refusal": CALL_US})),
        Changed({"purpose.inquiry.refusal": CALL_US}),
    ),
    "E-MINORS": Fault(
        (bad({"collection.inquiry.minors": GONE}), bad({"collection.visits.minors": GONE})),
        Changed({"collection.rights.minors": GONE}),  # rests on a statute
    ),
    "E-BASIS": Fault(
        (
            bad({"purpose.inquiry.basis": GONE}, "E-SPLIT"),
            bad({"cookies.group.analytics.basis": GONE}),
        ),
        Changed({"purpose.inquiry.basis": "contract"}),
    ),
    "E-SPLIT": Fault(
        (
            bad({"purpose.membership.basis": GONE}, "E-BASIS"),
            bad({"purpose.rights.basis": GONE}, "E-BASIS"),
        ),
        # the same items stand under another purpose too, which has a basis
        Changed(
            {
                "purpose.membership.basis": GONE,
                "purpose.inquiry.items": ["subject", "email", "content", "attachments", "member_email"],
            },
            frozenset({"E-BASIS"}),
        ),
    ),
    "W-VAGUE": Fault(
        (
            bad({"purpose.inquiry.label.en": "Various service measures"}),
            bad({"purpose.inquiry.label.ko": "온라인 문의 등의 서비스를 위해"}),
        ),
        Changed({"purpose.inquiry.label.ko": "등록한 문의에 답변하기 위해"}),
    ),
    "E-PURPOSE-END": Fault(
        (bad({"purpose.inquiry.ends": GONE}), bad({"purpose.rights.ends": GONE})),
        Changed({"purpose.inquiry.ends": "purpose.achieved"}),
    ),
    "E-PURPOSE-PERIOD": Fault(
        (
            bad({"purpose.security.period": GONE}, "E-LOG-PERIOD"),
            bad({"purpose.rights.ends": "collected"}),
        ),
        Changed({"purpose.rights.ends": "collected", "purpose.rights.period": "P30D"}),
    ),
    "W-PURPOSE-OPEN": Fault(
        (
            bad({"purpose.inquiry.inactive_after": GONE}),
            bad({"purpose.personalised.inactive_after": GONE}, "E-LOG-PERIOD"),
        ),
        Changed({"purpose.inquiry.inactive_after": "P1Y"}),
    ),
    "E-BALANCING": Fault(
        (
            bad({"purpose.security.balancing": GONE}),
            bad({"purpose.membership.basis": "legitimate-interest"}),
        ),
        Changed({"purpose.security.balancing": GONE, "purpose.security.basis": "statute"}),
    ),
    "E-LOG-PERIOD": Fault(
        (
            bad({**ALSO_LOG, "purpose.inquiry.inactive_after": GONE}, "W-PURPOSE-OPEN"),
            bad({"purpose.security.ends": "purpose.achieved", "purpose.security.period": GONE}, "W-PURPOSE-OPEN"),
        ),
        Changed(ALSO_LOG),
    ),
    "E-RULE-ITEMS": Fault(
        (bad({RULE + "complaint-dispute.items": GONE}), bad({RULE + "unauthorized-use.items": []})),
        Changed({RULE + "complaint-dispute.items": ["email"]}),
    ),
    "E-RULE-START": Fault(
        (bad({RULE + "complaint-dispute.start": GONE}), bad({RULE + "unauthorized-use.start": GONE})),
        Changed({RULE + "unauthorized-use.start": "purpose.achieved"}),
    ),
    "E-RULE-AUTHORITY": Fault(
        (bad({RULE + "complaint-dispute.law": GONE}), bad({RULE + "payment-supply.law": GONE})),
        Changed({RULE + "complaint-dispute.law": "kr:ecommerce-complaint"}),
    ),
    "E-RULE-BASIS": Fault(
        (
            bad({RULE + "unauthorized-use.basis": GONE}),
            bad({RULE + "complaint-dispute.why": "internal", RULE + "complaint-dispute.law": GONE}),
        ),
        Changed(
            {
                RULE + "complaint-dispute.why": "internal",
                RULE + "complaint-dispute.law": GONE,
                RULE + "complaint-dispute.basis": "consent",
            }
        ),
    ),
    "E-RULE-DISGUISED": Fault(
        (
            bad({RULE + "unauthorized-use.law": "kr:pipa"}),
            bad({RULE + "complaint-dispute.law": "kr:pipa"}),
        ),
        Changed(
            {
                RULE + "unauthorized-use.reason": {
                    "ko": "되풀이되는 부정 이용 방지",
                    "en": "Prevention of repeated misuse",
                }
            }
        ),
    ),
    "E-RULE-SHORT": Fault(
        (
            bad({RULE + "complaint-dispute.period": "P2Y"}),
            bad({RULE + "contract-withdrawal.period": "P1825D"}),  # five years without their leap day
        ),
        Changed({RULE + "complaint-dispute.period": "P36M"}),
    ),
    "W-RULE-LONG": Fault(
        (
            bad({RULE + "complaint-dispute.period": "P5Y"}),
            bad({RULE + "complaint-dispute.period": "P3Y1D"}),
        ),
        Changed({RULE + "unauthorized-use.period": "P2Y"}),  # cites no law
    ),
    "W-RULE-EVENT": Fault(
        (
            bad({RULE + "complaint-dispute.start": "collected"}),
            bad({RULE + "payment-supply.start": "contract.ended"}),
        ),
        Changed({RULE + "unauthorized-use.start": "collected"}),
    ),
    "E-RULE-APPLIES": Fault(
        (
            bad({RULE + "complaint-dispute.applies_if": GONE}),
            bad({RULE + "e-financial.applies_if": "consumer-sales"}),
        ),
        Changed(
            {
                "record.books": {"label": {"ko": "상업장부", "en": "Commercial books"}},
                RULE + "books": {
                    "records": "books",
                    "why": "law",
                    "law": "kr:commercial-10",
                    "items": ["subject"],
                    "start": "books.closed",
                    "period": "P10Y",
                },
            }
        ),  # binds every merchant: nothing to answer
    ),
    "E-ANSWERS": Fault(
        (
            bad({"controller.answers": GONE}),
            bad({"controller": {"name": {"ko": "유트랙스", "en": "UTRACS"}}}),
        ),
        Changed({"controller.answers": []}),
    ),
    "W-SMALL-TRANSACTIONS": Fault(
        (
            bad({RULE + "e-financial-small": GONE}),
            bad({RULE + "e-financial-small.records": "payment-supply"}),
        ),
        Changed({RULE + "e-financial": GONE}),
    ),
    "N-RULE-OFF": Fault(
        (
            bad({"controller.answers": ["business-sales"]}),
            bad({"controller.answers": []}),
        ),
        Changed({"controller.answers": ["consumer-sales", "licensed-e-finance"]}),
    ),
    "N-CONSUMER-ONLY": Fault(
        (
            bad({"controller.answers": ["business-sales", "consumer-sales"]}),
            bad({"controller.answers": ["consumer-sales", "business-sales", "telecom-operator"]}),
        ),
        Changed({"controller.answers": ["consumer-sales", "licensed-e-finance"]}),
    ),
    "E-WITHIN": Fault(
        (bad({"retention.within": GONE}), bad({"retention.within": "P1M"})),
        Changed({"retention.within": "P3D"}),
    ),
    "E-RECORD-GENERAL": Fault(
        (bad({"record.general": GONE}), bad({"record": GONE, "retention.rule": GONE})),
        Changed({"record.general": GONE, "record.other": {"label": {"ko": "그 밖의 문의", "en": "Any other inquiry"}}}),
    ),
}
