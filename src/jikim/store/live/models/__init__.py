"""The live database: inquiries and all that belongs to them, while their purpose lasts."""

from jikim.store.live.models.desk import AccessDay, AccessRecord, DeskLink, DeskSession
from jikim.store.live.models.destruction import Certificate, Intent, Quarantine
from jikim.store.live.models.inquiry import Consent, Inquiry, ItemValue, Message, Stub
from jikim.store.live.models.journal import PendingLeaf
from jikim.store.live.models.mail import OutgoingMail
from jikim.store.live.models.policy import PolicyText, PolicyVersion, ServedNotice
from jikim.store.live.models.staff import LeftKey, StaffAccount, StaffChange, UnauthorizedUse, WrongAnswers

__all__ = [
    "AccessDay",
    "AccessRecord",
    "Certificate",
    "Consent",
    "DeskLink",
    "DeskSession",
    "Inquiry",
    "Intent",
    "ItemValue",
    "LeftKey",
    "Message",
    "OutgoingMail",
    "PendingLeaf",
    "PolicyText",
    "PolicyVersion",
    "Quarantine",
    "ServedNotice",
    "StaffAccount",
    "StaffChange",
    "Stub",
    "UnauthorizedUse",
    "WrongAnswers",
]
