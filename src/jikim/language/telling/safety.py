"""How it is protected, and what is positively not done (PIPA arts. 23, 24, 28-2, 29, 37-2; Decree art. 31(1)3)."""

from collections.abc import Iterator

from jikim.language.telling.blocks import Block, bullets, paragraph
from jikim.language.telling.teller import Pair, Teller

MEASURES: dict[str, Pair] = {
    "internal-plan": ("내부 관리계획을 세우고 해마다 점검합니다", "We keep an internal plan and check it every year"),
    "training": ("다루는 직원을 가장 적게 두고 교육합니다", "As few staff as possible handle it, and they are trained"),
    "access-control": ("맡은 일에 필요한 권한만 줍니다", "Each person may do only what their work needs"),
    "encryption": ("저장할 때와 보낼 때 암호화합니다", "It is encrypted when stored and when sent"),
    "access-records": ("누가 언제 열었는지 기록하고 살핍니다", "Who opened what, and when, is recorded and reviewed"),
    "malware-protection": (
        "악성 프로그램을 막고 보안 업데이트를 제때 합니다",
        "Malware is kept out and updates are made in time",
    ),
    "physical-control": ("자료가 있는 곳의 출입을 통제합니다", "Places where data is kept are locked"),
}
NOT_DONE: dict[str, Pair] = {
    "sensitive": ("민감정보를 처리하지 않습니다", "We process no sensitive information"),
    "unique-identifiers": (
        "주민등록번호 같은 고유식별정보를 처리하지 않습니다",
        "We process no unique identifiers such as resident registration numbers",
    ),
    "automated-decisions": (
        "사람의 판단 없이 자동으로 결정하지 않습니다",
        "No decision about you is made by a machine alone",
    ),
    "pseudonymised": ("가명정보를 만들어 쓰지 않습니다", "We make no pseudonymised data"),
    "additional-use": (
        "동의 없이 추가로 이용하거나 제공하지 않습니다",
        "We make no additional use without your consent",
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
