"""Cookies: what they are, what they tell, the three choices, how to refuse and what that costs (PIPA art. 30(1)7)."""

from collections.abc import Iterator

from jikim.domain.policy import CookieGroup
from jikim.domain.terms import LegalBasis
from jikim.language.telling.blocks import Block, Subheading, bullets, definitions, paragraph, table
from jikim.language.telling.teller import Pair, Teller

MEASURES: dict[str, Pair] = {
    "visits": ("방문 횟수", "the number of visits"),
    "visit-frequency": ("접속 빈도", "how often you visit"),
    "visit-length": ("머문 시간", "how long you stay"),
    "events-joined": ("이벤트 참여", "the events you take part in"),
    "tastes": ("취향", "your tastes"),
    "interests": ("관심 분야", "your interests"),
    "traces": ("이용 흔적", "the traces of your visits"),
}
PURPOSES: dict[str, Pair] = {
    "necessary": ("사이트 작동에 꼭 필요", "the site cannot work without them"),
    "usage-analysis": ("이용 분석", "understanding use"),
    "personalised-service": ("맞춤 서비스", "personalised service"),
    "targeted-marketing": ("맞춤 광고", "targeted marketing"),
}
MODES: dict[str, Pair] = {
    "accept-all": ("모두 받기", "Accept all"),
    "confirm-each": ("저장할 때마다 확인하기", "Confirm each one"),
    "refuse-all": ("모두 거부하기", "Refuse all"),
}
NOTHING = "–"
BROWSERS: dict[str, tuple[Pair, Pair]] = {
    "chrome": (
        ("Chrome", "Chrome"),
        ("설정 › 개인 정보 보호 및 보안 › 서드 파티 쿠키", "Settings › Privacy and security › Third-party cookies"),
    ),
    "edge": (
        ("Edge", "Edge"),
        ("설정 › 개인 정보, 검색 및 서비스 › 쿠키", "Settings › Privacy, search, and services › Cookies"),
    ),
    "safari": (("Safari", "Safari"), ("설정 › 고급 › 모든 쿠키 차단", "Settings › Advanced › Block all cookies")),
    "firefox": (
        ("Firefox", "Firefox"),
        ("설정 › 개인 정보 및 보안 › 쿠키 및 사이트 데이터", "Settings › Privacy & Security › Cookies and Site Data"),
    ),
    "whale": (
        ("네이버 웨일", "Naver Whale"),
        ("설정 › 개인정보 보호 › 쿠키 및 기타 사이트 데이터", "Settings › Privacy › Cookies and other site data"),
    ),
    "samsung-internet": (
        ("삼성 인터넷", "Samsung Internet"),
        ("설정 › 인터넷 사용 기록 › 쿠키", "Settings › Personal browsing data › Cookies"),
    ),
    "internet-explorer": (
        ("Internet Explorer", "Internet Explorer"),
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
            "쿠키는 사이트가 이용자의 브라우저를 통해 기기에 저장해 두었다가 다시 읽는 아주 작은 기록입니다.",
            "A cookie is a very small note that a site leaves with your browser, on your device, and reads again later.",
        )
    )
    if stated.groups:
        yield _groups(tell, stated.groups)
    yield from _choice(tell)
    yield from _help(tell)


def _groups(tell: Teller, groups: tuple[CookieGroup, ...]) -> Block:
    """Tell each kind in one row; a column that no group fills is left out."""
    columns: list[tuple[str, list[str]]] = [
        (tell("쓰는 목적", "What for"), [_told(tell, PURPOSES, group.purposes) for group in groups]),
        (tell("알 수 있는 것", "What they tell"), [_told(tell, MEASURES, group.measures) for group in groups]),
        (tell("근거", "On what ground"), [_ground(tell, group) for group in groups]),
        (tell("이름과 저장 기간", "Names and how long"), [_names(tell, group) for group in groups]),
    ]
    kept = [(head, cells) for head, cells in columns if any(cells)]
    rows = [
        [tell.text(group.label), *(cells[number] or NOTHING for _, cells in kept)]
        for number, group in enumerate(groups)
    ]
    return table(tell("쿠키의 종류", "Kinds of cookies"), [tell("쿠키", "Cookies"), *(head for head, _ in kept)], rows)


def _told(tell: Teller, said: dict[str, Pair], words: tuple[str, ...]) -> str:
    return tell.sentence(tell.joined(tell(*said[word]) for word in words))


def _ground(tell: Teller, group: CookieGroup) -> str:
    return tell.sentence(tell.basis(LegalBasis(group.basis))) if group.basis else ""


def _names(tell: Teller, group: CookieGroup) -> str:
    return tell.joined(f"{name} ({tell.period(period)})" for name, period in group.cookies)


def _choice(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.cookies
    if stated.modes:
        yield Subheading(tell("고를 수 있습니다", "You choose"))
        yield bullets(_mode(tell, mode, default=mode == stated.default) for mode in stated.modes)
    if stated.gpc_refuses:
        refused = tell.both(tell.text(group.label) for group in stated.groups if group.name in stated.gpc_refuses)
        yield paragraph(
            tell(
                f"브라우저가 추적 거부 신호(GPC)를 보내면 {tell.particle(refused, '은')} 거부하신 것으로 보고 다시 묻지 않습니다.",
                f"When your browser sends the Global Privacy Control signal, we take it as refusing these and do not ask again: {refused}.",
            )
        )
    if tell.text(stated.on_refusal):
        yield paragraph(tell.text(stated.on_refusal))


def _mode(tell: Teller, mode: str, *, default: bool) -> str:
    chosen = tell(" (따로 고르지 않으시면 이대로 합니다)", " (unless you choose otherwise)") if default else ""
    return tell(*MODES[mode]) + chosen


def _help(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.cookies
    if stated.browser_help:
        yield Subheading(tell("브라우저에서 거부하는 방법", "How to refuse in your browser"))
        yield definitions(
            (tell(*name), tell(*path)) for name, path in (BROWSERS[browser] for browser in stated.browser_help)
        )
