"""Who works at the desk, as far as the domain must know: three roles, and people by number alone."""

from enum import StrEnum


class StaffRole(StrEnum):
    """What an account may decide. One person may have several roles."""

    HANDLER = "handler"  # answers inquiries
    OFFICER = "officer"  # the privacy officer, or who stands in: holds, classes, evidence
    APPROVER = "approver"  # lets a large destruction go
