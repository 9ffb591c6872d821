"""What people are told and promised: contents, contacts, rights, companies, cookies, and promises not kept yet."""

from tests.support.mutation import GONE, Changed, Fault, bad

PROCESSOR = {
    "label": {"ko": "달구지택배", "en": "Dalguji Parcel"},
    "task": {"ko": "제품 배송", "en": "Delivering products"},
    "kind": "delivery",
    "items": ["email"],
    "country": "KR",
}
MAILER = {"kind": "messaging", "items": ["email", "representative_contact", "member_email"]}
BACKUP = {"label": {"ko": "회사 백업 서버", "en": "Our own backup"}, "kind": "backup", "items": ["email", "content"]}
NAMED = {"sharing.processor.dalguji": PROCESSOR, "sharing.consignment.processors": GONE}

FAULTS: dict[str, Fault] = {
    "E-CONTENT": Fault(
        (bad({"safety": GONE}), bad({"statement.minimum": GONE})),
        Changed({"safety.measures": ["encryption"]}),
    ),
    "W-SILENT": Fault(
        (bad({"sharing.overseas": GONE}), bad({"statement.automated-decisions": GONE})),
        Changed({"cookies": {"use": "none"}, "collection.visits": GONE}, frozenset({"W-ITEM-UNUSED"})),
    ),
    "E-PHONE": Fault(
        (bad({"officer.phone": GONE}), bad({"department.access.phone": GONE})),
        Changed({"officer.phone": "118"}),
    ),
    "E-OFFICER": Fault(
        (
            bad({"department.complaints": GONE}),
            bad({"department.complaints.name": GONE}),
        ),
        Changed({"department.complaints": GONE, "officer.name": {"ko": "홍길동", "en": "Hong Gildong"}}),
    ),
    "E-DEADLINE": Fault(
        (bad({"rights.deadline.access": GONE}), bad({"rights.deadline.withdraw-consent": GONE})),
        Changed({"rights.deadline.cancel-membership": GONE}),
    ),
    "E-DEADLINE-LATE": Fault(
        (bad({"rights.deadline.access": "P11D"}), bad({"rights.deadline.withdraw-consent": "P10D"})),
        Changed({"rights.deadline.access": "P3D"}),
    ),
    "E-MEMBERSHIP": Fault(
        (bad({"rights.membership.items": []}), bad({"rights.membership": GONE})),
        Changed({"rights.membership": GONE, "rights.deadline.cancel-membership": GONE}),
    ),
    "E-PROCESSORS": Fault(
        (
            bad({"sharing.consignment.processors": GONE}),
            bad({"sharing.consignment": {"kinds": ["hosting"]}}),
        ),
        Changed(NAMED),
    ),
    "E-PROCESSORS-NONE": Fault(
        (
            bad({"sharing.processor.dalguji": PROCESSOR}),
            bad({"sharing.processor.sonbit": PROCESSOR | {"kind": "after-sales"}}),
        ),
        Changed(NAMED),
    ),
    "E-OVERSEAS": Fault(
        (
            bad({**NAMED, "sharing.processor.dalguji": PROCESSOR | {"country": "US"}}),
            bad({**NAMED, "sharing.processor.dalguji": PROCESSOR | {"country": "JP", "kind": "hosting"}}),
        ),
        Changed(NAMED),
    ),
    "E-SYSTEM": Fault(
        (bad({"systems.backup": BACKUP | {"items": []}}), bad({"systems.mail.kind": GONE}, "W-MAIL")),
        Changed({"systems.backup": BACKUP}),
    ),
    "E-SYSTEM-NAME": Fault(
        (
            bad({**NAMED, "sharing.processor.mail": PROCESSOR}),
            bad({**NAMED, "systems.dalguji": BACKUP}),
        ),
        Changed({**NAMED, "systems.backup": BACKUP}),
    ),
    "W-MAIL": Fault(
        (bad({"systems": GONE}), bad({"systems.mail.items": ["email", "member_email"]})),
        Changed({**NAMED, "systems": GONE, "sharing.processor.dalguji": PROCESSOR | MAILER}),
    ),
    "W-BROWSER": Fault(
        (
            bad({"cookies.browser_help": ["internet-explorer"]}),
            bad({"cookies.browser_help": "internet-explorer"}, "E-TYPE"),
        ),
        Changed({"cookies.browser_help": ["internet-explorer", "edge"]}),
    ),
    "E-COOKIE-CONSENT": Fault(
        (
            bad({"cookies.group.personal.basis": "contract"}),
            bad({"cookies.group.marketing.basis": "legitimate-interest"}),
        ),
        Changed({"cookies.group.essential.basis": "legitimate-interest"}),
    ),
    "E-COOKIE-DEFAULT": Fault(
        (
            bad({"cookies.default": "accept-all"}),
            bad({"cookies.default": "accept-all", "cookies.modes": ["accept-all", "refuse-all"]}),
        ),
        Changed({"cookies.default": "confirm-each"}),
    ),
    "N-NOT-YET": Fault(
        (bad({}), bad({"cookies": {"use": "none"}}, "E-COOKIES-NONE")),
        Changed({"rights.membership": GONE, "rights.deadline.cancel-membership": GONE}),
    ),
    "E-COOKIES-NONE": Fault(
        (
            bad({"cookies.use": "none", "collection.visits.method": "online-form"}),
            bad({"cookies": {"use": "none"}}),
        ),
        Changed({"cookies": {"use": "none"}, "collection.visits.method": "online-form"}),
    ),
    "E-MINORS-AGE": Fault(
        (bad({"rights.minors.under": 13}), bad({"rights.minors.under": 1})),
        Changed({"rights.minors.under": 15}),
    ),
}
