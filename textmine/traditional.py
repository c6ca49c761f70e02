"""Traditional characters: a text written in them is matched in simplified ones, character for character.

The tables of rules are in simplified Chinese. `simplify` gives a text of the same length and origins to match in;
`restore` puts the characters of the report back into everything found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from textmine.model import CleanText, Mined

# Frequent characters that no text in simplified Chinese holds.
MARKS = frozenset("個務國會發業產員們這動導開實進經濟設認資術農點處縣區鎮辦體總結與為無場後")
SHARE = 0.02  # of the characters of a text that must be such marks


def simplify(clean: CleanText) -> CleanText:
    """The text in simplified characters, one for one; the same object where it is not in traditional ones."""
    if not is_traditional(clean.text):
        return clean
    return CleanText(simplified(clean.text), clean.origins)


def is_traditional(text: str) -> bool:
    """Whether a text is written in traditional characters."""
    marks = sum(text.count(mark) for mark in MARKS)
    return marks > 0 and marks >= SHARE * len(text)


def simplified(text: str) -> str:
    """The text with each traditional character simplified where one character stands for it."""
    return text.translate(_table(text))


def _table(text: str) -> dict[int, str]:
    import opencc

    converter = opencc.OpenCC("t2s")
    pairs = ((char, converter.convert(char)) for char in set(text))
    return {ord(char): simple for char, simple in pairs if len(simple) == 1 and simple != char}


def restore(mined: Mined, clean: CleanText) -> Mined:
    """The same findings with the characters of the text as written (`clean`)."""
    if mined.report.clean is clean:
        return mined
    back = {ord(simple): written for simple, written in zip(mined.report.text, clean.text, strict=True)}
    report = replace(
        mined.report,
        clean=clean,
        fields=replace(mined.report.fields, title=mined.report.fields.title.translate(back)),
        sections=tuple(_written(section, back, ("label", "title")) for section in mined.report.sections),
        blocks=tuple(_written(block, back, ("label", "heading", "section_title")) for block in mined.report.blocks),
    )
    own = ("section", "label", "heading")
    number = ("indicator", "value_text", "unit", "modifier", "basis", "sentence")
    return replace(
        mined,
        report=report,
        measures=tuple(replace(_written(m, back, own), text=m.span.of(clean.text)) for m in mined.measures),
        metrics=tuple(replace(_written(m, back, number), text=m.span.of(clean.text)) for m in mined.metrics),
        placeholders=tuple(
            replace(_written(p, back, ("context",)), text=p.span.of(clean.text)) for p in mined.placeholders
        ),
    )


def _written(item: Any, back: Mapping[int, str], names: tuple[str, ...]) -> Any:
    known = {field.name for field in fields(item)}
    return replace(item, **{name: getattr(item, name).translate(back) for name in names if name in known})
