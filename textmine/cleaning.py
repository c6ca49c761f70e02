"""Source text to clean text, every character of which knows where it came from.

`clean` runs its passes in order. Each takes a `CleanText` and returns one; characters are only deleted or replaced one
for one, so an origin is never invented. The source text itself is never touched.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial

from textmine.characters import (
    drop_doubled,
    drop_invisible,
    drop_spaces,
    fold_characters,
    fold_points,
    fold_stops,
    unify_line_ends,
    unify_spaces,
)
from textmine.furniture import drop_furniture, drop_page_marks
from textmine.lexicon import Lexicon
from textmine.linebreaks import join_broken_lines, unfold
from textmine.model import CleanText

Pass = Callable[[CleanText], CleanText]
MOST_ROUNDS = 8


def clean(source: str, lexicon: Lexicon) -> CleanText:
    """The clean text of a source text.

    Cleaning a cleaned text changes nothing: the passes run until they find nothing more (seldom more than twice).
    """
    text = CleanText(source, array("L", range(len(source))))
    steps = _passes(lexicon)
    for _ in range(MOST_ROUNDS):
        before = text.text
        for step in steps:
            text = step(text)
        if text.text == before:
            break
    return text


def _passes(lexicon: Lexicon) -> tuple[Pass, ...]:
    return (
        drop_invisible,
        unify_line_ends,
        unify_spaces,
        fold_characters,
        fold_points,
        fold_stops,
        partial(drop_furniture, lexicon=lexicon),
        unfold,
        partial(drop_page_marks, lexicon=lexicon),
        join_broken_lines,
        drop_spaces,
        drop_doubled,
    )
