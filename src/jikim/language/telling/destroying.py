"""Procedure and method of destruction (PIPA arts. 21, 30(1)3-2; Enforcement Decree art. 16; Standard Guideline art. 10)."""

from collections.abc import Iterator

from jikim.language.telling.blocks import Block, Subheading, bullets, paragraph
from jikim.language.telling.teller import Pair, Teller

ELECTRONIC: dict[str, Pair] = {
    "crypto-shred": (
        "값마다 다른 열쇠로 처음부터 봉인해 두고, 파기할 때 그 열쇠를 없애 기록을 다시 만들 수 없게 합니다",
        "Each value is sealed under a key of its own from the start. To destroy it we destroy that key, so that the record cannot be reproduced",
    ),
    "irreproducible": (
        "기록을 다시 만들 수 없는 기술적 방법으로 지웁니다",
        "It is erased by technical means after which the record cannot be reproduced",
    ),
}
STEPS: dict[str, Pair] = {
    "delete-row": ("남은 암호문도 지웁니다", "What is left of the ciphertext is deleted as well"),
    "purge-backup-key": ("백업의 열쇠도 없앱니다", "The keys in backups are purged too"),
}
PAPER: dict[str, Pair] = {"shred": ("잘게 자르", "shredded"), "incinerate": ("태우", "burned")}
EVIDENCE: dict[str, Pair] = {
    "certificate": ("파기한 것을 확인해 증명서를 남깁니다", "What was destroyed is checked, and a certificate says so"),
    "key-scan": ("없앤 열쇠가 남아 있지 않은지 살핍니다", "We search for remains of the destroyed keys"),
    "byte-scan": ("저장 매체에 내용이 남아 있지 않은지 살핍니다", "We search the medium for remains of the content"),
    "two-person-entry": (
        "두 사람이 함께 없애고 기록합니다",
        "Two persons destroy it together and enter it in the register",
    ),
}


def destruction(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.destruction
    if not stated.electronic and not stated.paper:
        return
    if _has_rules(tell):
        yield paragraph(
            tell(
                "목적을 이룬 정보 가운데 남길 근거가 없는 것은 바로 파기하고, 근거가 있는 것은 따로 옮겨 "
                "정한 기간까지 보관한 뒤 파기합니다.",
                "What nothing obliges us to keep is destroyed at once. What something does is set aside, kept for its "
                "period, and then destroyed.",
            )
        )
    if stated.electronic:
        yield Subheading(tell("전자 파일", "Electronic files"))
        steps = [ELECTRONIC[stated.electronic], *(STEPS[step] for step in stated.electronic_then)]
        yield bullets(
            f"{tell(*said)}." for said in [*steps, *(EVIDENCE[proof] for proof in stated.electronic_evidence)]
        )
    if stated.paper:
        yield Subheading(tell("종이 문서", "Paper"))
        *most, last = [PAPER[method] for method in stated.paper]
        korean = "".join(f"{stem}거나 " for stem, _ in most) + f"{_polite(last[0])}"
        english = " or ".join(word for _, word in (*most, last))
        yield bullets(
            [
                tell(f"{korean}.", f"It is {english}."),
                *(f"{tell(*EVIDENCE[proof])}." for proof in stated.paper_evidence),
            ]
        )


def _polite(stem: str) -> str:
    """End a vowel stem politely: 자르 → 자릅니다, 태우 → 태웁니다."""
    return stem[:-1] + chr(ord(stem[-1]) + 17) + "니다"


def _has_rules(tell: Teller) -> bool:
    return any(rule.applies for rule in tell.policy.retention.rules)
