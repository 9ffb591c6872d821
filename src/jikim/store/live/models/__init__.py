"""The live database: inquiries and all that belongs to them, while their purpose lasts."""

from jikim.store.live.models.desk import AccessRecord, DeskLink
from jikim.store.live.models.destruction import Certificate, Intent, Quarantine
from jikim.store.live.models.inquiry import Consent, Inquiry, ItemValue, Message, Stub
from jikim.store.live.models.journal import PendingLeaf
from jikim.store.live.models.mail import OutgoingMail
from jikim.store.live.models.policy import PolicyText, PolicyVersion, ServedNotice

__all__ = [
    "AccessRecord",
    "Certificate",
    "Consent",
    "DeskLink",
    "Inquiry",
    "Intent",
    "ItemValue",
    "Message",
    "OutgoingMail",
    "PendingLeaf",
    "PolicyText",
    "PolicyVersion",
    "Quarantine",
    "ServedNotice",
    "Stub",
]
