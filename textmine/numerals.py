"""Numbers as Chinese reports write them, to values.

`parse("三百二十")` is 320, `parse("百分之九十五点六")` 95.6, `parse("X")` masked. Values are decimals: 0.1 stays 0.1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
LEGAL = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟萬億貳陸", "一二三四五六七八九十百千万亿二六", strict=True))
POWERS = {"十": 10, "百": 100, "千": 1000}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12, "": 1}
SIGNS = "xX*×_○□#△▲"  # those of placeholders.toml, but for 〇, which is a digit as well
DIGIT = rf"[\d{SIGNS}]"  # real or masked, as a pattern
CHINESE = "零〇一二两三四五六七八九十百千"

_FRACTION = re.compile(rf"([{CHINESE}万\d]{{1,8}})分之([{CHINESE}点\d.,]{{1,40}})")
_DOUBLINGS = re.compile(f"([{''.join(DIGITS)}])番半")
_TENTHS = re.compile(r"([〇零一二两三四五六七八九])成([一二三四五六七八九半])")
_ARABIC = re.compile(r"\d[\d,]*(\.\d+)?|\.\d+")


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed number. `value` is None where it is masked; `per` is 100 for 百分之…, 3 for 三分之…, 10 for 九成五."""

    value: Decimal | None
    masked: bool = False
    per: int = 1


def parse(text: str) -> Number | None:
    """The value of a number written in Arabic or Chinese digits, or with placeholder signs; None for other text.

    >>> parse("1,234.5").value, parse("五十").value, parse("百分之九十五点六").value, parse("两千零三").value
    (Decimal('1234.5'), Decimal('50'), Decimal('95.6'), Decimal('2003'))
    >>> parse("九成五"), parse("一半")
    (Number(value=Decimal('9.5'), masked=False, per=10), Number(value=Decimal('1'), masked=False, per=2))
    >>> parse("一番半").value
    Decimal('1.5')
    >>> parse("11.X").masked, parse("百分之X").per
    (True, 100)
    """
    text = fold(text)
    if not text:
        return None
    if any(sign in text for sign in SIGNS) and not _only_chinese(text):
        per = chinese(text.partition("分之")[0]) if "分之" in text else None
        return Number(None, masked=True, per=int(per or 1))
    if text in ("半", "一半"):
        return Number(Decimal(1), per=2)
    if tenths := _TENTHS.fullmatch(text):
        return Number(DIGITS[tenths[1]] + Decimal(5 if tenths[2] == "半" else DIGITS[tenths[2]]) / 10, per=10)
    if doublings := _DOUBLINGS.fullmatch(text):  # 一番半
        return Number(DIGITS[doublings[1]] + Decimal("0.5"))
    if fraction := _FRACTION.fullmatch(text):
        below, above = parse(fraction[1]), parse(fraction[2])
        if below is None or above is None or not below.value:
            return None
        return Number(above.value, per=int(below.value))
    if _ARABIC.fullmatch(text):
        return Number(Decimal(text.replace(",", "")))
    value = chinese(text)
    return None if value is None else Number(value)


def fold(text: str) -> str:
    """Full-width and legal (壹佰) forms to the usual ones."""
    return "".join(LEGAL.get(char, char) for char in unicodedata.normalize("NFKC", text))


def _only_chinese(text: str) -> bool:
    return all(char in CHINESE + "点万亿○" for char in text)


def chinese(text: str) -> Decimal | None:
    """The value of a numeral in Chinese characters, None where it is none.

    Positional (二〇二一), with powers (三百二十), elided (一百二 is 120, 三万五 35,000), with a point (九十五点六).
    """
    whole, point, decimals = text.partition("点")
    if point:
        if not decimals or any(char not in DIGITS for char in decimals):
            return None
        base = chinese(whole) if whole else Decimal(0)
        if base is None:
            return None
        return base + Decimal("0." + "".join(str(DIGITS[char]) for char in decimals))
    if not whole or any(char not in DIGITS and char not in POWERS and char not in "万亿" for char in whole):
        return None
    if len(whole) > 1 and all(char in DIGITS for char in whole):
        return Decimal("".join(str(DIGITS[char]) for char in whole))
    return Decimal(_powers(whole))


def _powers(text: str) -> int:
    for char, scale in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.rpartition(char)
        if found:
            return (_powers(high) if high else 1) * scale + _elided(low, scale)
    total, digit, last = 0, 0, 10
    for char in text:
        if char in POWERS:
            total += (digit or 1) * POWERS[char]
            last, digit = POWERS[char], 0
        elif char in DIGITS:
            digit = DIGITS[char]
            if digit == 0:
                last = 10
    return total + (digit * last // 10 if last > 10 else digit)


def _elided(low: str, scale: int) -> int:
    """三万五: a lone digit after a scale counts a tenth of it."""
    if len(low) == 1 and low in DIGITS and DIGITS[low]:
        return DIGITS[low] * scale // 10
    return _powers(low) if low else 0


def to_chinese(number: int) -> str:
    """A whole number from 0 to 99,999,999 in Chinese numerals, the inverse of `chinese`.

    >>> to_chinese(320), to_chinese(10), to_chinese(2003), to_chinese(10050)
    ('三百二十', '十', '二千零三', '一万零五十')
    """
    if number < 0 or number >= 10**8:
        raise ValueError(f"{number} is not between 0 and 99,999,999")
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    if high:
        tail = _below_ten_thousand(low) if low else ""
        return to_chinese(high) + "万" + ("零" if 0 < low < 1000 else "") + tail
    text = _below_ten_thousand(low)
    return text.removeprefix("一") if text.startswith("一十") else text


def _below_ten_thousand(number: int) -> str:
    digits = "零一二三四五六七八九"
    pieces: list[str] = []
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            pieces.append(digits[digit] + name)
        elif pieces and number and pieces[-1] != "零":
            pieces.append("零")
    return "".join(pieces)


def scale_factor(scale: str) -> int:
    """The factor of a scale as written: 万 10,000, 万亿 10**12, 百万 10**6."""
    factor = 1
    rest = scale
    while rest:
        word = "万亿" if rest.startswith("万亿") else rest[0]
        factor *= SCALES[word]
        rest = rest[len(word) :]
    return factor
