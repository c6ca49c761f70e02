"""Clean text to sections and blocks: what is an item of work, what leads in, what is no work at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from textmine.fields import read_fields
from textmine.labels import Label, find_labels
from textmine.lexicon import Lexicon
from textmine.model import Block, CleanText, Document, Part, Report, ReportFields, Role, Section, Span, report_id
from textmine.nodes import Node, Paragraph
from textmine.paragraphs import closes
from textmine.phrases import (
    MANY_FIGURES,
    MAX_BARE_HEADING,
    MAX_HEADING,
    STOPS,
    Phrases,
    phrases,
    sentences,
    title_of,
    trim,
)
from textmine.tree import Tree
from textmine.years import years_in

MAX_UNLABELLED_HEADING = 26  # an unlabelled paragraph's longer first sentence reports already
# A count in a lead sentence makes it a report: 建成学校12所; years and names in quotes do not.
COUNTED = re.compile(
    r"[\dxX*×_○□#](?![^“”]{0,12}”)\s*(?!年|月|日|[\dxX*×_○□#.]|五|[A-Za-z+])|(?<=[一-鿿])(?<![二两三四五六七八九十百])[二两三四五六七八九十百]{1,8}[万千]?[个件名户家套座台]"
)


def outline(document: Document, clean: CleanText, lexicon: Lexicon) -> Report:
    """The report of a document: its fields, sections and blocks."""
    labels = find_labels(clean.text)
    headings = _headings(clean.text, labels)
    fields = read_fields(document, clean.text, headings, lexicon)
    tree = Tree(clean.text, labels, fields, phrases(lexicon))
    root = tree.grow()
    writer = Writer(clean.text, phrases(lexicon), report_id(document.source), fields.report_year)
    writer.write(root)
    blocks = sorted(writer.blocks, key=lambda block: block.span)
    plans = any(block.part == "plan" and block.role in ("heading", "item", "text") for block in blocks)
    if fields.kind == ("工作总结" if plans else "总结暨计划"):  # what the text does goes before what headings promise
        fields = read_fields(document, clean.text, headings, lexicon, plans)
    warnings = (*document.warnings, *_warnings(clean.text, fields))
    return Report(document, clean, fields, tuple(writer.sections), tuple(blocks), warnings)


# Figures that were deleted outright when a report was anonymised leave such scars.
SCAR = re.compile(
    "(截至|截止|于|自)年?月日|(达到?|共|增至|提升至|投入)(万|亿)(元|人|次|份|件)|(增长|下降|达到?|完成率)%|(办结|受理|新增)件[，。]"
)


def _warnings(text: str, fields: ReportFields) -> Iterator[str]:
    if fields.report_year is None and fields.plan_year is None:
        yield "no_year"
    if len(SCAR.findall(text)) >= 3:
        yield "redaction_scars"


def _headings(text: str, labels: list[Label]) -> list[str]:
    """The words of all numbered headings, and of short lines without a number."""
    found = []
    for label in labels:
        if not label.style.running:
            end = text.find("\n", label.span.end)
            found.append(title_of(text[label.span.end : end if end >= 0 else len(text)]))
    for line in text.split("\n"):
        if 0 < len(line) <= MAX_BARE_HEADING and (line[-1] not in STOPS or len(line) <= 12):
            found.append(line.rstrip("。"))
    return found


# --- writing sections and blocks --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where a block stands: the index of its section (-1 for none), that section's title and level."""

    section: int = -1
    title: str = ""
    level: int = 0


class Writer:
    """Writes a tree out: each heading with something below it is a section, each leaf an item."""

    def __init__(self, text: str, words: Phrases, prefix: str, year: int | None) -> None:
        self.text = text
        self.words = words
        self.prefix = prefix
        self.year = year  # reported on
        self.sections: list[Section] = []
        self.blocks: list[Block] = []

    def write(self, root: Node) -> None:
        self._content(root, _Place())

    def _content(self, node: Node, place: _Place) -> None:
        for index, child in enumerate(node.content):
            if isinstance(child, Paragraph):
                leads = index == 0 and place.level > 0 and len(node.content) > 1 and not self._among_equals(node)
                self._paragraph(child, place, leads)
            elif child.is_section:
                self._section(child, place)
            else:
                self._leaf(child, place)

    def _among_equals(self, node: Node) -> bool:
        """Whether a section holds only paragraphs of one sentence, each of work: then the first leads in to none."""
        content = [child for child in node.content if not (isinstance(child, Paragraph) and child.role == "skip")]
        return len(content) > 1 and all(isinstance(child, Paragraph) and self._one_work(child) for child in content)

    def _one_work(self, paragraph: Paragraph) -> bool:
        words = paragraph.span.of(self.text)
        one = len(list(sentences(self.text, paragraph.span))) == 1
        return paragraph.role == "text" and one and bool(self.words.paragraph_work.search(words))

    def _section(self, node: Node, place: _Place) -> None:
        own = node.span
        title = title_of(self.text[own.start + len(node.label) : own.end])
        end = max([own.end, *(child.span.end for child in node.below())])
        inside = _Place(len(self.sections), title, place.level + 1)
        parent = self.sections[place.section].section_id if place.section >= 0 else ""
        number = f"{self.prefix}-s{len(self.sections) + 1:02d}"
        self.sections.append(Section(number, parent, inside.level, node.label, title, node.part, Span(own.start, end)))
        self._add(own, "heading", node.part, inside, node.label)
        self._content(node, inside)

    def _leaf(self, node: Node, place: _Place) -> None:
        """An item; but a bare title with nothing below it, alone of its kind, is only a heading."""
        words = node.span.of(self.text)
        bare = not node.running and not re.search("[。！？；，]", words)
        if bare and (not node.fellows() or len(words) <= len(node.label) + 3 or node.explicit):
            self._add(node.span, "heading", node.part, place, node.label)
            return
        rule = "label.running" if node.running else "label.heading"
        self._item(node.span, node.part, place, rule, node.label)

    def _paragraph(self, paragraph: Paragraph, place: _Place, leads: bool) -> None:
        address = self.words.paragraph_address.match(paragraph.span.of(self.text))
        if address:  # 各位代表！做好今年工作…: the greeting is no part of what follows
            paragraph = replace(paragraph, span=Span(paragraph.span.start + address.end(), paragraph.span.end))
        words = paragraph.span.of(self.text)
        found = list(sentences(self.text, paragraph.span))
        if paragraph.role != "text":
            self._add(paragraph.span, paragraph.role, paragraph.part, place, rule=paragraph.rule)
        elif self.words.paragraph_targets.search(words) or self._looks_ahead(words):
            part: Part = "problem" if paragraph.part == "problem" else "plan"
            self._item(paragraph.span, part, place, "paragraph.targets")
        elif (start := self._admission(found, paragraph)) is not None:
            self._item(Span(start, paragraph.span.end), "problem", place, "paragraph.admits")
        elif reason := self._no_work(words, found, leads, place):
            self._add(paragraph.span, "skip", paragraph.part, place, rule=reason)
        else:
            self._item(paragraph.span, paragraph.part, place, "paragraph.work")

    def _looks_ahead(self, words: str) -> bool:
        """到2027年，…: what is to be reached in a year after that reported on."""
        named = re.match("到([^，。]{4,6}年)", words)
        return bool(named and self.year and any(year > self.year for year in years_in(named[1])))

    def _no_work(self, words: str, found: list[Span], leads: bool, place: _Place) -> str:
        """The rule by which an unlabelled paragraph is no measure, or nothing."""
        first = found[0].of(self.text) if found else words
        scene = self.words.paragraph_scene.search(first)
        figures = len(self.words.figure.findall(words))
        if leads and len(found) == 1 and (not figures or scene):
            return "paragraph.one_sentence_lead"
        if scene and figures < MANY_FIGURES:
            return "paragraph.scene"
        if self.words.paragraph_argues.search(first):
            return "paragraph.argues"
        if closes(words, self.words) or re.search("(感谢|敬意)！?。?$", words):
            return "paragraph.closing"
        if self.words.paragraph_work.search(words):
            return ""
        counts = figures and not self.words.part_scene.search(place.title)  # below 基本情况 figures are no work
        return "" if counts else "paragraph.no_work_words"

    def _admission(self, found: list[Span], paragraph: Paragraph) -> int | None:
        """Where an admission of shortfalls begins: at the sentence that opens it, or a shortfall named before."""
        if paragraph.part == "problem":
            return paragraph.span.start
        for index, span in enumerate(found):
            if self.words.paragraph_admits.search(span.of(self.text)):
                before = (one for one in found[:index] if self.words.paragraph_falls_short.search(one.of(self.text)))
                return next(before, span).start
        return None

    def _item(self, span: Span, part: Part, place: _Place, rule: str, label: str = "") -> None:
        """One item; what closes the section or leads on to the next stays outside, an admission in it stands alone."""
        span, admission = self._split_admission(span, part, label)
        span = self._without_tail(span, pledge=part == "problem" and bool(label))
        if len(span) == 0:
            return
        heading = "" if rule in ("paragraph.targets", "paragraph.admits") else self._heading(span, label)
        self._add(span, "item" if label else "text", part, place, label, heading, rule)
        if admission is not None:
            admission = self._without_tail(admission, pledge=False)
            self._add(admission, "text", "problem", place, rule="sentence.admits")

    def _split_admission(self, span: Span, part: Part, label: str) -> tuple[Span, Span | None]:
        """但工作中仍存在…: an admission at the end of a reported item, apart from it."""
        if part != "summary" or not label:
            return span, None
        found = list(sentences(self.text, span))
        for index, sentence in enumerate(found[1:], 1):
            words = sentence.of(self.text)
            if self.words.paragraph_turns.search(words) and self.words.paragraph_admits.search(words):
                end = _paragraph_end(self.text, sentence.start, span.end)
                return trim(self.text, Span(span.start, found[index].start)), trim(self.text, Span(sentence.start, end))
        return span, None

    def _without_tail(self, span: Span, pledge: bool) -> Span:
        """A span without the sentences at its end that close a section, lead on, sign, or (`pledge`) vow."""
        found = list(sentences(self.text, span))
        while len(found) > 1:
            words = found[-1].of(self.text).strip()
            ends = closes(words, self.words) or self.words.paragraph_lead.search(words)
            signs = SIGNATURE.fullmatch(words) and not words.endswith(tuple(STOPS))
            vows = pledge and self.words.paragraph_pledge.search(words)
            if not (ends or signs or vows):
                break
            found.pop()
        return trim(self.text, Span(span.start, found[-1].end if found else span.end))

    def _heading(self, span: Span, label: str) -> str:
        """The item's own lead sentence where it is title-like: short, without figures, no scene, and more follows."""
        body = self.text[span.start + len(label) : span.end].lstrip(" ，,、：:是")
        match = re.search("[。！？\n]", body)
        title = body[: match.start()] if match else ""
        longest = MAX_HEADING if label else MAX_UNLABELLED_HEADING
        if not title or not body[len(title) + 1 :].strip() or len(title) > longest:
            return ""
        unlike = COUNTED.search(title) or self.words.paragraph_scene.search(title) or title.endswith("：")
        return "" if unlike else title

    def _add(
        self, span: Span, role: Role, part: Part, place: _Place, label: str = "", heading: str = "", rule: str = ""
    ) -> None:
        self.blocks.append(Block(span, role, part, place.section, label.rstrip("，,：: "), heading, place.title, rule))


# The line that signs a report: an organ, a date.
SIGNATURE = re.compile(r"[^，。；]{0,30}?([\dxX*]{2,4}年[\dxX*]{1,2}月[\dxX*]{1,3}日)?")


def _paragraph_end(text: str, start: int, limit: int) -> int:
    end = text.find("\n", start, limit)
    return limit if end < 0 else end
