"""The closed words of the clauses, beside the terms every floor uses. A word that is not here is an error in the file.

Source: the clauses named beside each; a new feature adds its words here.
"""

from enum import StrEnum


class Language(StrEnum):
    KOREAN = "ko"
    ENGLISH = "en"


class Jurisdiction(StrEnum):
    KOREA = "kr"


class RevisionNotice(StrEnum):
    """How a revision is announced, beside the comparison every revision gets (Guideline art. 21)."""

    POPUP = "popup"
    PAGE = "page"
    EMAIL = "email"


class Pace(StrEnum):
    """How soon a complaint is answered, where the policy states a manner and not a number."""

    PROMPTLY = "promptly"


class CollectionMethod(StrEnum):
    ONLINE_FORM = "online-form"
    COOKIES = "cookies"
    EMAIL = "email"
    PHONE = "phone"
    PAPER = "paper"
    DESK = "desk"  # staff, at the program's own desk


class Place(StrEnum):
    SEPARATE = "separate"
    FILING_CABINET = "filing-cabinet"


class StorageUse(StrEnum):
    STORAGE_ONLY = "storage-only"


class Erasure(StrEnum):
    """How electronic records end; the second is the law's own word, and the first is how this product keeps it."""

    CRYPTO_SHRED = "crypto-shred"
    IRREPRODUCIBLE = "irreproducible"


class ErasureStep(StrEnum):
    DELETE_ROW = "delete-row"
    PURGE_BACKUP_KEY = "purge-backup-key"


class PaperMethod(StrEnum):
    SHRED = "shred"
    INCINERATE = "incinerate"


class Evidence(StrEnum):
    CERTIFICATE = "certificate"
    KEY_SCAN = "key-scan"
    BYTE_SCAN = "byte-scan"
    TWO_PERSON_ENTRY = "two-person-entry"


class Stated(StrEnum):
    """A positive statement: silence would be a finding."""

    NONE = "none"
    STATED = "stated"


class EntrustedWork(StrEnum):
    """Kinds of work given to processors (PIPA art. 26)."""

    DELIVERY = "delivery"
    INSTALLATION = "installation"
    AFTER_SALES = "after-sales"
    HOSTING = "hosting"
    MESSAGING = "messaging"
    PAYMENT = "payment"
    CUSTOMER_SUPPORT = "customer-support"
    MAINTENANCE = "maintenance"


class SystemWork(StrEnum):
    """What systems of the controller's own are for; what another company runs for it is entrusted work."""

    MAIL = "mail"
    STORAGE = "storage"
    BACKUP = "backup"


class OtherwiseStep(StrEnum):
    """What comes before any entrustment the policy does not list."""

    NOTIFY_PARTY = "notify-party"
    NOTIFY_SERVICES = "notify-services"
    PRIOR_CONSENT = "prior-consent-if-needed"


class RightsHolder(StrEnum):
    SUBJECT = "subject"
    LEGAL_REPRESENTATIVE = "legal-representative"
    AGENT = "agent"


class RightsAction(StrEnum):
    """What a person may ask for (PIPA arts. 35-39)."""

    ACCESS = "access"
    RECTIFY = "rectify"
    ERASE = "erase"
    SUSPEND = "suspend"
    WITHDRAW_CONSENT = "withdraw-consent"
    CANCEL_MEMBERSHIP = "cancel-membership"


class AfterErasureKeep(StrEnum):
    RETENTION_RULES = "retention-rules"


class AfterErasureView(StrEnum):
    NEVER = "never"
    SUBJECT_ACCESS_ONLY = "subject-access-only"


class AfterErasureUse(StrEnum):
    NEVER = "never"


class Verification(StrEnum):
    """How a legal representative is verified (PIPA Enforcement Decree art. 17-2(1))."""

    SMS = "sms"
    CARD = "card"
    PHONE_IDENTITY = "phone-identity"
    SIGNED_PAPER = "signed-paper"
    EMAIL = "email"
    PHONE_CALL = "phone-call"
    EQUIVALENT = "equivalent"


class CookieMode(StrEnum):
    ACCEPT_ALL = "accept-all"
    CONFIRM_EACH = "confirm-each"
    REFUSE_ALL = "refuse-all"


class CookiePurpose(StrEnum):
    NECESSARY = "necessary"
    USAGE_ANALYSIS = "usage-analysis"
    PERSONALISED_SERVICE = "personalised-service"
    TARGETED_MARKETING = "targeted-marketing"


class Measure(StrEnum):
    """What cookies tell about a visitor."""

    VISITS = "visits"
    VISIT_FREQUENCY = "visit-frequency"
    VISIT_LENGTH = "visit-length"
    EVENTS_JOINED = "events-joined"
    TASTES = "tastes"
    INTERESTS = "interests"
    TRACES = "traces"


class Browser(StrEnum):
    """Browsers whose settings the page can explain; Internet Explorer is known so that it can be found stale."""

    CHROME = "chrome"
    EDGE = "edge"
    SAFARI = "safari"
    FIREFOX = "firefox"
    WHALE = "whale"
    SAMSUNG_INTERNET = "samsung-internet"
    INTERNET_EXPLORER = "internet-explorer"


class SafetyMeasure(StrEnum):
    """Managerial, technical and physical measures (PIPA art. 29; Enforcement Decree arts. 30, 31(1)3)."""

    INTERNAL_PLAN = "internal-plan"
    TRAINING = "training"
    ACCESS_CONTROL = "access-control"
    ENCRYPTION = "encryption"
    ACCESS_RECORDS = "access-records"
    MALWARE_PROTECTION = "malware-protection"
    PHYSICAL_CONTROL = "physical-control"


class Statement(StrEnum):
    """What the policy states outright, so that silence cannot be mistaken for it."""

    MINIMUM = "minimum"
    SENSITIVE = "sensitive"
    UNIQUE_IDENTIFIERS = "unique-identifiers"
    AUTOMATED_DECISIONS = "automated-decisions"
    PSEUDONYMISED = "pseudonymised"
    ADDITIONAL_USE = "additional-use"


class Clause(StrEnum):
    """The clauses of the published page, in page order; anchors and keys of free prose."""

    PURPOSES = "purposes"
    ITEMS = "items"
    RETENTION = "retention"
    SEPARATE = "separate"
    DESTRUCTION = "destruction"
    THIRD_PARTY = "third-party"
    CONSIGNMENT = "consignment"
    OVERSEAS = "overseas"
    RIGHTS = "rights"
    CHILDREN = "children"
    COOKIES = "cookies"
    AUTOMATED = "automated"
    SAFETY = "safety"
    OFFICER = "officer"
    REMEDIES = "remedies"
    CHANGES = "changes"
