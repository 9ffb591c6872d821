"""Names of laws and of companies in free words.

A company is known by its legal form or by being one of those that Korean policies often name; a law by its ending. What
has neither is not found: this catches slips, not someone who hides one.
"""

import re
from collections.abc import Iterator

_PARTICLE = "(?=$|[^가-힣]|은|는|이|가|을|를|에|의|과|와|도|상|및|등|로|으로)"
# A Korean particle follows a Latin name without a space, so a word ends here where its alphabet does.
_BEGIN, _CLOSE = "(?<![A-Za-z0-9_])", "(?![A-Za-z0-9_])"
# 법 is "law" and "way": 작성법, 사용법, 방법 are ways, 불법, 합법 neither; 현행법 names no law.
_HOW_TO = "방불합적위용기수비편문해산요어화입준탈무마성치정"
_NO_LAW = "(?:현행|국내|관련|관계|국제|상위|개별|일반|해당)법"
_LAWS = re.compile(
    "「[^」]*(?:법|령|규칙|고시|지침)[^」]*」"
    r"|[가-힣·]+(?:에|등에)\s관한\s(?:특별)?법률"
    f"|(?<![가-힣])(?!{_NO_LAW})[가-힣]{{2,}}(?<![{_HOW_TO}])법{_PARTICLE}"
    f"|(?<![가-힣])(?:상법|민법|형법|헌법|세법){_PARTICLE}"
    f"|[가-힣]+(?:기준|안정|의료기기)법{_PARTICLE}"
    f"|시행령{_PARTICLE}|시행규칙{_PARTICLE}"
    r"|\b(?:[A-Z][\w'-]*\s+)(?:(?:of|on|for|and|the|in|to|[A-Z][\w'-]*)\s+)*(?:Act|Decree|Ordinance|Law)\b"
    r"|\bAct\s+(?:on|of|No)\b"
    r"|\b(?:Civil|Criminal|Penal|Commercial|Tax|Labou?r)\s+Code\b"
    r"|\b(?:[A-Z][\w'-]*\s+)*Protection\s+Regulations?\b"
    rf"|{_BEGIN}(?:PIPA|GDPR|CCPA|CPRA|HIPAA|COPPA|LGPD|PIPL|APPI|EFTA|PECR){_CLOSE}"
)
_FORM = rf"(?:Inc|Corp|Corporation|Ltd|Limited|LLC|GmbH|Co|PLC|AG|BV){_CLOSE}\.?"
_KNOWN = (
    "Google|Meta Platforms|Facebook|Instagram|YouTube|Microsoft|Apple|Amazon|AWS|Naver|Kakao(?:Talk)?|Coupang|Samsung"
    "|Toss|Cloudflare|Salesforce|Mailchimp|Slack|Zendesk|Stripe|PayPal|LinkedIn|TikTok|FedEx|DHL|UPS"
    "|Oracle|IBM|HubSpot|Intercom|Twilio|SendGrid|Vercel|SK ?Telecom|SK텔레콤|KT|LG ?U\\+|LG유플러스|CJ대한통운"
)
_KNOWN_KO = (
    "구글|메타플랫폼스|페이스북|인스타그램|유튜브|마이크로소프트|아마존|네이버|카카오|쿠팡|삼성전자|엘지전자|씨제이대한통운|대한통운"
    "|한진택배|롯데택배|로젠택배|우체국택배|토스페이먼츠|비바리퍼블리카|케이티|엔에이치엔|나이스평가정보|다날|이니시스|클라우드플레어|에스케이텔레콤|엘지유플러스|가비아|채널톡"
)
_COMPANIES = re.compile(
    r"(?:\(주\)|(?<![가-힣])주식회사|(?<![가-힣])유한회사)\s?[가-힣A-Za-z0-9&]{2,}"
    r"|[가-힣A-Za-z0-9&]{2,}\s?\(주\)"
    r"|[가-힣A-Za-z0-9&]{2,}\s(?:주식회사|유한회사)"
    rf"|\b(?!The\b|Our\b|This\b|Your\b)[A-Z][\w&-]*(?:\s+[A-Z][\w&-]*)*,?\s+{_FORM}(?:,?\s+{_FORM})?"
    rf"|{_BEGIN}(?:{_KNOWN}){_CLOSE}"
    rf"|(?<![가-힣])(?:{_KNOWN_KO})"
)


def laws(text: str) -> Iterator[str]:
    for found in _LAWS.finditer(text):
        yield found[0].strip()


def companies(text: str) -> Iterator[str]:
    for found in _COMPANIES.finditer(text):
        yield found[0].strip()


def without_companies(text: str) -> str:
    return _COMPANIES.sub(" ", text)


def without_laws(text: str) -> str:
    return _LAWS.sub(" ", text)
