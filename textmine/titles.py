"""The title of a report, and the kind of report that it tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from textmine.lexicon import Lexicon, alternation, union
from textmine.places import grammar, names_only
from textmine.years import SIGN, YEAR

MAX_TITLE = 60
HEAD = 1500  # characters in which a title is looked for
_NUMBERED = re.compile(r"[一二三四五六七八九十（(\d]{1,3}[、.）)]")
_GOES_ON = re.compile("[及和暨与的于]$")
_CONTINUES = re.compile("[及和暨与][^。；，：]{4,30}$")  # the second line of a title
# A line that can only name an office, though neither its place nor its name is known: 共青团○○区委员会.
_OF_AN_OFFICE = re.compile(
    rf"(?:[一-鿿（）]|{SIGN}){{4,30}}(?:委员会|[局处厅院委所站]|联合会|协会|中心|公司|集团|办公室|[支大总]队|学校|中学|小学|政府|指挥部)"
)
_DATED = re.compile(r"\d{1,2}月|[年月]\s*在|会议上")


def find_title(text: str, lexicon: Lexicon) -> str:
    """The first title-like line: short, no sentence, with a word such as 工作总结; both lines of one that is broken."""
    words = re.compile(alternation(lexicon.words("headings", "title.words")))
    best = ""
    begun = False  # whether a sentence stood before: a long line then belongs to the body
    for before, line in _lines(text):
        begun = begun or before.endswith("。")
        glued = len(line) > MAX_TITLE  # with the body on its line
        found = [match.end() for match in words.finditer(line[:MAX_TITLE])]
        if not found or _NUMBERED.match(line) or (line.startswith("——") and _DATED.search(line)) or (glued and begun):
            continue
        candidate = (line[: found[-1]] if glued else line).lstrip("—")
        if re.search("[。；！？，：]", candidate):
            continue
        candidate = _whole(before, candidate, lexicon)
        if re.search(f"{YEAR}|局|委|政府|院|会|{SIGN}", candidate) or not best:
            return candidate
        best = candidate
    return best


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines of the head, each with the one before it; one that ends in 及, or that 及 follows, is joined."""
    before, part = "", ""
    lines = [line.strip(" _-") for line in text[:HEAD].split("\n")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        line = part + line
        unfinished = _GOES_ON.search(line) or (line and _CONTINUES.match(following))
        part = line if unfinished and len(line) <= MAX_TITLE // 2 else ""
        if not part:
            yield before, line
            before = line


def _whole(before: str, line: str, lexicon: Lexicon) -> str:
    """A title whose organ stands on the line above it, with that line."""
    has_organ = grammar(lexicon).organs(line) or len(before) + len(line) > MAX_TITLE
    named = before and (names_only(before, lexicon) or (_OF_AN_OFFICE.fullmatch(before) and re.match(YEAR, line)))
    return before + line if not has_organ and named else line


def without_organs(words: str, lexicon: Lexicon) -> str:
    """A title without its organs: the 计划 of 计划生育局 plans nothing."""
    for start, end in reversed(grammar(lexicon).organs(words)):
        words = f"{words[:start]}|{words[end:]}"
    return words


def kind_of(title: str, name: str, organ: str, plans: bool, lexicon: Lexicon) -> str:
    """The kind that title, else file name, tell. `plans`: whether a part of the report plans."""
    words = title or name
    if "政府工作报告" in words or (organ in ("人民政府", "国务院") and "工作报告" in words):
        return "政府工作报告"
    words = without_organs(words, lexicon)
    if union(lexicon.words("headings", "title.other")).search(words):
        return "其他"
    summary = any(word in words for word in lexicon.words("headings", "title.summary_words"))
    plan = any(word in words for word in lexicon.words("headings", "title.plan_words"))
    if summary:
        return "总结暨计划" if plan or plans else "工作总结"
    return "工作计划" if plan else "其他"


def headings_plan(headings: Iterable[str], lexicon: Lexicon) -> bool:
    """Whether the words of a heading announce what is planned."""
    plans = union(lexicon.words("headings", "title.plan_headings"))
    return any(plans.search(heading) and "完成" not in heading for heading in headings)
