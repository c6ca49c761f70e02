"""What the tree of a report is made of: headings and items of lists, and the paragraphs between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from textmine.labels import RUNNING_RANK
from textmine.model import Part, Role, Span

TOP_BARE_RANK = 3  # an unnumbered heading that names a part of the report
BARE_RANK = 10  # an unnumbered heading inside numbered ones
LEAD_RANK = RUNNING_RANK - 1  # the lead sentence of a paragraph with an inline list


@dataclass
class Node:
    """A heading or item: its own stretch of text, what stands below it, in order."""

    span: Span
    label: str = ""
    rank: float = 0
    number: int = 0
    part: Part = "summary"
    running: bool = False
    opens_line: bool = True
    explicit: bool = False  # its words say which part it is
    content: list[Node | Paragraph] = field(default_factory=list)

    parent: Node | None = None
    counts: Counter[float] = field(default_factory=Counter)  # of the nodes below it, by rank
    opened: Counter[float] = field(default_factory=Counter)  # of those of them that hold something

    def add(self, child: Node | Paragraph) -> None:
        if not self.content and self.parent is not None:
            self.parent.opened[self.rank] += 1
        self.content.append(child)
        if isinstance(child, Node):
            child.parent = self
            self.counts[child.rank] += 1

    @property
    def is_section(self) -> bool:
        """Whether it heads something: nodes, or paragraphs that may be work below a heading."""
        texts = (child for child in self.content if isinstance(child, Paragraph) and child.role == "text")
        return bool(self.counts) or (not self.running and any(texts))

    def fellows(self) -> int:
        """The nodes of its rank beside it, if they are all leaves; else 0."""
        if self.parent is None:
            return 0
        opened = self.parent.opened[self.rank] - bool(self.content)
        return 0 if opened else self.parent.counts[self.rank] - 1

    def words(self, text: str) -> str:
        """What stands in its own stretch of the text, after the label."""
        return self.span.of(text)[len(self.label) :]

    def below(self) -> Iterator[Node | Paragraph]:
        """Everything below it, in order."""
        for child in self.content:
            yield child
            if isinstance(child, Node):
                yield from child.below()


@dataclass
class Paragraph:
    """An unlabelled paragraph below a heading."""

    span: Span
    part: Part
    role: Role = "text"  # text, lead or skip
    rule: str = ""
