"""The word lists of data/comparing.toml, compiled; a faulty pattern is an error that names its list."""

from __future__ import annotations

import re

from textmine.lexicon import Lexicon
from textmine.model import LexiconError


def words(lexicon: Lexicon, key: str) -> tuple[str, ...]:
    """A list of words of comparing.toml, by its dotted key."""
    found = lexicon.words("comparing", key)
    if not found or not all(isinstance(word, str) for word in found):
        raise LexiconError(f"comparing.toml: {key} is no list of words")
    return found


def compiled(lexicon: Lexicon, key: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """A pattern for any of a list's regular expressions, with `before` and `after` around them."""
    listed = words(lexicon, key)
    for word in listed:
        _compile(key, word)
    return re.compile(f"{before}(?:{'|'.join(listed)}){after}")


def rows(lexicon: Lexicon, key: str) -> list[list[re.Pattern[str]]]:
    """A list of rows of regular expressions."""
    listed = lexicon.words("comparing", key)
    if not all(isinstance(row, list) and all(isinstance(word, str) for word in row) for row in listed):
        raise LexiconError(f"comparing.toml: {key} is no list of lists of words")
    return [[_compile(key, word) for word in row] for row in listed]


def _compile(key: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise LexiconError(f"comparing.toml, {key}: {pattern!r}: {error}") from error
