"""Years in words, and the year that a report speaks of: the one reported on and the one planned for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from textmine.lexicon import Lexicon
from textmine.numerals import DIGIT, SIGNS, chinese

SIGN = f"[{SIGNS}]"
YEAR = r"((?:19|20)\d{2}|[一二][九〇○零0][〇○零0一二三四五六七八九]{2})"
# The first years of the five-year plans.
FIVE_YEAR_PLANS = {"六": 1981, "七": 1986, "八": 1991, "九": 1996, "十": 2001} | {
    f"十{digit}": 2001 + 5 * number for number, digit in enumerate("一二三四五六七", 1)
}
HEAD, TAIL = 1500, 120  # characters in which a subtitle, and a date below the signature, are looked for
OPENING = 400  # characters in which the body names its year

_YEAR_IN_WORDS = re.compile(YEAR + "(?=年|届|财年|[^\\d])")
_MASKED = re.compile(rf"{SIGN}年|20{SIGN}")
_MONTH = r"(\d{1,2}|十[一二]?|[一二三四五六七八九])月"
_GIVEN = rf"(?:——|—|^|\n|[（(])\s{{0,8}}{YEAR}年"
_CONGRESS = re.compile(rf"{_GIVEN}{_MONTH}(?:[\d一二三十]{{1,3}}日)?\s{{0,8}}在[^\n]{{0,60}}会")
_SUBTITLE = re.compile(rf"{_GIVEN}\d{{1,2}}月\d{{1,2}}日\s{{0,8}}在")
_DATED = re.compile(
    rf"^\s{{0,8}}[（(]{YEAR}年{_MONTH}[^，。；\n]{{0,8}}[）)]\s{{0,8}}$", re.MULTILINE
)  # below the title
_SPAN = re.compile(rf"{YEAR}年?[—\-－–至到~～]{YEAR}年(?!度?学)")
_SIGNED = re.compile(rf"(?:^|\n)[^，。；\n]{{0,24}}?{YEAR}年{_MONTH}[^，。；\n]{{0,8}}$")
_OPENS = re.compile(rf"(?:^|[\n。]){YEAR}年(?:度|来|以来)?(?:[，是]|(?!{DIGIT})[^，。\n]{{0,24}}[，。])")
LAST_OF_SPRING = 6  # a report dated up to this month is on the year before


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a report in which its years may stand: the title with its organ left out, and the headings."""

    kind: str
    title: str
    name: str
    text: str
    headings: Sequence[str]
    given: Sequence[int] = ()


def year(written: str) -> int:
    """A year in Arabic or Chinese digits as a number; 0 where it is none."""
    if written.isdigit():
        return int(written)
    value = chinese(re.sub("[○0]", "〇", written))
    return int(value) if value is not None else 0


def years_in(words: str) -> list[int]:
    """The years that words name, in Arabic or Chinese digits: 2024年, 二〇〇五年."""
    return [one for one in (year(m[1]) for m in _YEAR_IN_WORDS.finditer(words + " ")) if 1949 <= one <= 2100]


def five_years(title: str) -> tuple[int, int] | None:
    """The years of a five-year plan that opens a heading: “十五五”时期主要目标任务."""
    match = re.match("“?([七八九]|十[一二三四五六七]?)五”?(?:时期|期间|规划|以来|的|主要|$)", title)
    if not match or match[1] not in FIVE_YEAR_PLANS:
        return None
    return FIVE_YEAR_PLANS[match[1]], FIVE_YEAR_PLANS[match[1]] + 4


def given_years(given: Mapping[str, str]) -> list[int]:
    """The year that the reader knew of."""
    return years_in(given.get("year", ""))


def report_years(words: Wording, lexicon: Lexicon) -> tuple[int | None, int | None]:
    """The year reported on and the year planned for.

    A government's report is titled by the year it is given in, a department's by the year it reports on; headings
    (2024年工作回顾, 2025年工作安排) decide where the two disagree.
    """
    report = _headed(words.headings, lexicon.words("headings", "years.report"))
    plan = _headed(words.headings, lexicon.words("headings", "years.plan"))
    if words.kind == "政府工作报告":
        return _government(words, report, plan)
    titled = _titled(words)
    if words.kind == "工作计划":
        return None, (titled or [plan or _signed(words.text, plans=True)])[0] or None
    if "工作报告" in words.title:  # a court's, given to a congress like a government's
        report = report or _before_congress(words.text)
        titled = [report] if report else titled
    first = (titled or [report or _body_year(words)])[0]
    if words.kind != "总结暨计划":
        return first or None, None
    return first or None, _planned(words, titled, first, plan, lexicon) or None


def _titled(words: Wording) -> list[int]:
    """The years of the title, else of the file name or the metadata; a span of years counts as its last."""
    masked = bool(_MASKED.search(words.title))
    found = years_in(words.title) or ([] if masked else years_in(words.name) or list(words.given))
    span = _SPAN.search(words.title)
    return found[1:] if span and len(found) > 1 else found


def _government(words: Wording, report: int, plan: int) -> tuple[int | None, int | None]:
    subtitle = ([year(match[1])] if (match := _SUBTITLE.search(words.text[:HEAD])) else [0])[0]
    found = ([] if _MASKED.search(words.title) else years_in(words.name)) if not years_in(words.title) else []
    titled = (years_in(words.title) or found or ([subtitle] if subtitle else words.given) or [0])[0]
    if subtitle and titled and abs(subtitle - titled) <= 1:
        titled = subtitle
    if report:
        return report, report + 1
    planned = plan or _after_congress(words.text) or titled or _planned_by(_DATED.search(words.text[:HEAD]))
    return (planned - 1, planned) if planned else (None, None)


def _before_congress(text: str) -> int:
    """The year that a report to a congress is on: that before it, or the same where it met in winter."""
    planned = _after_congress(text)
    return planned - 1 if planned else 0


def _after_congress(text: str) -> int:
    return _planned_by(_CONGRESS.search(text[:HEAD]))


def _planned_by(dated: re.Match[str] | None) -> int:
    """The year that a report of a date (year, month) plans for: its own, in winter the next; 0 without a date."""
    return year(dated[1]) + (_month(dated[2]) > LAST_OF_SPRING) if dated else 0


def _month(written: str) -> int:
    value = chinese(written) if not written.isdigit() else int(written)
    return int(value or 0)


def _headed(headings: Iterable[str], words: Sequence[str]) -> int:
    """The year with which a heading begins that has one of the words."""
    pattern = re.compile(rf"{YEAR}年?[^，。]{{0,16}}?({'|'.join(words)})")
    return next((year(match[1]) for heading in headings if (match := pattern.match(heading))), 0)


def _body_year(words: Wording) -> int:
    """The year with which the body opens, or that before the date it is signed with; none where the title masks it."""
    if _MASKED.search(words.title):
        return 0
    start = max(words.text.find(words.title), 0) + len(words.title) if words.title in words.text else 0
    opening = _OPENS.search(words.text[start : start + OPENING])
    return year(opening[1]) if opening else _signed(words.text, plans=False)


def _signed(text: str, plans: bool) -> int:
    """The year that a date at the end of a report tells."""
    planned = _planned_by(_SIGNED.search(text[-TAIL:].rstrip()))
    return planned - 1 if planned and not plans else planned


def _planned(words: Wording, titled: list[int], report: int, stated: int, lexicon: Lexicon) -> int:
    """The year planned for: named, or the same where the report is on a part of the year, or the next."""
    said = titled[1] if len(titled) > 1 else stated
    if said in (0, report) and _goes_on(words, lexicon):
        return report
    plan = said or (report + 1 if report else 0)
    return plan if not (plan and report) or report < plan <= report + 5 else report + 1


def _goes_on(words: Wording, lexicon: Lexicon) -> bool:
    """Whether a report on a part of a year plans for the rest: in title, heading or sentence (下半年，我局将…)."""
    part = "|".join(lexicon.words("headings", "years.part"))
    rest = "|".join(lexicon.words("headings", "years.rest"))
    if not re.search(part, words.title):
        return False
    headed = any(re.search(rest, heading) for heading in (words.title, *words.headings))
    return headed or bool(re.search(rf"(?:^|[\n。])(?:{rest})", words.text))
