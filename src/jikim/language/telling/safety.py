"""How it is protected, and what is positively not done (PIPA arts. 23, 24, 28-2, 29, 37-2; Decree art. 31(1)3)."""

from collections.abc import Iterator

from jikim.language.telling.blocks import Block, bullets, paragraph
from jikim.language.telling.teller import Pair, Teller

MEASURES: dict[str, Pair] = {
    "internal-plan": ("내부 관리계획을 세워 시행합니다", "We have an internal plan, and follow it"),
    "training": ("개인정보를 다루는 직원을 교육합니다", "Staff who handle personal information are trained"),
    "access-control": (
        "직원마다 맡은 일에 필요한 권한만 줍니다",
        "Each of our staff is given only the access their work needs",
    ),
    "encryption": ("저장하고 전송할 때 암호화합니다", "It is encrypted when stored and when sent"),
    "access-records": (
        "누가 언제 열어 봤는지 기록하고 점검합니다",
        "Who opened what, and when, is recorded and reviewed",
    ),
    "malware-protection": (
        "악성 프로그램을 막는 보안 프로그램을 쓰고 제때 업데이트합니다",
        "Software that keeps malware out is in use, and updated in time",
    ),
    "physical-control": (
        "개인정보를 보관하는 곳의 출입을 통제합니다",
        "Access to the places where it is kept is controlled",
    ),
}
NOT_DONE: dict[str, Pair] = {
    "sensitive": (
        "건강이나 신념 같은 민감정보를 처리하지 않습니다",
        "We process no sensitive information, such as on health or beliefs",
    ),
    "unique-identifiers": (
        "주민등록번호 같은 고유식별정보를 처리하지 않습니다",
        "We process no unique identifiers such as resident registration numbers",
    ),
    "automated-decisions": (
        "사람이 관여하지 않는 자동화된 결정을 하지 않습니다",
        "No decision about you is made by a machine alone",
    ),
    "pseudonymised": ("가명정보를 만들어 쓰지 않습니다", "We make no pseudonymised data"),
    "additional-use": (
        "동의 없이 처음 목적을 벗어나 이용하거나 제공하지 않습니다",
        "Without your consent, we neither use nor give it beyond its first purpose",
    ),
}


def not_done(tell: Teller) -> Iterator[Block]:
    said = [NOT_DONE[what] for what, how in tell.policy.statements if how == "none" and what in NOT_DONE]
    if said:
        yield bullets(f"{tell(*what)}." for what in said)


def measures(tell: Teller) -> Iterator[Block]:
    if tell.policy.safety:
        yield paragraph(
            tell(
                "개인정보를 지키기 위해 다음과 같이 하고 있습니다.",
                "To protect personal information, this is what we do:",
            )
        )
        yield bullets(f"{tell(*MEASURES[measure])}." for measure in tell.policy.safety)
