"""Procedure and method of destruction (PIPA arts. 21, 30(1)3-2; Enforcement Decree art. 16; Standard Guideline art. 10)."""

from collections.abc import Iterator

from jikim.language.telling.blocks import Block, Subheading, bullets, paragraph
from jikim.language.telling.teller import Pair, Teller

ELECTRONIC: dict[str, Pair] = {
    "crypto-shred": (
        "처음부터 값마다 다른 열쇠로 봉인해 두고, 파기할 때 그 열쇠를 없애 누구도 다시 읽을 수 없게 합니다",
        "From the start, each value is sealed under a key of its own. To destroy it we destroy that key, and nobody can read it again",
    ),
    "irreproducible": (
        "기록을 되살릴 수 없는 기술적 방법으로 지웁니다",
        "They are erased by technical means, so that the record cannot be reproduced",
    ),
}
STEPS: dict[str, Pair] = {
    "delete-row": ("봉인된 채 남은 기록도 지웁니다", "What is left under the seal is erased as well"),
    "purge-backup-key": ("백업에 든 열쇠도 없앱니다", "The keys in backups are destroyed too"),
}
# The stem before "-거나" and "-합니다".
PAPER: dict[str, Pair] = {"shred": ("파쇄하", "shredded"), "incinerate": ("소각하", "burned")}
EVIDENCE: dict[str, Pair] = {
    "certificate": ("무엇을 언제 파기했는지 증명서를 남깁니다", "A certificate says what was destroyed, and when"),
    "key-scan": ("없앤 열쇠가 남아 있지 않은지 살펴봅니다", "We search for remains of the destroyed keys"),
    "byte-scan": (
        "저장 매체에 내용이 남아 있지 않은지 살펴봅니다",
        "We search the storage medium for remains of the content",
    ),
    "two-person-entry": (
        "두 사람이 함께 파기하고 대장에 적습니다",
        "Two people destroy it together and enter it in a register",
    ),
}


def destruction(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.destruction
    if not stated.electronic and not stated.paper:
        return
    yield paragraph(_procedure(tell))
    if stated.electronic:
        steps = [ELECTRONIC[stated.electronic], *(STEPS[step] for step in stated.electronic_then)]
        said = [*steps, *(EVIDENCE[proof] for proof in stated.electronic_evidence)]
        yield Subheading(tell("전자 파일", "Electronic files"))
        yield bullets(f"{tell(*words)}." for words in said)
    if stated.paper:
        said = [_shredded(stated.paper), *(EVIDENCE[proof] for proof in stated.paper_evidence)]
        yield Subheading(tell("종이 문서", "Paper"))
        yield bullets(f"{tell(*words)}." for words in said)


def _procedure(tell: Teller) -> str:
    if not any(rule.applies for rule in tell.policy.retention.rules):
        return tell(
            "처리 목적을 이룬 정보는 지체 없이 파기합니다.",
            "Once its purpose is achieved, information is destroyed without delay.",
        )
    return tell(
        "처리 목적을 이룬 정보 가운데 남길 근거가 없는 것은 지체 없이 파기합니다. "
        "근거가 있는 것은 따로 옮겨, 정한 기간까지 보관한 뒤 파기합니다.",
        "Once its purpose is achieved, information that no ground keeps is destroyed without delay. What a ground does "
        "keep is set aside until its period ends, and then destroyed.",
    )


def _shredded(methods: tuple[str, ...]) -> Pair:
    """Join the ways of destroying paper: "파쇄하거나 소각합니다", "It is shredded or burned"."""
    stems, words = zip(*(PAPER[method] for method in methods), strict=True)
    return "거나 ".join(stems).removesuffix("하") + "합니다", f"It is {' or '.join(words)}"
