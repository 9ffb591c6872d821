"""Which code keeps which fact of a policy, and which promises nothing keeps yet.

Every fact the language can state stands in exactly one of the two. A fact that only has to be told is kept by the page;
one that binds is kept by the code that acts on it. The second list grows shorter with every feature, and the page of a
demo home shows it.
"""

from dataclasses import dataclass

from jikim.domain.terms import Text

_PAGE = "jikim.language.page.build"
_FORM = "jikim.web.public.form.build"
_NOTICE = "jikim.language.notice.build"
_COMPILE = "jikim.language.compile.compile"
_PUBLISH = "jikim.actions.policies.publish"
_INTAKE = "jikim.domain.intake.problems"
_CONSENT = "jikim.domain.consent.needed"
_CLOCK = "jikim.domain.separation.clock_of"
_RULE = "jikim.domain.separation.rule_window"
_GATE = "jikim.outbox.gate.let_out"
_MOVE = "jikim.procedures.separate.finish"

KEEPERS: dict[str, str] = {
    "policy.id": _PUBLISH,
    "policy.version": _PUBLISH,
    "policy.jurisdiction": _COMPILE,
    "policy.languages": _PUBLISH,
    "policy.effective": "jikim.queries.policies.in_force",
    "policy.laws": _PAGE,
    "history.*.effective": _PAGE,
    "history.*.summary.*": _PAGE,
    "controller.name.*": _PAGE,
    "controller.answers": _COMPILE,
    "officer.name.*": _PAGE,
    "officer.title.*": _PAGE,
    "officer.email": _PAGE,
    "officer.phone": _PAGE,
    "department.complaints.name.*": _PAGE,
    "department.complaints.title.*": _PAGE,
    "department.complaints.email": _PAGE,
    "department.complaints.phone": _PAGE,
    "department.access.name.*": _PAGE,
    "department.access.title.*": _PAGE,
    "department.access.email": _PAGE,
    "department.access.phone": _PAGE,
    "item.*.kind": _INTAKE,
    "item.*.label.*": _PAGE,
    "item.*.hint.*": _FORM,
    "item.*.max_chars": _INTAKE,
    "item.*.max_files": _INTAKE,
    "item.*.max_bytes": _INTAKE,
    "item.*.choices.*.*": _INTAKE,
    "purpose.*.label.*": _NOTICE,
    "purpose.*.basis": _CONSENT,
    "purpose.*.balancing.*": _PAGE,
    "purpose.*.refusal.*": _NOTICE,
    "purpose.*.items": "jikim.domain.separation.purposes_of",
    "purpose.*.ends": _CLOCK,
    "purpose.*.period": _CLOCK,
    "purpose.*.quiet": "jikim.domain.separation.ended_on",
    "purpose.*.inactive_after": "jikim.domain.separation.ended_on",
    "collection.*.method": _PAGE,
    "collection.*.items": _INTAKE,
    "collection.*.required": _INTAKE,
    "collection.*.optional": _INTAKE,
    "collection.*.automatic": "jikim.actions.inquiries.submit",
    "collection.*.purposes": _CONSENT,
    "collection.*.refusal.*": _NOTICE,
    "record.*.label.*": "jikim.queries.inquiries.classes",
    "retention.start": "jikim.domain.separation.achieved_on",
    "retention.within": "jikim.domain.destruction.move_by",
    "retention.calendar": "jikim.domain.separation.rolling_years",
    "retention.laws": _PAGE,
    "retention.move_to": _MOVE,
    "retention.use": _MOVE,
    "retention.rule.*.records": "jikim.actions.inquiries.resolve",
    "retention.rule.*.why": _RULE,
    "retention.rule.*.law": _PAGE,
    "retention.rule.*.basis": _PAGE,
    "retention.rule.*.applies_if": _COMPILE,
    "retention.rule.*.items": _CLOCK,
    "retention.rule.*.start": "jikim.domain.separation.start_of",
    "retention.rule.*.period": _RULE,
    "destruction.electronic.method": "jikim.procedures.destroy.d1_destroy_keys",
    "destruction.electronic.then": "jikim.procedures.destroy.d3_delete_rows",
    "destruction.electronic.evidence": "jikim.procedures.destroy.d4_certify",
    "sharing.third_party": _PAGE,
    "sharing.overseas": _PAGE,
    "sharing.consignment.kinds": _PAGE,
    "sharing.consignment.processors": _PAGE,
    "sharing.processor.*.label.*": _PAGE,
    "sharing.processor.*.task.*": _PAGE,
    "sharing.processor.*.kind": _GATE,
    "sharing.processor.*.items": _GATE,
    "sharing.processor.*.country": _PAGE,
    "systems.*.label.*": _PAGE,
    "systems.*.kind": _GATE,
    "systems.*.items": _GATE,
    "cookies.use": _PAGE,
    "cookies.browser_help": _PAGE,
    "safety.measures": _PAGE,
    "statement.*": _PAGE,
    "remedies.bodies": _PAGE,
    "prose.*.*": _PAGE,
}


@dataclass(frozen=True, slots=True)
class Promise:
    """Facts that a policy may state and this program does not keep yet, and what that means in plain words."""

    name: str
    patterns: tuple[str, ...]
    text: Text


def _promise(name: str, *patterns: str, ko: str, en: str) -> Promise:
    return Promise(name, patterns, Text.of({"ko": ko, "en": en}))


NOT_YET: tuple[Promise, ...] = (
    _promise(
        "revision",
        "policy.revision.notice",
        "policy.revision.lead",
        "policy.revision.lead_against",
        ko="방침이 바뀌는 것을 미리 알리는 일은 아직 하지 않습니다. 모든 판은 공개 화면에 남습니다.",
        en="A revision is not announced ahead of time yet; every version stays readable on its page.",
    ),
    _promise(
        "complaints",
        "officer.answer",
        "officer.target",
        "department.complaints.answer",
        "department.complaints.target",
        "department.access.answer",
        "department.access.target",
        ko="고충 처리에 걸린 시간을 아직 재지 않습니다. 고충은 적힌 연락처에서 사람이 받습니다.",
        en="The time an answer to a complaint takes is not measured yet; people take complaints at the contacts given.",
    ),
    _promise(
        "children",
        "collection.*.minors",
        "rights.minors.under",
        "rights.minors.verify",
        ko="아동의 나이와 법정대리인을 확인하는 절차는 아직 없습니다.",
        en="The age of a child and the right of a legal representative are not verified yet.",
    ),
    _promise(
        "unauthorized-use",
        "retention.rule.*.reason.*",
        ko="회사가 스스로 정해 보관하는 기록은 담당자가 문의를 그렇게 분류했을 때에만 생깁니다.",
        en="Records kept for the company's own reasons exist only where an inquiry is classed so.",
    ),
    _promise(
        "custody",
        "retention.allowed",
        ko="따로 보관한 정보를 법에서 허용한 까닭으로 꺼내 보는 절차는 아직 없습니다. 지금은 아무도 볼 수 없습니다.",
        en="What is set aside cannot be read even for the uses allowed; for now nobody can read it.",
    ),
    _promise(
        "paper",
        "retention.paper_to",
        "destruction.paper.methods",
        "destruction.paper.evidence",
        ko="종이 문서의 보관과 파기는 아직 기록하지 않습니다.",
        en="The keeping and destruction of paper is not recorded yet.",
    ),
    _promise(
        "consignment",
        "sharing.consignment.otherwise",
        ko="방침에 적히지 않은 회사로는 보내지 않지만, 새로 맡기기 전에 알리고 동의를 받는 절차는 아직 없습니다.",
        en="Nothing goes to a company the policy does not name; but nothing announces, or asks, before one is added.",
    ),
    _promise(
        "rights",
        "rights.who",
        "rights.actions",
        "rights.deadline.*",
        "rights.after_erasure.keep",
        "rights.after_erasure.view",
        "rights.after_erasure.other_use",
        ko="열람, 정정, 삭제 같은 요구를 화면에서 받지 못합니다. 적힌 부서에서 사람이 처리합니다.",
        en="Rights cannot be asked for on the site yet; the department given handles them.",
    ),
    _promise(
        "membership",
        "rights.membership.items",
        ko="회원 가입과 탈퇴는 아직 없습니다.",
        en="There is no membership to join or to cancel yet.",
    ),
    _promise(
        "cookies",
        "cookies.modes",
        "cookies.default",
        "cookies.gpc_refuses",
        "cookies.on_refusal.*",
        "cookies.group.*.label.*",
        "cookies.group.*.basis",
        "cookies.group.*.purposes",
        "cookies.group.*.measures",
        "cookies.group.*.cookies.*",
        ko="쿠키를 고르는 화면과 방문 기록은 아직 없습니다. 공개 화면은 쿠키를 하나도 저장하지 않습니다.",
        en="There is no choice of cookies and no record of visits yet; the public pages set no cookie at all.",
    ),
)
