"""Costs grow as texts do: every pattern and every stage on adversarial repetitions, each ten times as long."""

from __future__ import annotations

import gc
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest
from brace import CASES, load_cases

import textmine
from textmine import features
from textmine.across.mentions import Reader
from textmine.across.series import read_reports
from textmine.across.tasks import TaskWords
from textmine.cleaning import clean
from textmine.extractors import EXTRACTORS
from textmine.labels import find_labels
from textmine.lexicon import Lexicon
from textmine.mining import Tools, mine_document
from textmine.model import CleanText, Document, ReadError, Report
from textmine.outline import outline
from textmine.readers import read_bytes

Run = Callable[[Any], Any]
Found = dict[tuple[str, int], tuple[str, Run]]  # pattern and flags to where it stands and what runs it

MOST = 15  # times as long for ten times as much
TRIES = 3  # the best counts
NOTHING = 0.02  # seconds; below it no ratio means anything

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
    "textmine.fields": "titles, names and the first 1,500 characters",
    "textmine.checking": "the examples of the tables",
    "textmine.display": "one finding",
    "textmine.scoring": "a JSON of gold",
    "textmine.outline._heading": "a title of at most 40 characters",
}
# Compiled patterns that are only matched at one place (match, fullmatch), not searched for; by how they begin.
ANCHORED = (
    Lexicon.load().furniture_line.pattern,
    "(?P<np>.*?)",  # the start of a movement: matched on the words before a number
    features._LABEL.pattern,
)
COMPILE = re.compile


@pytest.mark.parametrize("name", REPEATED)
def test_every_pattern_is_linear(name: str) -> None:
    worse = [where for where, run in _patterns() if _worst_ratio(run, REPEATED[name], (1_000, 10_000, 100_000))]
    assert worse == [], f"more than {MOST} times as long for ten times as much: {worse}"


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
        if ratio := _worst_ratio(run, repeated, sizes, prepare):
            found.append(f"{name}: {ratio:.0f} times as long")
    return found


def test_what_is_not_linear_is_noticed() -> None:
    squared = partial(_scan, re.compile(" +(?=x)"))
    assert _worst_ratio(squared, " ", (2_000, 20_000)) > MOST
    assert _worst_ratio(partial(_scan, re.compile("(?<! ) ++(?=x)")), " ", (2_000, 20_000)) == 0


# --- measuring ------------------------------------------------------------------------------------------------------


def _worst_ratio(run: Run, repeated: str, sizes: tuple[int, ...], prepare: Run = str) -> float:
    """The ratio of the first tenfold that is too slow, 0 where none is; what follows a slow one is not tried."""
    before = _best(run, prepare, repeated, sizes[0], None)
    for shorter, size in pairwise(sizes):
        allowed = MOST * max(before, NOTHING)
        if before * (sizes[-1] / shorter) ** 2 < MOST * NOTHING:  # not even the square of its length would show
            return 0.0
        took = _best(run, prepare, repeated, size, allowed)
        if took > allowed:
            return took / max(before, NOTHING)
        before = took
    return 0.0


def _best(run: Run, prepare: Run, repeated: str, size: int, enough: float | None) -> float:
    """The shortest time of a few tries, of one where that is already short enough."""
    ready = prepare((repeated * (size // len(repeated) + 1))[:size])
    best = float("inf")
    for attempt in range(TRIES):
        if attempt:
            gc.collect()  # what earlier runs left is not paid for by this one
        start = time.process_time()  # of this process alone, whatever else the machine does
        run(ready)
        best = min(best, time.process_time() - start)
        if best < NOTHING or (enough is not None and best <= enough):
            break
    return best


# --- all patterns ---------------------------------------------------------------------------------------------------


@cache
def _patterns() -> list[tuple[str, Run]]:
    """Every pattern of textmine with where it stands and a function that runs it: those of modules, and those compiled
    while the cases are mined, and the comparison is made ready, with a lexicon that no cache knows."""
    found: Found = {}
    for where, pattern in _module_patterns():
        run = _at_start if pattern.pattern in ANCHORED else _scan
        found.setdefault((pattern.pattern, pattern.flags), (where, partial(run, pattern)))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"):
            patch.setattr(re, name, partial(_spied, getattr(re, name), name, found))
        fresh = replace(Lexicon.load(), digest="patterns")
        for path in sorted(CASES.glob("*.toml")):
            for case in load_cases(path):
                mine_document(Document("case.txt", case.text), Tools(fresh))
        Reader(fresh)  # the patterns of the comparison
        TaskWords(fresh)
        read_reports([], fresh)
    return [(where, run) for where, run in found.values() if not any(where.startswith(name) for name in BOUNDED)]


def _module_patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.walk_packages(textmine.__path__, "textmine."):
        if module.name.endswith("__main__") or ".corpora" in module.name:
            continue
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.name}.{name}", value


def _spied(function: Callable[..., Any], name: str, found: Found, pattern: Any, *args: Any, **kwargs: Any) -> Any:
    """`function` of re, noting what it was called with by textmine."""
    frame = sys._getframe(1)
    module = frame.f_globals.get("__name__", "")
    checks_only = frame.f_code.co_name == "furniture"  # each row is compiled alone to see whether it can be
    if module.startswith("textmine") and isinstance(pattern, str) and not checks_only:
        flags = args[-1] if name == "compile" and args else 0
        compiled = COMPILE(pattern, flags)
        run = _at_start if name in ("match", "fullmatch") or pattern.startswith(ANCHORED) else _scan
        where = f"{module}.{frame.f_code.co_name} {pattern[:60]}"
        found.setdefault((pattern, compiled.flags), (where, partial(run, compiled)))
    return function(pattern, *args, **kwargs)


def _scan(pattern: re.Pattern[str], text: str) -> None:
    for _ in pattern.finditer(text):
        pass


def _at_start(pattern: re.Pattern[str], text: str) -> None:
    pattern.match(text)
