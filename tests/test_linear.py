"""Costs grow as texts do: every pattern and every stage on adversarial repetitions, each ten times as long."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

import patterns
import pytest
from conftest import ROOT
from growth import MOST, Run, worst_ratio
from patterns import Found

from textmine import features, tables
from textmine.cleaning import clean
from textmine.extractors import EXTRACTORS
from textmine.labels import find_labels
from textmine.lexicon import Lexicon
from textmine.mining import Tools, mine_document
from textmine.model import CleanText, Document, ReadError, Report
from textmine.outline import outline
from textmine.readers import read_bytes

GOLD = ROOT / "corpora" / "gold" / "develop"

REPEATED = {
    "digits": "1",
    "masks": "X",
    "stars": "*",
    "masked points": "x.",
    "yi shi": "一是",
    "commas": "，",
    "enumeration": "、",
    "spaces": " ",
    "tabs": "\t",
    "newlines": "\n",
    "spaces and newlines": " \n",
    "fenbie": "分别",
    "brackets": "（",
    "quotes": "“",
    "titles": "《",
    "dashes": "—",
    "han": "发展",
    "numerals": "三百",
    "yi dun": "一、",
    "headings": "一、抓好\n",
    "items": "一是抓好。",
    "paragraphs": "推进工作。\n",
    "counts": "12件",
    "masked counts": "X件，",
    "growth": "增长5%、",
    "ranges": "5%-",
    "ratios": "1:",
    "movements": "从1提高到",
    "ordinals": "第",
    "addresses": "www.",
    "letters": "a",
    "from": "由",
    "compared": "比",
    "and so on": "等",
}

# Patterns that scan, but only ever a text whose length something else bounds. Elsewhere they would cost too much.
BOUNDED = {
    "textmine.metadata.match_pattern": "a path",
    "textmine.fields": "titles, names and the first 1,500 characters",
    "textmine.checking": "the examples of the tables",
    "textmine.explaining": "one finding",
    "textmine.scoring": "a JSON of gold",
    "textmine.outline._heading": "a title of at most 40 characters",
    "textmine.lexicon.furniture": "compiled to see whether it can be; the rows are measured one by one",
}
# Compiled patterns that are only matched at one place (match, fullmatch), not searched for; by how they begin.
ANCHORED = (
    Lexicon.load().furniture_line.pattern,
    Lexicon.load().furniture_page.pattern,
    "(?P<np>.*?)",  # the start of a movement: matched on the words before a number
    features._LABEL.pattern,
    tables.FORMULA.pattern,
)
QUICK, LONG = (2_000, 20_000), (1_000, 10_000, 100_000)


@cache
def _patterns() -> list[Found]:
    found = [one for one in patterns.patterns() if not one.where.startswith(tuple(BOUNDED))]
    return [Found(one.where, one.pattern, one.one_place or one.pattern.pattern.startswith(ANCHORED)) for one in found]


def _too_slow(one: Found, attacks: set[patterns.Attack], sizes: tuple[int, ...]) -> list[str]:
    return [
        f"{one.where} {one.pattern.pattern[:60]}: {ratio:.0f} times as long on {before}{repeated * 3}…"
        for before, repeated in sorted(attacks)
        if (ratio := worst_ratio(one.run, repeated, sizes, before.__add__))
    ]


@pytest.mark.parametrize("name", REPEATED)
def test_every_pattern_is_linear(name: str) -> None:
    assert [slow for one in _patterns() for slow in _too_slow(one, {("", REPEATED[name])}, QUICK)] == []


def test_every_pattern_is_linear_in_what_it_matches() -> None:
    assert [slow for one in _patterns() for slow in _too_slow(one, one.attacks(), QUICK)] == []


@pytest.mark.slow
def test_every_pattern_is_linear_up_to_a_hundred_thousand_characters() -> None:
    usual = {("", repeated) for repeated in REPEATED.values()}
    assert [slow for one in _patterns() for slow in _too_slow(one, usual | one.attacks(), LONG)] == []


def test_every_pattern_is_measured_or_something_bounds_its_texts() -> None:
    found = patterns.patterns()
    assert len(found) > 500
    unread = [one.where for one in found if one.pattern.pattern == patterns.NOT_READ]
    assert [where for where in unread if not where.startswith(tuple(BOUNDED))] == []
    assert [name for name in BOUNDED if not any(one.where.startswith(name) for one in found)] == []


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        (r"浏览[：:]\s*[\dx]{0,8}\s*次", True),
        (r"浏览[：:]\s{0,8}[\dx]{0,8}\s{0,8}次", False),
        (r"\d(\+\d)*\+x", True),
        (r"[^。]*(增长|下降)", True),
        (r"[^。]{0,40}(增长|下降)", False),
    ],
)
def test_attacks_find_what_is_not_linear(pattern: str, slow: bool) -> None:
    one = Found("here", re.compile(pattern), False)
    assert bool(_too_slow(one, one.attacks(), QUICK)) == slow


def _stages() -> dict[str, tuple[Run, Run]]:
    """Each stage as what is made ready of a text beforehand, and what is measured."""
    lexicon = Lexicon.load()
    ready: dict[str, tuple[Run, Run]] = {
        "read": (str.encode, _read),
        "clean": (str, partial(clean, lexicon=lexicon)),
        "labels": (str, find_labels),
        "outline": (partial(clean, lexicon=lexicon), _outlined),
    }
    for name, extract in EXTRACTORS:
        ready[name] = (_found_in, lambda report, extract=extract: list(extract(report, lexicon)))
    return ready


def _read(data: bytes) -> None:
    try:
        list(read_bytes(data, "a.txt"))
    except ReadError:  # nothing but spaces
        return


def _outlined(text: CleanText) -> Report:
    return outline(Document("a.txt", text.text), text, Lexicon.load())


def _found_in(text: str) -> Report:
    return _outlined(clean(text, Lexicon.load()))


STAGES = ("read", "clean", "labels", "outline", *(name for name, _ in EXTRACTORS))


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_linear(stage: str) -> None:
    assert _slow_repetitions(stage, (2_000, 20_000)) == []


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_linear_up_to_a_hundred_thousand_characters(stage: str) -> None:
    assert _slow_repetitions(stage, (1_000, 10_000, 100_000)) == []


def _slow_repetitions(stage: str, sizes: tuple[int, ...]) -> list[str]:
    prepare, run = _stages()[stage]
    found = []
    for name, repeated in REPEATED.items():
        if ratio := worst_ratio(run, repeated, sizes, prepare):
            found.append(f"{name}: {ratio:.0f} times as long")
    return found


HAN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
# Line number n of texts whose lines all differ, as what only repeats itself can be dropped as a copy; or of one line.
DIFFERING: dict[str, Callable[[int], str]] = {
    "lines": lambda n: f"推进{_name(n)}工作，完成投资{n}万元。\n",
    "no line breaks": lambda n: f"推进{_name(n)}工作，完成投资{n}万元，",
    "short lines": lambda n: f"{_name(n)}\n",
    "masked": lambda n: f"{_name(n)}X件，{'X' * (n % 9)}年\n",
    "levels": lambda n: ("一、甲乙\n", "（一）丙丁\n", "1.戊己\n", "（1）庚辛\n", f"一是{_name(n)}。\n")[n % 5],
    "headings and items": lambda n: f"（{'一二三四五六七八九十'[n % 10]}）{_name(n)}。一是推进{n}件。二是推进X件。\n",
    "one heading": lambda n: "一、",
    "traditional": lambda n: f"辦結{_name(n)}案件{n}個，發展總結與實務。",
}


def _name(n: int) -> str:
    return HAN[n % len(HAN)] + (_name(n // len(HAN)) if n >= len(HAN) else "")


def _written(line: Callable[[int], str], text: str) -> str:
    """A text of such lines as long as `text`."""
    lines, length = [], 0
    while length < len(text):
        lines.append(line(len(lines)))
        length += len(lines[-1])
    return "".join(lines)[: len(text)]


def _mine(text: str) -> None:
    mine_document(Document("a.txt", text), Tools(Lexicon.load()))


@pytest.mark.slow
@pytest.mark.parametrize("name", DIFFERING)
def test_mining_is_linear_up_to_a_million_characters(name: str) -> None:
    assert worst_ratio(_mine, " ", (10_000, 100_000, 1_000_000), partial(_written, DIFFERING[name])) == 0


@pytest.mark.slow
def test_mining_reports_is_linear_up_to_a_million_characters() -> None:
    reports = "\n".join(path.read_text(encoding="utf-8") for path in sorted(GOLD.glob("*.txt")))
    once = len(reports)  # reports differ in how long they take: the shortest text must hold them all
    assert 90_000 < once < 200_000
    assert worst_ratio(_mine, reports, (once, 10 * once)) == 0


def test_what_is_not_linear_is_noticed() -> None:
    squared, single = (Found("here", re.compile(written), False) for written in (" +(?=x)", "(?<! ) ++(?=x)"))
    assert worst_ratio(squared.run, " ", (2_000, 20_000)) > MOST
    assert worst_ratio(single.run, " ", (2_000, 20_000)) == 0
