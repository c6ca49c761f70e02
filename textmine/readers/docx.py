"""Word documents (.docx): one paragraph a line, with the labels of automatic numbering as Word shows them.

Tracked insertions count as text, deletions and hidden text do not. A table row is one line with tabs between its
cells; a row of a single cell is a frame, and its paragraphs stay lines. Text boxes follow the paragraph they hang on.
Left out: headers, footers, footnotes, endnotes, comments.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from textmine.model import Document, ReadError
from textmine.readers.encodings import warnings_of
from textmine.readers.numbering import MAX_CHAIN, Numbering, W, child, switched_on, value
from textmine.readers.zips import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

MAIN = "word/document.xml"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# Elements whose text is not shown, or that hold properties.
DROPPED = frozenset(
    W + name
    for name in (
        *("del", "moveFrom", "delText", "delInstrText", "instrText", "rt"),
        *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr"),
    )
)
SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
TEXTS = frozenset((W + "t", MATH_TEXT))
SYMBOL_FONT = range(0xF000, 0xF100)  # pictures of Wingdings and the like: no text


def read_docx(data: bytes, source: str, encoding: str | None = None) -> Iterator[Document]:
    """The one document of a .docx. `encoding` does not matter: XML says its own.

    Raises ReadError: bad_archive, too_large, encrypted, empty.
    """
    package = Package(data, source)
    main = _targets(package, "").get("officeDocument", MAIN)
    root = package.xml(main)
    body = None if root is None else root.find(W + "body")
    if body is None:
        raise ReadError(f"{source}: a .docx without {main}", "bad_archive")
    parts = _targets(package, main)
    styles = package.xml(parts.get("styles", "word/styles.xml"))
    numbering = package.xml(parts.get("numbering", "word/numbering.xml"))
    text = "\n".join(_Walk(Numbering(numbering, styles), _vanishing(styles)).lines(body))
    if not text.strip():
        raise ReadError(f"{source}: a Word document without text", "empty")
    yield Document(source, text, sha256=hashlib.sha256(data).hexdigest(), warnings=warnings_of(text, 1.0))


def _targets(package: Package, part: str) -> dict[str, str]:
    """The parts that `part` refers to (the package itself: ""), by the last word of their type."""
    folder, _, name = part.rpartition("/")
    root = package.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
    targets: dict[str, str] = {}
    for relation in () if root is None else root:
        if relation.get("TargetMode") != "External":
            kind = (relation.get("Type") or "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or ""))
            targets.setdefault(kind, target.lstrip("/"))
    return targets


def _vanishing(styles: _Element | None) -> dict[str, bool]:
    """Of the styles that say whether their text is hidden (w:vanish), or are based on one that does: what they say."""
    own: dict[str, tuple[str | None, bool | None]] = {}
    for style in () if styles is None else styles.iterfind(W + "style"):
        says = child(style, "rPr", "vanish")
        hidden = None if says is None else switched_on(style, "rPr", "vanish")
        own[style.get(W + "styleId") or ""] = value(style, "basedOn"), hidden
    found: dict[str, bool] = {}
    for name in own:
        at: str | None = name
        for _ in range(MAX_CHAIN):
            based_on, hidden = own.get(at or "", (None, None))
            if hidden is not None:
                found[name] = hidden
                break
            at = based_on
    return found


class _Walk:
    """One walk through a document, in its order, since labels count."""

    def __init__(self, numbering: Numbering, vanishing: dict[str, bool]) -> None:
        self._numbering = numbering
        self._vanishing = vanishing
        self._carried = ""  # of paragraphs whose mark is deleted: Word runs them on into the next

    def lines(self, container: _Element) -> Iterator[str]:
        """The lines of a body, a cell or a text box."""
        yield from self._blocks(container)
        if self._carried:
            carried, self._carried = self._carried, ""
            yield carried

    def _blocks(self, container: _Element) -> Iterator[str]:
        for node in container:
            if node.tag == W + "p":
                yield from self._paragraph(node)
            elif node.tag == W + "tbl":
                yield from self._table(node)
            elif node.tag == MC + "AlternateContent":
                yield from self._blocks(_alternative(node))
            elif node.tag not in DROPPED:
                yield from self._blocks(node)

    def _paragraph(self, paragraph: _Element) -> Iterator[str]:
        properties = child(paragraph, "pPr")
        hidden = self._vanishing.get(value(properties, "pStyle") or "", False)
        parts: list[str] = []
        boxes: list[_Element] = []
        self._collect(paragraph, hidden, parts, boxes)
        text = self._carried + "".join(parts).strip("\n")
        if self._mark_is_gone(child(properties, "rPr"), hidden):
            self._carried = text
        else:
            self._carried = ""
            yield _labelled(*self._numbering.label(properties), text)
        for box in boxes:
            yield from _Walk(self._numbering, self._vanishing).lines(box)

    def _mark_is_gone(self, mark: _Element | None, hidden: bool) -> bool:
        """Whether a paragraph's end is deleted, moved away or hidden. A style separator (w:specVanish) stays an end."""
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            return True
        return self._is_hidden(mark, hidden) and not switched_on(mark, "specVanish")

    def _is_hidden(self, properties: _Element | None, inherited: bool) -> bool:
        """Whether a run, or a paragraph's end, is hidden: by itself, its character style, or its paragraph's style."""
        if child(properties, "vanish") is not None:
            return switched_on(properties, "vanish")
        return self._vanishing.get(value(properties, "rStyle") or "", inherited)

    def _collect(self, element: _Element, hidden: bool, parts: list[str], boxes: list[_Element]) -> None:
        """Gather the text below `element`, and the text boxes; `hidden` is what the paragraph's style says."""
        for node in element:
            tag = node.tag
            if tag in DROPPED:
                continue
            if tag in TEXTS:
                parts.append(_text(node))
            elif tag in SIGNS:
                parts.append(SIGNS[tag])
            elif tag == W + "sym":
                parts.append(_symbol(node))
            elif tag == W + "txbxContent":
                boxes.append(node)
            elif tag == MC + "AlternateContent":
                self._collect(_alternative(node), hidden, parts, boxes)
            elif tag != W + "r" or not self._is_hidden(child(node, "rPr"), hidden):
                self._collect(node, hidden, parts, boxes)

    def _table(self, table: _Element) -> Iterator[str]:
        for row in _members(table, W + "tr"):
            gone = child(row, "trPr", "del") is not None or switched_on(row, "trPr", "hidden")
            cells = [] if gone else [self._cell(cell) for cell in _members(row, W + "tc")]
            if len(cells) == 1:
                yield from cells[0]
            elif cells:
                yield "\t".join(" ".join(" ".join(cell).split()) for cell in cells)

    def _cell(self, cell: _Element) -> list[str]:
        merge = child(cell, "tcPr", "vMerge")
        continued = merge is not None and merge.get(W + "val") != "restart"  # Word shows the cell above through it
        return [] if continued else list(self.lines(cell))


def _members(element: _Element, tag: str) -> Iterator[_Element]:
    """The rows of a table or the cells of a row, also those inside content controls and tracked insertions."""
    for node in element:
        if node.tag == tag:
            yield node
        elif node.tag not in DROPPED:
            yield from _members(node, tag)


def _alternative(node: _Element) -> _Element:
    """Of several forms of the same content the first, so that none comes twice."""
    choice = node.find(MC + "Choice")
    fallback = node.find(MC + "Fallback")
    return choice if choice is not None else fallback if fallback is not None else node


def _text(node: _Element) -> str:
    text = node.text or ""
    if node.get(SPACE) != "preserve":
        text = text.strip(" \t\r\n")
    return text.replace("\r", "").replace("\n", " ")


def _symbol(node: _Element) -> str:
    code = node.get(W + "char") or ""
    at = int(code, 16) if code and not code.strip("0123456789abcdefABCDEF") and len(code) <= 5 else 0
    return "" if not at or at in SYMBOL_FONT or 0xD800 <= at < 0xE000 else chr(at)


def _labelled(label: str, suffix: str, text: str) -> str:
    """Label and text. The tab after a label is layout, and left out where it does not part two numbers (1. 2024年)."""
    if suffix == "space":
        return f"{label} {text}"
    parted = suffix == "tab" and text[:1].isdigit() and (label[-1].isdigit() or label[-1] in ".．")
    return f"{label}\t{text}" if parted else label + text
