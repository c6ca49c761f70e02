"""Word's automatic numbering: the label that Word shows before a paragraph (一、 （一） 1.), which is not in its text.

Rules of ECMA-376 part 1, 17.9: a paragraph names a list (numId) and a level, itself or through its style; the list is
an instance of an abstract list, which holds the levels and, for all its instances together, the counters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textmine.readers.counting import write

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_CHAIN = 20  # styles based on styles

_PLACEHOLDER = re.compile(r"%([1-9])")


# --- the XML --------------------------------------------------------------------------------------------------


def child(element: _Element | None, *path: str) -> _Element | None:
    """The first descendant along a path of child names (without namespace), or None."""
    for name in path:
        element = None if element is None else element.find(W + name)
    return element


def value(element: _Element | None, *path: str) -> str | None:
    """The w:val of the element at `path`, or None."""
    found = child(element, *path)
    return None if found is None else found.get(W + "val")


def number(text: str | None, default: int) -> int:
    """A whole number of an attribute, `default` where it is missing or no number."""
    try:
        return int(text or "")
    except ValueError:
        return default


def switched_on(element: _Element | None, *path: str) -> bool:
    """Whether an on-off property (w:vanish, w:isLgl …) is there and not set to false."""
    found = child(element, *path)
    return found is not None and found.get(W + "val") not in ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: how its number is written and when it starts again."""

    start: int
    format: str
    text: str
    suffix: str
    style: str | None
    legal: bool
    restart: int | None

    @property
    def numbered(self) -> bool:
        return self.format not in ("bullet", "none")


def read_level(element: _Element) -> Level:
    fmt = element.find(f".//{W}numFmt")  # a custom format stands in mc:AlternateContent
    restart = value(element, "lvlRestart")
    return Level(
        start=number(value(element, "start"), 1),
        format=value(fmt) or "decimal",
        text=value(element, "lvlText") or "",
        suffix=value(element, "suff") or "tab",
        style=value(element, "pStyle"),
        legal=switched_on(element, "isLgl"),
        restart=None if restart is None else number(restart, 0),
    )


@dataclass(slots=True)
class List:
    """One numId: its abstract list, the abstract list's levels with this instance's overrides, and its restarts."""

    abstract: str
    levels: dict[int, Level]
    restarts: dict[int, int] = field(default_factory=dict)  # startOverride by level

    def start(self, level: int) -> int:
        return self.restarts.get(level, self.levels[level].start)


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says of numbering."""

    based_on: str | None
    list_id: str | None
    level: str | None


def read_styles(root: _Element | None) -> tuple[dict[str, Style], str | None]:
    """The paragraph styles by id, and the id of the default one."""
    styles: dict[str, Style] = {}
    default = None
    for element in () if root is None else root.iterfind(W + "style"):
        if element.get(W + "type") != "paragraph":
            continue
        name = element.get(W + "styleId") or ""
        numbering = child(element, "pPr", "numPr")
        styles[name] = Style(value(element, "basedOn"), value(numbering, "numId"), value(numbering, "ilvl"))
        if element.get(W + "default") in ("1", "true", "on"):
            default = name
    return styles, default


def read_lists(root: _Element | None) -> dict[str, List]:
    """The lists of numbering.xml by numId."""
    if root is None:
        return {}
    abstracts = {element.get(W + "abstractNumId") or "": element for element in root.iterfind(W + "abstractNum")}
    linked = {name: key for key, element in abstracts.items() if (name := value(element, "styleLink"))}
    lists = {}
    for element in root.iterfind(W + "num"):
        key = value(element, "abstractNumId") or ""
        if key in abstracts and (style := value(abstracts[key], "numStyleLink")):
            key = linked.get(style, key)
        if key in abstracts:
            lists[element.get(W + "numId") or ""] = _read_list(key, abstracts[key], element)
    return lists


def _read_list(key: str, abstract: _Element, instance: _Element) -> List:
    found = List(key, {level: read_level(element) for level, element in _levels(abstract, "lvl")})
    for level, override in _levels(instance, "lvlOverride"):
        own = child(override, "lvl")
        if own is not None:
            found.levels[level] = read_level(own)
        start = value(override, "startOverride")
        if start is not None:
            found.restarts[level] = number(start, 1)
    return found


def _levels(element: _Element, name: str) -> Iterator[tuple[int, _Element]]:
    for found in element.iterfind(W + name):
        yield number(found.get(W + "ilvl"), 0), found


# --- labels -----------------------------------------------------------------------------------------------------


class Numbering:
    """Gives the paragraphs of one document their labels; ask for them in the order of the document, once each."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        self._lists = read_lists(numbering)
        self._styles, self._default = read_styles(styles)
        self._counters: dict[str, dict[int, int]] = {}  # by abstract list, then level
        self._restarted: set[tuple[str, int]] = set()

    def label(self, properties: _Element | None) -> tuple[str, str]:
        """The label of a paragraph with these properties (w:pPr) and what Word puts after it: tab, space, nothing."""
        found = self._place(properties)
        if found is None:
            return "", "nothing"
        key, level = found
        self._count(key, level)
        text = self._text(self._lists[key], level)
        return text, self._lists[key].levels[level].suffix if text else "nothing"

    def _place(self, properties: _Element | None) -> tuple[str, int] | None:
        """The numId and level of a paragraph; numId 0 takes it out of every list."""
        direct = child(properties, "numPr")
        key, level = value(direct, "numId"), value(direct, "ilvl")
        chain = list(self._chain(value(properties, "pStyle") or self._default))
        if key is None:
            key = next((style.list_id for _, style in chain if style.list_id is not None), None)
        if key is None or key == "0" or key not in self._lists:
            return None
        if level is None:
            level = self._style_level(self._lists[key], chain)
        place = number(level, 0)
        return (key, place) if place in self._lists[key].levels else None

    @staticmethod
    def _style_level(found: List, chain: list[tuple[str, Style]]) -> str | None:
        """The level whose w:pStyle is the paragraph's style, or one that it is based on; else the style's w:ilvl."""
        for name, style in chain:
            for place, level in found.levels.items():
                if level.style == name:
                    return str(place)
            if style.level is not None:
                return style.level
        return None

    def _chain(self, name: str | None) -> Iterator[tuple[str, Style]]:
        for _ in range(MAX_CHAIN):
            if name is None or name not in self._styles:
                return
            yield name, self._styles[name]
            name = self._styles[name].based_on

    def _count(self, key: str, level: int) -> None:
        """Count a paragraph at `level`: a startOverride takes effect at the first use of its list, once."""
        found = self._lists[key]
        counters = self._counters.setdefault(found.abstract, {})
        if level in found.restarts and (key, level) not in self._restarted:
            self._restarted.add((key, level))
            counters.pop(level, None)
        counters[level] = counters[level] + 1 if level in counters else found.start(level)
        for deeper in [place for place in counters if place > level]:
            if deeper not in found.levels or _restarts(found.levels[deeper], level):
                del counters[deeper]

    def _text(self, found: List, level: int) -> str:
        own = found.levels[level]
        if own.format == "bullet":
            return ""
        counters = self._counters[found.abstract]

        def written(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            other = found.levels.get(place)
            if other is None or not other.numbered:
                return ""
            return write(counters.get(place, found.start(place)), "decimal" if own.legal else other.format)

        text = _PLACEHOLDER.sub(written, own.text)
        # Of a level without a number Word shows the words, if there are any; a lone point is no label.
        return text if own.numbered or any(char.isalnum() for char in text) else ""


def _restarts(deeper: Level, used: int) -> bool:
    """Whether a deeper level starts again after a paragraph at the level `used`.

    w:lvlRestart names the level, counted from 1, below which it does; 0 is never; without it any level will do.
    """
    return deeper.restart is None or used < deeper.restart
