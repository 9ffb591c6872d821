"""The live database: inquiries and all that belongs to them, while their purpose lasts."""

from jikim.store.live.models.by_hand import IntakeByHand
from jikim.store.live.models.desk import AccessDay, AccessPlace, AccessRecord, DeskLink, DeskSession
from jikim.store.live.models.destruction import Certificate, Intent, Quarantine
from jikim.store.live.models.engine import (
    ApprovalList,
    DestructionDay,
    Ground,
    Hold,
    MonthAhead,
    NightWork,
    VouchedClock,
    WaitingMailbox,
)
from jikim.store.live.models.inquiry import Consent, Inquiry, ItemValue, Message, Stub
from jikim.store.live.models.journal import LastTold, PendingLeaf
from jikim.store.live.models.mail import OutgoingMail
from jikim.store.live.models.policy import PolicyText, PolicyVersion, ServedNotice
from jikim.store.live.models.staff import LeftKey, StaffAccount, StaffChange, UnauthorizedUse, WrongAnswers

__all__ = [
    "AccessDay",
    "AccessPlace",
    "AccessRecord",
    "ApprovalList",
    "Certificate",
    "Consent",
    "DeskLink",
    "DeskSession",
    "DestructionDay",
    "Ground",
    "Hold",
    "Inquiry",
    "IntakeByHand",
    "Intent",
    "ItemValue",
    "LastTold",
    "LeftKey",
    "Message",
    "MonthAhead",
    "NightWork",
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
    "VouchedClock",
    "WaitingMailbox",
    "WrongAnswers",
]
