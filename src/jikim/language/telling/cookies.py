"""Cookies: what they are, what they tell, the three choices, how to refuse and what that costs (PIPA art. 30(1)7)."""

from collections.abc import Iterator

from jikim.domain.policy import CookieGroup
from jikim.domain.terms import LegalBasis
from jikim.language.telling.blocks import Block, Said, Subheading, bullets, definitions, paragraph, table
from jikim.language.telling.teller import Pair, Teller

MEASURES: dict[str, Pair] = {
    "visits": ("방문 횟수", "the number of visits"),
    "visit-frequency": ("접속 빈도", "how often you visit"),
    "visit-length": ("머문 시간", "how long you stay"),
    "events-joined": ("행사 참여", "the events you take part in"),
    "tastes": ("취향", "your tastes"),
    "interests": ("관심 분야", "your interests"),
    "traces": ("방문 자취", "the traces of your visits"),
}
PURPOSES: dict[str, Pair] = {
    "necessary": ("사이트를 움직이는 데 꼭 필요", "the site cannot work without them"),
    "usage-analysis": ("이용 분석", "understanding use"),
    "personalised-service": ("맞춤 서비스", "personalised service"),
    "targeted-marketing": ("맞춤 광고", "targeted marketing"),
}
MODES: dict[str, Pair] = {
    "accept-all": ("모두 받기", "Accept all"),
    "confirm-each": ("저장할 때마다 확인하기", "Confirm each one"),
    "refuse-all": ("모두 거부하기", "Refuse all"),
}
BROWSERS: dict[str, tuple[str, Pair]] = {
    "chrome": (
        "Chrome",
        ("설정 › 개인 정보 보호 및 보안 › 서드 파티 쿠키", "Settings › Privacy and security › Third-party cookies"),
    ),
    "edge": ("Edge", ("설정 › 쿠키 및 사이트 권한", "Settings › Cookies and site permissions")),
    "safari": ("Safari", ("설정 › 개인정보 보호 › 모든 쿠키 차단", "Settings › Privacy › Block all cookies")),
    "firefox": (
        "Firefox",
        ("설정 › 개인 정보 및 보안 › 쿠키 및 사이트 데이터", "Settings › Privacy & Security › Cookies and Site Data"),
    ),
    "whale": (
        "Whale",
        ("설정 › 개인정보 보호 › 쿠키 및 기타 사이트 데이터", "Settings › Privacy › Cookies and other site data"),
    ),
    "samsung-internet": (
        "Samsung Internet",
        ("설정 › 인터넷 사용 기록 › 쿠키", "Settings › Personal browsing data › Cookies"),
    ),
    "internet-explorer": (
        "Internet Explorer",
        ("도구 › 인터넷 옵션 › 개인 정보", "Tools › Internet Options › Privacy"),
    ),
}


def cookies(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.cookies
    if not stated.stated:
        return
    if stated.use == "none":
        yield paragraph(tell("이 사이트는 쿠키를 쓰지 않습니다.", "This site uses no cookies."))
        return
    yield paragraph(
        tell(
            "쿠키는 사이트가 브라우저에 맡겨 두었다가 다음에 다시 읽는 아주 작은 기록입니다. 이용자의 기기에 저장됩니다.",
            "A cookie is a very small note that a site leaves with your browser and reads again later. It is kept on your device.",
        )
    )
    if stated.groups:
        yield _groups(tell, stated.groups)
    yield from _choice(tell)
    yield from _help(tell)


def _groups(tell: Teller, groups: tuple[CookieGroup, ...]) -> Block:
    based, named = any(group.basis for group in groups), any(group.cookies for group in groups)
    header = [tell("쿠키", "Cookies"), tell("무엇을 아는가", "What they tell")]
    header += [tell("근거", "On what ground")] * based + [tell("이름과 기간", "Names and periods")] * named
    rows = [_group(tell, group, based=based, named=named) for group in groups]
    return table(tell("쿠키의 종류", "Kinds of cookies"), header, rows)


def _group(tell: Teller, group: CookieGroup, *, based: bool, named: bool) -> list[Said]:
    measures = tell.joined(tell(*MEASURES[measure]) for measure in group.measures)
    purposes = tell.joined(tell(*PURPOSES[purpose]) for purpose in group.purposes)
    names = tell.joined(f"{name} ({tell.period(period)})" for name, period in group.cookies)
    told = f"{measures} ({purposes})" if measures and purposes else measures or purposes
    ground = tell.basis(LegalBasis(group.basis)) if group.basis else ""
    return [tell.text(group.label), told] + [ground] * based + [names] * named


def _choice(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.cookies
    if stated.modes:
        yield Subheading(tell("고를 수 있습니다", "You choose"))
        yield bullets(_mode(tell, mode, default=mode == stated.default) for mode in stated.modes)
    if stated.gpc_refuses:
        refused = tell.joined(tell.text(group.label) for group in stated.groups if group.name in stated.gpc_refuses)
        yield paragraph(
            tell(
                f"브라우저가 추적 거부 신호(GPC)를 보내면 {tell.particle(refused, '은')} 묻지 않고 거부한 것으로 봅니다.",
                f"When your browser sends the Global Privacy Control signal, {refused} cookies count as refused without asking.",
            )
        )
    if tell.text(stated.on_refusal):
        yield paragraph(tell.text(stated.on_refusal))


def _mode(tell: Teller, mode: str, *, default: bool) -> str:
    chosen = tell(" (고르기 전에는 이것)", " (unless you choose otherwise)") if default else ""
    return tell(*MODES[mode]) + chosen


def _help(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.cookies
    if stated.browser_help:
        yield Subheading(tell("브라우저에서 거부하는 방법", "How to refuse in your browser"))
        yield definitions((name, tell(*path)) for name, path in (BROWSERS[browser] for browser in stated.browser_help))
