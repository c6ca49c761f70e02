"""Whether an open heading or item is whole, so that the paragraph after it stands beside it and not in it."""

from __future__ import annotations

from textmine.nodes import Node
from textmine.paragraphs import is_title, leads, sentences_of
from textmine.phrases import MANY_FIGURES, Phrases


def is_full(node: Node, words: str, text: str, phrases: Phrases) -> bool:
    """Whether a paragraph of these words does not belong to an open heading or item."""
    if node.content:  # a list in the heading's own line: what leads on to another list stands beside it
        inline = all(isinstance(child, Node) and not child.opens_line for child in node.content)
        return inline and node.opens_line and bool(node.label) and leads(words, phrases)
    return bool(node.fellows() and not _awaits_body(node, text)) or _reports(node, words, text, phrases)


def _awaits_body(node: Node, text: str) -> bool:
    """Whether an item is a bare title, unlike the items beside it: its body stands below."""
    if node.running or node.parent is None or not is_title(node.words(text)):
        return False
    beside = [child for child in node.parent.content if isinstance(child, Node) and child is not node]
    return not any(is_title(child.words(text)) for child in beside)


def _reports(node: Node, words: str, text: str, phrases: Phrases) -> bool:
    """Whether a heading's own line is no title but reports: with many figures, or with some before an admission."""
    figures = len(phrases.figure.findall(node.span.of(text)))
    first = sentences_of(words)[0] if words else ""
    admits = figures and (phrases.paragraph_admits.search(first) or phrases.paragraph_admits_list.search(first))
    return not node.running and (figures >= MANY_FIGURES or bool(admits))
