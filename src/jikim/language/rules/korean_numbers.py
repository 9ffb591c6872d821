"""Numbers written as Korean words: 삼 년, 십사 세, 열흘, 보름, 두 번. Demonstratives and idioms are no numbers.

Korean number words are short and common syllables, so a word counts only with a unit after it and a boundary behind the
unit: 이 년 (two years) but not 이 일 (this work), 한 달 (one month) but not 요구한 달력, 삼 일 but not 삼일절.
"""

import re
from collections.abc import Iterator

from jikim.language.rules.amount import Amount

_DIGITS = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "륙": 6, "칠": 7, "팔": 8, "구": 9}
_TENS = {"십": 10, "백": 100, "천": 1000}
_ONES = {"한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "석": 3, "셋": 3, "네": 4, "넉": 4, "넷": 4, "다섯": 5}
_ONES |= {"여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
_NATIVE_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80}
_NATIVE_TENS |= {"아흔": 90}
_DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9}
_DAYS |= {"열흘": 10, "열하루": 11, "열이틀": 12, "보름": 15, "스무날": 20}
_UNITS = {"년": "year", "해": "year", "개월": "month", "달": "month", "주일": "week", "주간": "week", "주": "week"}
_UNITS |= {"일": "day", "날": "day", "시간": "hour", "분": "minute", "초": "second", "세": "age", "살": "age"}
_UNITS |= {"글자": "character", "개": "file", "영업일": "workday", "근무일": "workday"}

# After a unit: the end of the word, or a particle or suffix that a length takes.
_END = (
    "(?=$|[^가-힣]|간|동안|이내|내에|안에|후|뒤|이후|이상|이하|미만|을|를|은|는|이|가|에|의|로|으로|과|와|도|마다|씩|쯤"
    "|정도|부터|까지|만|짜리|인|입니|치|째|전|보다|당|지나|넘)"
)
_START = "(?<![가-힣])"
_SINO = "[일이삼사오육륙칠팔구십백천만억]"
_BY_TENS = rf"(?P<many>(?=[가-힣]?[가-힣]?[십백천만]){_SINO}{{2,}})\s?"
_ANY_UNIT = "영업일|근무일|년|개월|주일|주간|주|일|시간|분|초|세|살|회|번|명|건|원|개|글자|퍼센트|프로|차례|배"
_ONE_ONLY = "|".join(sorted({*_ONES} - {"하나", "둘", "한"}, key=len, reverse=True))
_TEN_ONLY = "|".join(_NATIVE_TENS)
_NATIVE = rf"(?P<native>(?:{_TEN_ONLY})(?:한|{_ONE_ONLY})?|{_ONE_ONLY})"

_PATTERNS = tuple(
    re.compile(_START + pattern)
    for pattern in (
        # 십사 세, 백팔십일, 이십사시간
        rf"{_BY_TENS}(?P<unit>{_ANY_UNIT}){_END}",
        # 삼 년, 일년, 육개월
        rf"(?P<sino>[일이삼사오육칠팔구십백천])\s?(?P<unit>년|개월){_END}",
        # 일주일, 삼 주간; 이 주간 may be "this week"
        rf"(?P<sino>[일삼사오육칠팔구십]|이(?=\s?주일|주간))\s?(?P<unit>주일|주간){_END}",
        rf"(?P<sino>[일이삼사오육칠팔구십])\s?(?P<unit>영업일|근무일){_END}",
        # 삼 일; glued 삼일 only before a word of time, because 오일 is also oil
        rf"(?P<sino>[삼사오육칠팔구십백])(?:\s(?P<unit>일){_END}|일(?=간|\s?이내|\s?안|\s?내에|\s?동안|\s?후|\s?뒤|까지|\s?전))",
        rf"(?P<sino>[삼사오육칠팔구십백천만])\s(?P<unit>시간|분|초|세|회|번|명|건|원|개|글자|퍼센트|프로|차례|배){_END}",
        rf"(?P<sino>[백천만])(?P<unit>명|원|건|개){_END}",
        # 이삼 년: near a number, and never a fact
        r"(?P<about>이삼|삼사|사오|오륙)\s?(?:년|개월|주|일|회|명)",
        r"(?P<about>한두|두어|두세|두서너|서너|너댓|네댓|대여섯|예닐곱|일고여덟)\s?(?=달|해|살|주|시간|번|개|명|곳|가지|차례|사람|장|건|날|일)",
        r"(?P<about>사나흘|네댓새|대엿새)",
        # 한 달, 한 해; glued 한해 also means "limited to". 한 번, 한 곳 and 한 분 only say "a"
        rf"(?P<native>한)(?:\s?(?P<unit>달|시간|살|주일|개월)|\s(?:해|주)){_END}",
        r"(?P<native>한)\s(?:개|건|명|장|글자)(?=까지|만|\s?이내|\s?이하|\s?이상)",
        # 두 번, 세 가지, 열네 살
        rf"{_NATIVE}(?:\s?(?P<unit>달|개월|주일|시간|살|번|개|명|가지|곳|글자)|\s(?:해|주|날|차례|사람|장|건|배|분|통)){_END}",
        rf"(?P<native>다섯|여섯|일곱|여덟|아홉|셋|넷|스물|서른|마흔|쉰){_END}",
        rf"(?P<days>{'|'.join(sorted(_DAYS, key=len, reverse=True))})(?!하루|빨리|속히|이틀){_END}",
        rf"(?P<half>반)\s?년{_END}",
    )
)
_HAN = re.compile(r"[一二三四五六七八九十百千]+\s?(?:年|月|日|個月|歲|週)")


def amounts(text: str) -> Iterator[Amount]:
    """Find every number written as words."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield _amount(found)
    for found in _HAN.finditer(text):
        yield Amount(found[0], None, "")


def _amount(found: re.Match[str]) -> Amount:
    words, groups = found[0].strip(), found.groupdict()
    if groups.get("about"):
        return Amount(words, None, "")
    if groups.get("half"):
        return Amount(words, 6, "month")
    if day := groups.get("days"):
        return Amount(words, _DAYS[day], "day")
    native, sino = groups.get("native"), groups.get("sino") or groups.get("many") or ""
    value = _native(native) if native else _sino(sino)
    counted = words.removeprefix(native or sino).strip()
    return Amount(words, value, _UNITS.get(counted, "other" if counted else ""))


def _native(word: str) -> int | None:
    for ten, value in _NATIVE_TENS.items():
        if word.startswith(ten):
            return value + _ONES.get(word.removeprefix(ten), 0)
    return _ONES.get(word)


def _sino(word: str) -> int:
    """Read 백팔십 as 180, 이천이십삼 as 2023."""
    whole = part = digit = 0
    for syllable in word:
        if syllable in _DIGITS:
            digit = _DIGITS[syllable]
        elif syllable in _TENS:
            part, digit = part + (digit or 1) * _TENS[syllable], 0
        else:
            whole, part, digit = whole + (part + digit or 1) * (10**4 if syllable == "만" else 10**8), 0, 0
    return whole + part + digit
