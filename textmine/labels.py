"""Numbers and signs that open headings and items of a list: 一、 （一） 1. 一是 第一， —— ①, wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from textmine.model import Span
from textmine.numerals import DIGIT, chinese

CN = "[一二三四五六七八九十]{1,3}"
# No label where digits follow the point (3.5), unless they are a year: 3.2018年工作打算.
POINT = rf"\.(?!\d(?!\d{DIGIT}{{2}}年))"


@dataclass(frozen=True, slots=True)
class Style:
    """A way of numbering. `rank` orders headings from the outermost in; running styles number items of a list.

    `inline`: what must stand before such a label inside a line (a set of characters), or "" where it never does.
    `needs_run`: believed only as part of a run 1, 2, 3 …
    """

    name: str
    pattern: str
    rank: float
    running: bool = False
    inline: str = "。！？；："
    needs_run: bool = False


RUNNING_RANK = 20
STYLES: tuple[Style, ...] = (
    Style("part", f"第(?P<part>{CN})部分[：:、]?", 1, inline=""),
    Style("half", "(?P<half>[上中下])(?:篇|部分)(?:[：:、]|(?=[ \n]))", 1.5, inline=""),
    Style("chapter", f"第(?P<chapter>{CN})[章篇][：:、]?", 2, inline=""),
    Style("clause", f"第(?P<clause>{CN})节[：:、]?", 3, inline=""),
    Style("cn_dun", f"(?P<cn_dun>{CN})(、|．|{POINT})", 4),
    Style("cn_paren", f"(?:[（(](?P<cn_paren>{CN})[）)]|(?P<cn_sign>[㈠-㈩]))[、.．]?", 5),
    Style("arabic_dot", rf"(?P<arabic_dot>\d{{1,2}})(、|．|{POINT})|(?P<dot_sign>[⒈-⒛])", 6),
    Style(
        "arabic_deep",
        r"(?P<arabic_deep>\d{1,2}(?:\.\d{1,2}){1,2})[、.．]?(?=[一-鿿]{2})(?![万亿]|[十百千]?[万亿]?(?:元|人|吨|亩|户|公里|平方|倍|个百分点|千瓦))",
        6.5,
        inline="",
        needs_run=True,
    ),
    Style("arabic_paren", r"(?:[（(]?(?P<arabic_paren>\d{1,2})[）)]|(?P<paren_sign>[⑴-⒇]))[、.．]?", 7),
    Style("shi", f"(?P<shi>{CN})[是要]", RUNNING_RANK, running=True, inline="。！？；：，、）”"),
    Style("ordinal", f"第(?P<ordinal>{CN})(?=[，,、：:是])", RUNNING_RANK + 1, running=True, inline="。！？；：，"),
    Style(
        "first",
        "(?P<first>首先|其次|再次|最后)(?=[，,、是要])",
        RUNNING_RANK + 1,
        running=True,
        inline="。！？；：",
        needs_run=True,
    ),
    Style("its", f"其(?P<its>{CN})(?=[，,、：:是])", RUNNING_RANK + 1, running=True, inline="。！？；：，"),
    Style("circled", "(?P<circled>[①-⑳])", RUNNING_RANK + 4, running=True, inline="。！？；：，、"),
    Style("dash", "(?P<dash>——)(?=[^—])", RUNNING_RANK + 5, running=True, inline="。；"),
    Style("bullet", "(?P<bullet>[●■◆★▲•◇▶➢])", RUNNING_RANK + 6, running=True, inline="。；："),
    Style(
        "cn_bare",
        f"(?P<cn_bare>{CN})(?=[一-鿿]{{2}})",
        RUNNING_RANK + 7,
        running=True,
        inline="。；：，",
        needs_run=True,
    ),
    Style("arabic_bare", r"(?P<arabic_bare>\d{1,2})(?=[一-鿿]{2})", 6, inline="", needs_run=True),
)
BY_NAME = {style.name: style for style in STYLES}
_ANY = re.compile("|".join(f"(?P<_{style.name}>{style.pattern})" for style in STYLES))
MAX_GLUED = 24  # characters of a heading to which the first label below it is glued in a text without breaks
_GLUED = ("cn_paren", "arabic_dot", "shi")
_STOP = re.compile("[。；：，！？\n]")
_SURE_IN_LINE_START = ("cn_dun", "arabic_dot", "arabic_deep")
_PLACES = {"首先": 1, "其次": 2, "再次": 3, "最后": 9, "上": 1, "中": 2, "下": 3}
_SIGNS = ("cn_sign", "dot_sign", "paren_sign")  # groups of numbers that are one sign with their dot or brackets
# 二是 may be 二 of 第二是 or the end of 统一要求: a label is preceded by a break. Things that look like one:
_NOT_A_LABEL = re.compile(
    r"[一二三四五六](审|期|产|胎|孩|季度|车间|年级)|"
    r"一是一|[一二三四五六七八九十]{1,3}(要素|要闻)|\d{1,2}[、.．]\d(?!\d"
    + DIGIT
    + r"{2}年)|[一二三四五六七八九十]、[一二三四五六七八九十]"
    r"|——\d{4}年\d{1,2}月|——在|一(批|些|个|系列|方面|直|样|定|起|次|年|体|手|家|名|项|件|条|般|季|流|线|级|带|路|站|网|卡|窗|村|县|镇|城|大|举|边|切|律|是因为)"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it stands in the text. `number` is its place in the list; `opens_line` whether it begins a line."""

    span: Span
    style: Style
    number: int
    text: str
    opens_line: bool


def find_labels(text: str) -> list[Label]:
    """All labels of a cleaned text, in order. A label inside a line must follow a break and belong to a run."""
    candidates = list(_without_lone_dashes(text, list(_candidates(text))))
    runs: dict[tuple[str, int], list[Label]] = {}
    for label in candidates:
        runs.setdefault(_run_of(label, text), []).append(label)
    accepted = [label for run in runs.values() for label in _believed(run)]
    return sorted(accepted, key=lambda label: label.span)


def _run_of(label: Label, text: str) -> tuple[str, int]:
    """The list a label may belong to: all of its style; a bare numeral inside a line counts only in that line."""
    if label.style.name == "cn_bare" and not label.opens_line:  # 一抓…，二抓…; but 一产 is no label of a far 二
        return "cn_bare", text.rfind("\n", 0, label.span.start) + 1
    return ("arabic_dot" if label.style.name == "arabic_bare" else label.style.name), -1


def _candidates(text: str) -> Iterator[Label]:
    heading = -MAX_GLUED  # where the last heading number ended
    for match in _ANY.finditer(text):
        name = next(key[1:] for key, value in match.groupdict().items() if value is not None and key[0] == "_")
        style = BY_NAME[name]
        opens_line = match.start() == 0 or text[match.start() - 1] == "\n"
        if not opens_line and not _may_stand_inside(text, match.start(), style, match[name], heading):
            continue
        if _NOT_A_LABEL.match(text, match.start()) and not (opens_line and style.name in _SURE_IN_LINE_START):
            continue
        number = _number(name, match[name] or next(match[sign] for sign in _SIGNS if match[sign]))
        if number is not None:
            heading = heading if style.running else match.end()
            yield Label(Span(match.start(), match.end()), style, number, match[0], opens_line)


def _may_stand_inside(text: str, at: int, style: Style, number: str, heading: int) -> bool:
    """Whether a label may begin inside a line: after a stop, or glued to the heading above it (工作情况（一）…)."""
    if style.inline and text[at - 1] in style.inline:
        return True
    glued = style.name in _GLUED and number in ("一", "1") and at - heading <= MAX_GLUED
    return glued and not _STOP.search(text, heading, at)


def _without_lone_dashes(text: str, candidates: list[Label]) -> Iterator[Label]:
    """Candidates but for a dash inside a line that has no other: there it only joins on."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    dashes = [label for label in candidates if label.style.name == "dash"]
    lines = Counter(bisect(breaks, label.span.start) for label in dashes)
    for label in candidates:
        inside = label.style.name == "dash" and not label.opens_line
        if not inside or lines[bisect(breaks, label.span.start)] > 1:
            yield label


def _number(name: str, written: str) -> int | None:
    if name in ("dash", "bullet"):
        return 0
    if written in _PLACES:
        return _PLACES[written]
    if len(written) == 1 and unicodedata.category(written) == "No":  # one sign for the whole label: ㈠ ⒈ ⑴ ①
        return int(unicodedata.numeric(written))
    last = written.rpartition(".")[2]  # 2.3 is the third of its list
    if last.isdigit():
        return int(last)
    value = chinese(written)
    return None if value is None or value == 0 else int(value)


def _believed(run: list[Label]) -> Iterator[Label]:
    """Of the candidates of one style those that open a line, and those that stand in a run that counts up."""
    followed = _followed(run)
    last: Label | None = None
    for label, goes_on in zip(run, followed, strict=True):
        follows = last is not None and 0 < label.number - last.number <= 2
        starts = label.number == 1 and goes_on
        ends = label.text == "最后" and last is not None
        loose = label.style.needs_run or not label.opens_line
        if label.number == 0 or not loose or follows or starts or ends:
            yield label
            last = label


def _followed(run: list[Label]) -> list[bool]:
    """Of each label, whether a 2 comes after it before the next 1."""
    followed = []
    second = False
    for label in reversed(run):
        followed.append(second)
        second = label.number == 2 or (second and label.number != 1)
    return followed[::-1]
