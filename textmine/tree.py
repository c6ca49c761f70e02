"""Clean text, line by line, to a tree of headings and items of lists.

The words that decide what a paragraph is are those of data/headings.toml.
"""

from __future__ import annotations

import re

from textmine.edits import lines
from textmine.front import body_start, contents_lines
from textmine.items import is_full
from textmine.labels import Label
from textmine.model import Part, ReportFields, Span
from textmine.nodes import BARE_RANK, LEAD_RANK, TOP_BARE_RANK, Node, Paragraph
from textmine.paragraphs import (
    Copies,
    closes,
    has_lead_title,
    is_stopped_heading,
    is_title,
    leads,
    looks_bare,
    opens_afresh,
    sentences_of,
)
from textmine.parts import Parts
from textmine.phrases import MAX_BARE_HEADING, MAX_HEADING, STOPS, Phrases, sentences, title_of, trim
from textmine.ranking import ranks

GLOSSARY = "annex.glossary"  # the rule that passes over explanations of terms: they hold no findings
NOTES = re.compile(r"注[：:]|[〔\[]\d{1,2}[〕\]]")  # notes that explain terms
OWN_BODY = 1000  # characters of an open item in which its own sentences are counted
REPEATED = "paragraph.repeated"  # a copy of what stood before: it holds no findings


# --- growing the tree -------------------------------------------------------------------------------------------


class Tree:
    """Reads lines into a tree. The stack holds the open nodes, outermost first; stack[0] is the root."""

    def __init__(self, text: str, labels: list[Label], fields: ReportFields, words: Phrases) -> None:
        self.text = text
        self.labels = labels
        self.fields = fields
        self.words = words
        self.parts = Parts(fields, words)
        self.part: Part = self.parts.first
        self.root = Node(Span(0, len(text)), part=self.part)
        self.stack = [self.root]
        self.zone = "body"  # body, glossary
        self.list_part: Part | None = None  # of the items that a lead-in admits to be problems
        self.begun = False  # past the preamble
        self.at = 0  # the next label
        self.bare_headings = False  # whether short lines without numbers head the text
        self.stopped_headings = False  # whether such lines end with a stop: 城市管理。
        self.paragraphs = 0  # unlabelled paragraphs so far
        self.copies = Copies()
        self.ranks = ranks(labels, text)

    def grow(self) -> Node:
        spans = [trim(self.text, Span(start, end)) for start, end in lines(self.text)]
        spans = [span for span in spans if len(span)]
        start = body_start(self.text, spans, self.labels, self.words, self.fields)
        contents = contents_lines(self.text, spans)
        body = [span.of(self.text) for span in spans[start:]]
        numbered = any(label.opens_line and not label.style.running for label in self.labels)
        self.stopped_headings = sum(is_stopped_heading(line) for line in body[:-1]) >= 3
        self.bare_headings = sum(self._looks_bare(line) for line in body[:-1]) >= (3 if numbered else 2)
        last_sentence = max((i for i, span in enumerate(spans) if "。" in span.of(self.text)), default=len(spans))
        for index, span in enumerate(spans):
            labels = []
            while self.at < len(self.labels) and self.labels[self.at].span.start < span.end:
                if self.labels[self.at].span.start >= span.start:
                    labels.append(self.labels[self.at])
                self.at += 1
            if index < start or index in contents:
                continue
            span = self._without_title(span)
            if self.copies.repeats(span.of(self.text)):
                self.root.add(Paragraph(span, "annex", "skip", REPEATED))
                continue
            self._line(span, labels, last=index > last_sentence)
        return self.root

    def _without_title(self, span: Span) -> Span:
        """A line without the title that a text without breaks begins with."""
        title = self.fields.title
        glued = title and self.text.startswith(title, span.start) and len(span) > len(title)
        return trim(self.text, Span(span.start + len(title), span.end)) if glued and not self.begun else span

    def _line(self, span: Span, labels: list[Label], last: bool) -> None:
        words = span.of(self.text)
        if self._annex(words):
            return
        if self.zone == "glossary":
            self.root.add(Paragraph(span, "annex", "skip", GLOSSARY))
            return
        if not labels:
            self._unlabelled(self._plan_lead(span, last), last)
            return
        depth = len(self.stack)
        if labels[0].span.start > span.start:
            self._before_first_label(trim(self.text, Span(span.start, labels[0].span.start)), labels[0])
        self.begun = True
        for label, following in zip(labels, [*labels[1:], None], strict=True):
            end = following.span.start if following else span.end
            stretch = trim(self.text, Span(label.span.start, end))
            self._labelled(label, stretch)
            if following and following.style.running and not label.style.running:
                self._admits_list(stretch)
            elif following and following.number == 1:
                self._leads_on(stretch)
        self._close_inline(depth)

    # -- unlabelled lines

    def _annex(self, words: str) -> bool:
        """附件, 名词解释: close everything; a glossary is passed over, a list of projects belongs to the plan."""
        if NOTES.match(words):
            self._pop_to(0)
            self.zone = "glossary"
            return False
        if len(words) > MAX_BARE_HEADING:
            return False
        if self.words.part_glossary.search(words) and len(words) <= 24:
            self._pop_to(0)
            self.zone = "glossary"
            return True
        if self.words.part_annex.search(words):
            self._pop_to(0)
            self.zone = "body"
            self.part = self.parts.of_annex(self.part, words)
            return True
        return False

    def _plan_lead(self, span: Span, last: bool) -> Span:
        """The last sentence of a paragraph, once the rest is read, where it leads in to what is planned; else all."""
        *before, lead = sentences(self.text, span)
        words = lead.of(self.text)
        leads_on = words.endswith("，") or self.words.paragraph_lead.search(words)
        if not before or not leads_on or not self._turns_to_plan(words):
            return span
        self._unlabelled(Span(span.start, lead.start), last)
        return lead

    def _unlabelled(self, span: Span, last: bool) -> None:
        words = span.of(self.text)
        if self._bare_heading(words, last):
            self.begun = True
            self._open(Node(span, rank=self._bare_rank(words)))
            return
        if self._turns_to_plan(words):
            self._turn_to_plan()
        start, end = self.stack[-1].span.start, self.stack[-1].span.end
        whole = self.text.count("。", start, min(end, start + OWN_BODY)) >= 2
        fresh = opens_afresh(words, whole, self.words) and not self._list_goes_on() and not self._untold()
        runs_on = self.stack[-1].running and not self.stack[-1].counts
        greets = bool(self.words.paragraph_greeting.search(words))
        if runs_on and not fresh and not greets and not leads(words, self.words):
            self.stack[-1].span = Span(self.stack[-1].span.start, span.end)
            return
        self._pop_running()
        self._leave_full_item(words)
        self.list_part = None
        self.paragraphs += 1
        self.stack[-1].add(self._paragraph(span, greets))

    def _paragraph(self, span: Span, greets: bool) -> Paragraph:
        """The paragraph of a line, and what its words say it is."""
        words = span.of(self.text)
        part = self.stack[-1].part if len(self.stack) > 1 else self.part
        paragraph = Paragraph(span, "summary" if part == "plan" and self.parts.looks_back(words) else part)
        if greets:
            paragraph.role, paragraph.rule = "skip", "paragraph.greeting"
        elif self._opens_report(words):
            paragraph.role, paragraph.rule = "skip", "paragraph.opening"
        elif len(sentences_of(words)) <= 2 and closes(words, self.words):
            paragraph.role, paragraph.rule = "skip", "paragraph.closing"
        elif words[-1] not in STOPS and len(words) < 40:
            paragraph.role, paragraph.rule = "skip", "paragraph.no_sentence"
        elif leads(words, self.words) or self._leads_to_list(span, words):
            paragraph.role, paragraph.rule = "lead", "paragraph.lead"
            self._admits_list(span)
        return paragraph

    def _untold(self) -> bool:
        """Whether the open item is only a title, whose body is still to come: ● 存在问题."""
        item = self.stack[-1]
        return item.running and item.opens_line and item.span.of(self.text)[-1] not in STOPS

    def _list_goes_on(self) -> bool:
        """Whether the next label is the next item of the open list."""
        open_item = self.stack[-1]
        for label in self.labels[self.at :]:
            if label.opens_line:
                return (
                    self.ranks.get(label.style.name, label.style.rank) == open_item.rank
                    and 0 <= label.number - open_item.number <= 1
                )
        return False

    def _opens_report(self, words: str) -> bool:
        """The paragraph before the first heading of a department's report, or one that hands over to the report."""
        found = sentences_of(words)
        headed = self.bare_headings or any(label.opens_line or not label.style.running for label in self.labels)
        counts = self.words.figure.search(words) is not None
        told = self.words.paragraph_targets.search(words) or self.words.paragraph_admits.search(words)
        own = told is not None or (counts and has_lead_title(words))
        plain = self.paragraphs == 1 and len(found) == 1 and not counts
        before = not self.parts.government and not self.begun and (headed or plain) and not own
        return before or bool(self.words.paragraph_handover.search(found[-1]))

    def _leads_to_list(self, span: Span, words: str) -> bool:
        """One sentence without figures, right before a list."""
        following = self.labels[self.at] if self.at < len(self.labels) else None
        lists = following is not None and following.number <= 1 and following.span.start <= span.end + 1
        one = len(sentences_of(words)) == 1
        return (
            one and lists and following is not None and following.style.running and not self.words.figure.search(words)
        )

    def _leave_full_item(self, words: str) -> None:
        """A numbered item that is whole in its own paragraph, like its fellows, does not take in what follows."""
        while len(self.stack) > 1 and is_full(self.stack[-1], words, self.text, self.words):
            self.stack.pop()

    def _bare_heading(self, words: str, last: bool) -> bool:
        """A short line without a number that heads what follows."""
        if words.endswith("。") and len(words) <= 12 and self.parts.of_title(words.rstrip("。"), top=True):
            return not last and not self.words.figure.search(words)  # 明年打算。 but not 计划造林6万亩。
        known = self.begun or self.paragraphs or self.bare_headings or self.parts.of_title(words, top=True)
        return not last and bool(known) and self._looks_bare(words)

    def _looks_bare(self, words: str) -> bool:
        stopped = self.stopped_headings and is_stopped_heading(words)
        return stopped or looks_bare(words, self.fields.title, self.parts)

    def _bare_rank(self, words: str) -> float:
        if self.parts.of_title(words, top=True):
            return TOP_BARE_RANK
        following = self.labels[self.at] if self.at < len(self.labels) else None
        if following and following.number == 1 and following.opens_line and not following.style.running:
            return self.ranks.get(following.style.name, following.style.rank) - 0.5  # numbers start anew below it
        return BARE_RANK

    def _turns_to_plan(self, words: str) -> bool:
        if self.part == "plan":
            return False
        if self.parts.government and any(node.explicit and not self._plans_too(node) for node in self.stack):
            return False
        return self.parts.turn_to_plan(words) or (self.begun and self.parts.opens_next_year(words))

    def _plans_too(self, node: Node) -> bool:
        return self.parts.plans_too(title_of(node.words(self.text)))

    def _turn_to_plan(self) -> None:
        """From here on the report plans: an unnamed section of which only the title has stood turns, others close."""
        self.part = "plan"
        self.list_part = None
        begun = self.stack[1] if len(self.stack) > 1 else None
        unnamed = begun is not None and not begun.explicit and not begun.is_section and is_title(begun.words(self.text))
        both = begun is not None and self.parts.government and self._plans_too(begun)
        if begun is not None and (both or (unnamed and not begun.running and begun.opens_line)):
            begun.part = "plan"
            self._pop_to(1)
        else:
            self._pop_to(0)

    # -- labelled stretches

    def _before_first_label(self, span: Span, label: Label) -> None:
        """What stands before the first label of a line: the lead-in of the list in it, or a paragraph."""
        if not label.style.running and not span.of(self.text).endswith(("：", ":")):
            self._unlabelled(span, last=False)
            return
        span = self._plan_lead(span, last=False)
        words = span.of(self.text)
        self._pop_running()
        self._leave_full_item(words)
        if self._turns_to_plan(words):
            self._turn_to_plan()
        title = title_of(words)
        first = sentences_of(words)[0] if words else ""
        if title and len(title) <= MAX_HEADING and first.endswith("。") and not self.words.paragraph_lead.search(first):
            self._leave_full_item(words)
            self._open(Node(span, rank=LEAD_RANK))
        elif words:
            paragraph = Paragraph(span, self.stack[-1].part, "lead", "paragraph.lead")
            self.stack[-1].add(paragraph)
        self._admits_list(span)

    def _leads_on(self, span: Span) -> None:
        """In a text without breaks, the last sentence of an item may lead on to a list that plans or admits."""
        *before, last = sentences(self.text, span)
        words = last.of(self.text)
        if not before or not words.endswith("："):
            return
        if self._turns_to_plan(words):
            self._turn_to_plan()
        else:
            self._admits_list(last)

    def _admits_list(self, span: Span) -> None:
        """Whether the words right before a list inside a line admit that what it lists are shortfalls."""
        last = list(sentences(self.text, span))[-1].of(self.text)
        admits = self.words.paragraph_admits.search(last) or self.words.paragraph_admits_list.search(last)
        self.list_part = "problem" if admits else None

    def _labelled(self, label: Label, span: Span) -> None:
        node = Node(
            span,
            label=label.text,
            rank=self.ranks.get(label.style.name, label.style.rank),
            number=label.number,
            running=label.style.running,
            opens_line=label.opens_line,
        )
        self._open(node)

    def _open(self, node: Node) -> None:
        """Put a node below the innermost open one of lower rank, and tell its part.

        Running styles have no order among them: an open list of the same style goes on, another nests in it.
        """
        ranks = [other.rank for other in self.stack]
        if node.running and node.rank in ranks:
            del self.stack[ranks.index(node.rank) :]
        while not node.running and len(self.stack) > 1 and self.stack[-1].rank >= node.rank:
            self.stack.pop()
        title = title_of(self.text[node.span.start + len(node.label) : node.span.end])
        top = len(self.stack) == 1
        part = self.parts.of_title(title, top) if not node.running or len(title) <= 8 else None
        if not node.running and (node.opens_line or part):
            self.list_part = None
        if part:
            node.explicit = True
            if top:
                self.part = part
        elif top and not node.running and self.part == "problem":
            self.part = self.parts.after_problems()
        node.part = part or (self.part if top else self.stack[-1].part)
        if self.list_part and (node.running or not node.opens_line):
            node.part = self.list_part
        self.stack[-1].add(node)
        self.stack.append(node)

    # -- closing

    def _pop_to(self, depth: int) -> None:
        del self.stack[depth + 1 :]

    def _pop_running(self) -> None:
        while self.stack[-1].running or self.stack[-1].rank == LEAD_RANK:
            self.stack.pop()

    def _close_inline(self, depth: int) -> None:
        """A list that began inside the line ends with it."""
        for index, node in enumerate(self.stack):
            if node.rank == LEAD_RANK or (node.running and not node.opens_line):
                del self.stack[index:]
                break
