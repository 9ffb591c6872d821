"""The opening, and how the policy changes (PIPA art. 30(2), Enforcement Decree art. 31(2), Standard Guideline art. 21)."""

from collections.abc import Iterator
from datetime import date

from jikim.domain.policy import Change
from jikim.language.telling.blocks import Block, Subheading, bullets, paragraph
from jikim.language.telling.teller import Teller

NOTICES = {
    "popup": ("사이트에 뜨는 알림창으로", "with a notice that opens on this site"),
    "page": ("이 페이지에서", "on this page"),
    "email": ("이메일로", "by email"),
}


def opening(tell: Teller) -> Iterator[Block]:
    laws = tell.both(_short(tell.text(entry.name)) for law in tell.policy.laws if (entry := tell.entry(law)))
    company = tell.company
    yield paragraph(
        tell(
            f"{tell.particle(company, '은')} 맡겨 주신 개인정보를 소중히 여기"
            + (f"며 {tell.particle(laws, '을')} 지킵니다. " if laws else "고 있습니다. ")
            + "개인정보를 무엇에 쓰고, 얼마나 보관하고, 어떻게 파기하는지 알려 드립니다.",
            f"{company} values the personal information you entrust to it"
            + (f" and follows the {laws}. " if laws else ". ")
            + "This page says what it is used for, how long it is kept and how it is destroyed.",
        )
    )


def _short(name: str) -> str:
    """Leave out what a law's entry adds to its name, such as which of its rules are meant."""
    return name.partition("(")[0].partition(",")[0].strip()


def changes(tell: Teller) -> Iterator[Block]:
    policy = tell.policy
    if policy.revision_notice:
        yield paragraph(_announced(tell))
    yield paragraph(
        tell(
            f"이 처리방침은 제{policy.version}판이며, {tell.effective()}합니다. 한번 펴낸 판은 고치지 않으며, 모두 그대로 보실 수 있습니다.",
            f"This is version {policy.version}, {tell.effective()}. A published version is never altered, and all of them stay readable.",
        )
    )
    if policy.history:
        yield Subheading(tell("변경 이력", "What changed"))
        yield bullets(_change(tell, change) for change in policy.history)


def _announced(tell: Teller) -> str:
    how = tell(*NOTICES[tell.policy.revision_notice])
    lead, against = tell.policy.revision_lead, tell.policy.revision_lead_against
    if lead and against:
        return tell(
            f"바뀔 때에는 시행 {tell.period(lead)} 전부터, 이용자에게 불리하면 {tell.period(against)} 전부터 {how} 알립니다.",
            f"A change is announced {how}: {tell.period(lead)} before it takes effect, and {tell.period(against)} before "
            "when it is to your disadvantage.",
        )
    if lead:
        return tell(
            f"바뀔 때에는 시행 {tell.period(lead)} 전부터 {how} 알립니다.",
            f"A change is announced {how}, {tell.period(lead)} before it takes effect.",
        )
    return tell(f"바뀔 때에는 {how} 알립니다.", f"A change is announced {how}.")


def _change(tell: Teller, change: Change) -> str:
    when = _when(tell, change.effective)
    summary = tell.text(change.summary)
    return tell(f"제{change.version}판 ({when}): {summary}", f"Version {change.version} ({when}): {summary}")


def _when(tell: Teller, stated: str) -> str:
    """Say a date as precisely as the author wrote it."""
    if len(stated) == len("2026"):
        return tell(f"{stated}년", stated)
    try:
        return tell.day(date.fromisoformat(stated[:10]))
    except ValueError:
        return stated
