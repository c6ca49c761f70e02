"""The word lists of data/comparing.toml, compiled; a faulty pattern is an error that names its list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from textmine.lexicon import Lexicon
from textmine.model import LexiconError


def words(lexicon: Lexicon, key: str) -> tuple[str, ...]:
    """A list of words of comparing.toml, by its dotted key."""
    found = _listed(lexicon, key)
    if not found or not all(isinstance(word, str) for word in found):
        raise LexiconError(f"comparing.toml: {key} is no list of words")
    return tuple(found)


def lists(lexicon: Lexicon, key: str, least: int = 1) -> list[list[Any]]:
    """A list of lists, each of `least` cells or more whose first ones are words."""
    found = _listed(lexicon, key)
    for row in found:
        if not isinstance(row, list) or len(row) < least or not all(isinstance(word, str) for word in row[:least]):
            raise LexiconError(f"comparing.toml: {key} is no list of lists of words ({row!r})")
    return found


def _listed(lexicon: Lexicon, key: str) -> list[Any]:
    node: Any = lexicon.comparing
    for name in key.split("."):
        node = node.get(name) if isinstance(node, Mapping) else None
    if not isinstance(node, list):
        raise LexiconError(f"comparing.toml: {key} is no list")
    return node


def compiled(lexicon: Lexicon, key: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """A pattern for any of a list's regular expressions, with `before` and `after` around them."""
    listed = words(lexicon, key)
    for word in listed:
        _compile(key, word)
    return re.compile(f"{before}(?:{'|'.join(listed)}){after}")


def rows(lexicon: Lexicon, key: str) -> list[list[re.Pattern[str]]]:
    """A list of rows of regular expressions."""
    return [[_compile(key, word) for word in row] for row in lists(lexicon, key)]


def _compile(key: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, TypeError) as error:
        raise LexiconError(f"comparing.toml, {key}: {pattern!r}: {error}") from error
