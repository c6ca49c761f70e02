"""Numbers as Word writes them in its number formats (ECMA-376 part 1, 17.18.59): 一, 壹, ①, 甲, IV …

Where the standard and Word differ, Word holds (as its version 16 was seen to write them).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from textmine.numerals import to_chinese

MAX_NUMBER = 32_767  # Word's own limit; a hostile start value would make letters and Roman numerals endless


def write(count: int, fmt: str) -> str:
    """A number as Word writes it in one of its formats; decimal for a format not in `FORMATS`."""
    if not 0 <= count <= MAX_NUMBER:
        return str(count)
    return FORMATS.get(fmt, str)(count)


def _digits(digits: str) -> Callable[[int], str]:
    return lambda count: "".join(digits[int(char)] for char in str(count))


def _signs(first: int, last: int, base: str, otherwise: Callable[[int], str] = str) -> Callable[[int], str]:
    """Consecutive characters for `first` to `last`, as ① to ⑳; another format beyond them."""
    return lambda count: chr(ord(base) + count - first) if first <= count <= last else otherwise(count)


def _names(names: str, width: int = 1) -> Callable[[int], str]:
    size = len(names) // width
    return lambda count: names[(count - 1) * width : count * width] if 1 <= count <= size else str(count)


def _thousand(count: int) -> str:
    """As Word: 101 is 一百〇一, not 一百零一."""
    return to_chinese(count).replace("零", "〇")


def _counting(count: int) -> str:
    """As Word: from 100 on digit by digit, with its own round zero."""
    return _digits("○一二三四五六七八九")(count) if count == 0 or count > 99 else to_chinese(count)


def _legal(signs: str) -> Callable[[int], str]:
    table = str.maketrans("零一二三四五六七八九十百千万", signs)

    def written(count: int) -> str:
        text = to_chinese(count)
        return ("一" + text if text.startswith("十") else text).translate(table)

    return written


def _letters(count: int) -> str:
    return chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1) if count else ""


def _roman(count: int) -> str:
    text = ""
    for worth, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        times, count = divmod(count, worth)
        text += sign * times
    return text


def _ordinal(count: int) -> str:
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


_CYCLE = "".join("甲乙丙丁戊己庚辛壬癸"[year % 10] + "子丑寅卯辰巳午未申酉戌亥"[year % 12] for year in range(60))

FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda count: f"{count:02d}",
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalEnclosedCircle": _signs(1, 20, "①"),
    "decimalEnclosedCircleChinese": _signs(1, 20, "①"),
    "decimalEnclosedParen": _signs(1, 20, "⑴"),
    "decimalEnclosedFullstop": _signs(1, 20, "⒈"),
    "ideographEnclosedCircle": _signs(1, 10, "㊀"),
    "numberInDash": lambda count: f"- {count} -",
    "hex": lambda count: f"{count:X}",
    "ordinal": _ordinal,
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda count: _letters(count).lower(),
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _thousand,
    "taiwaneseCountingThousand": to_chinese,
    "japaneseCounting": lambda count: re.sub("一(?=[百千])", "", to_chinese(count)).replace("零", ""),
    "chineseLegalSimplified": _legal("零壹贰叁肆伍陆柒捌玖拾佰仟万"),
    "ideographLegalTraditional": _legal("零壹貳參肆伍陸柒捌玖拾佰仟萬"),
    "ideographDigital": _digits("〇一二三四五六七八九"),
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "koreanDigital2": _digits("零一二三四五六七八九"),
    "ideographTraditional": _names("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _names("子丑寅卯辰巳午未申酉戌亥"),
    "ideographZodiacTraditional": _names(_CYCLE, 2),
}
