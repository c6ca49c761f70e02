"""Clean text, line by line, to a tree of headings and items of lists.

The words that decide which part a heading opens and what a paragraph is are those of data/headings.toml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from textmine.fields import FIVE_YEAR_PLANS, YEAR, next_year, years_in
from textmine.labels import RUNNING_RANK, Label
from textmine.model import Part, ReportFields, Role, Span
from textmine.phrases import LABELLED, STOPS, Phrases, closes, sentences, title_of, trim

MAX_HEADING = 40  # characters of a lead sentence that still is a title
MAX_BARE_HEADING = 30
GLOSSARY = "annex.glossary"  # the rule that passes over explanations of terms: they hold no findings
TOP_BARE_RANK = 3  # an unnumbered heading that names a part of the report
NOTES = re.compile(r"注[：:]|[〔\[]\d{1,2}[〕\]]")  # notes that explain terms
REPEATED = "paragraph.repeated"  # a copy of what stood before: it holds no findings
LONG_PARAGRAPH, SHORT_PARAGRAPH = 50, 12  # characters from which a copy counts, alone or after another copy
MANY_FIGURES = 3  # with as many figures a paragraph reports work, however it sets out
MAX_FRESH_TITLE = 15  # characters of a lead title with which a paragraph opens afresh
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


@dataclass
class Paragraph:
    """An unlabelled paragraph below a heading."""

    span: Span
    part: Part
    role: Role = "text"  # text, lead or skip
    rule: str = ""


# --- growing the tree -------------------------------------------------------------------------------------------


class Tree:
    """Reads lines into a tree. The stack holds the open nodes, outermost first; stack[0] is the root."""

    def __init__(self, text: str, labels: list[Label], fields: ReportFields, words: Phrases) -> None:
        self.text = text
        self.labels = labels
        self.fields = fields
        self.next_year = fields.plan_year or next_year(fields)
        self.words = words
        self.part: Part = "plan" if fields.kind == "工作计划" else "summary"
        self.root = Node(Span(0, len(text)), part=self.part)
        self.stack = [self.root]
        self.zone = "body"  # body, glossary
        self.list_part: Part | None = None  # of the items that a lead-in admits to be problems
        self.begun = False  # past the preamble
        self.at = 0  # the next label
        self.bare_headings = False  # whether short lines without numbers head the text
        self.paragraphs = 0  # unlabelled paragraphs so far
        self.seen: set[str] = set()  # paragraphs
        self.repeating = False  # whether the last one was a copy
        self.government = fields.kind == "政府工作报告"
        self.ranks = _ranks(labels, text)

    def grow(self) -> Node:
        spans = [trim(self.text, span) for span in _lines(self.text)]
        spans = [span for span in spans if len(span)]
        start = _body_start(self.text, spans, self.labels, self.words, self.fields)
        contents = _contents_lines(self.text, spans)
        lines = [span.of(self.text) for span in spans[start:]]
        self.bare_headings = sum(self._looks_bare(line) for line in lines[1:-1]) >= 3
        last_sentence = max((i for i, span in enumerate(spans) if "。" in span.of(self.text)), default=len(spans))
        for index, span in enumerate(spans):
            labels = []
            while self.at < len(self.labels) and self.labels[self.at].span.start < span.end:
                if self.labels[self.at].span.start >= span.start:
                    labels.append(self.labels[self.at])
                self.at += 1
            if index < start or index in contents:
                continue
            if self._repeated(span):
                self.root.add(Paragraph(span, "annex", "skip", REPEATED))
                continue
            self._line(span, labels, last=index > last_sentence)
        return self.root

    def _repeated(self, span: Span) -> bool:
        """A long paragraph that stood above already: reports are pasted together from copies."""
        words = span.of(self.text)
        repeated = words in self.seen and (len(words) >= LONG_PARAGRAPH or self.repeating)
        if len(words) >= SHORT_PARAGRAPH:
            self.seen.add(words)
            self.repeating = repeated
        return repeated

    def _line(self, span: Span, labels: list[Label], last: bool) -> None:
        words = span.of(self.text)
        if self._annex(words):
            return
        if self.zone == "glossary":
            self.root.add(Paragraph(span, "annex", "skip", GLOSSARY))
            return
        if not labels:
            self._unlabelled(span, last)
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
            self.part = "plan" if self.fields.plan_year or self.government else self.part
            return True
        return False

    def _unlabelled(self, span: Span, last: bool) -> None:
        words = span.of(self.text)
        if self._bare_heading(words, last):
            self.begun = True
            self._open(Node(span, rank=self._bare_rank(words)))
            return
        if self._turns_to_plan(words):
            self._turn_to_plan()
        fresh = self._opens_afresh(words) and not self._list_goes_on()
        runs_on = self.stack[-1].running and not self.stack[-1].counts
        if runs_on and not fresh and not self._is_skip(words) and not self._leads(words):
            self.stack[-1].span = Span(self.stack[-1].span.start, span.end)
            return
        self._pop_running()
        self._leave_full_item()
        self.list_part = None
        self.paragraphs += 1
        paragraph = Paragraph(span, self.stack[-1].part if len(self.stack) > 1 else self.part)
        if self._is_skip(words):
            paragraph.role, paragraph.rule = "skip", "paragraph.greeting"
        elif self._opens_report(words):
            paragraph.role, paragraph.rule = "skip", "paragraph.opening"
        elif len(list(sentences(words, Span(0, len(words))))) <= 2 and closes(words, self.words):
            paragraph.role, paragraph.rule = "skip", "paragraph.closing"
        elif words[-1] not in STOPS and len(words) < 40:
            paragraph.role, paragraph.rule = "skip", "paragraph.no_sentence"
        elif self._leads(words) or self._leads_to_list(span, words):
            paragraph.role, paragraph.rule = "lead", "paragraph.lead"
            self._admits_list(span)
        self.stack[-1].add(paragraph)

    def _opens_afresh(self, words: str) -> bool:
        first = next(sentences(words, Span(0, len(words)))).of(words)
        titled = len(first) <= MAX_FRESH_TITLE and first.endswith("。") and len(words) > 3 * len(first)
        titled = titled and self.stack[-1].span.of(self.text).count("。") >= 2  # the open item has its own body
        return bool(titled or self.words.paragraph_fresh.search(words) or self.words.paragraph_admits.search(first))

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

    def _is_skip(self, words: str) -> bool:
        return bool(self.words.paragraph_greeting.search(words))

    def _opens_report(self, words: str) -> bool:
        """The paragraph before the first heading of a department's report, or one that hands over to the report."""
        last = list(sentences(words, Span(0, len(words))))[-1].of(words)
        headed = self.bare_headings or any(label.opens_line for label in self.labels)
        own = self.words.paragraph_targets.search(words) or self.words.paragraph_admits.search(words)
        before = not self.government and not self.begun and headed and not own
        return before or bool(self.words.paragraph_handover.search(last))

    def _leads_to_list(self, span: Span, words: str) -> bool:
        """One sentence without figures, right before a list."""
        following = self.labels[self.at] if self.at < len(self.labels) else None
        lists = following is not None and following.number <= 1 and following.span.start <= span.end + 1
        one = len(list(sentences(words, Span(0, len(words))))) == 1
        return (
            one and lists and following is not None and following.style.running and not self.words.figure.search(words)
        )

    def _leads(self, words: str) -> bool:
        found = list(sentences(words, Span(0, len(words))))
        leads = self.words.paragraph_lead.search(found[-1].of(words)) and not self.words.paragraph_targets.search(words)
        return len(found) == 1 and bool(leads)

    def _leave_full_item(self) -> None:
        """A numbered item that is whole in its own paragraph, like its fellows, does not take in what follows."""
        while len(self.stack) > 1 and not self.stack[-1].content and (self.stack[-1].fellows() or self._reports()):
            self.stack.pop()

    def _reports(self) -> bool:
        """Whether the innermost heading's own line is no title but reports figures."""
        node = self.stack[-1]
        return not node.running and len(self.words.figure.findall(node.span.of(self.text))) >= MANY_FIGURES

    def _bare_heading(self, words: str, last: bool) -> bool:
        """A short line without a number that heads what follows."""
        if words.endswith("。") and len(words) <= 12 and self._part_of(words.rstrip("。"), top=True):
            return not last  # 明年打算。
        known = self.begun or self.paragraphs or self.bare_headings or self._part_of(words, top=True)
        return not last and bool(known) and self._looks_bare(words)

    def _looks_bare(self, words: str) -> bool:
        if not 4 <= len(words) <= MAX_BARE_HEADING or re.search("[，。]", words) or words[-1] in STOPS + "、":
            return False
        other = re.search(r"\d{4}年\d{1,2}月|^[\dxX*]+$|省长|市长|县长|区长|主席|^附|^（", words)
        return words != self.fields.title and not other and LABELLED.match(words) is None

    def _bare_rank(self, words: str) -> float:
        if self._part_of(words, top=True):
            return TOP_BARE_RANK
        following = self.labels[self.at] if self.at < len(self.labels) else None
        if following and following.number == 1 and following.opens_line and not following.style.running:
            return self.ranks.get(following.style.name, following.style.rank) - 0.5  # numbers start anew below it
        return BARE_RANK

    def _turns_to_plan(self, words: str) -> bool:
        if self.part == "plan" or (self.government and any(node.explicit for node in self.stack)):
            return False
        named = re.match(
            rf"(?:[^，。：]{{0,12}}[，、])?(?:在|对于?|关于|展望|面对|谋划)?{YEAR}年(?!\d{{1,2}}月|底|末|前)", words
        )
        starts = bool(
            named
            and self._names_year(named[0], self.next_year)
            and re.search("将|要|拟|继续|着力|力争|重点|：$", words[:120])
        )
        return starts or bool(self.words.paragraph_turns_to_plan.search(words))

    def _turn_to_plan(self) -> None:
        """From here on the report plans: an unnamed section that has just begun turns, others are closed."""
        self.part = "plan"
        self.list_part = None
        begun = self.stack[1] if len(self.stack) > 1 else None
        if begun is not None and not begun.explicit and not begun.counts and not begun.running and begun.opens_line:
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
        words = span.of(self.text)
        self._pop_running()
        self._leave_full_item()
        if self._turns_to_plan(words):
            self._turn_to_plan()
        title = title_of(words)
        first = next(sentences(words, Span(0, len(words)))).of(words) if words else ""
        if title and len(title) <= MAX_HEADING and first.endswith("。") and not self.words.paragraph_lead.search(first):
            self._leave_full_item()
            self._open(Node(span, rank=LEAD_RANK))
        elif words:
            paragraph = Paragraph(span, self.stack[-1].part, "lead", "paragraph.lead")
            self.stack[-1].add(paragraph)
        self._admits_list(span)

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
        if not node.running and node.opens_line:
            self.list_part = None
        title = title_of(self.text[node.span.start + len(node.label) : node.span.end])
        top = len(self.stack) == 1
        part = self._part_of(title, top) if not node.running or len(title) <= 8 else None
        if part:
            node.explicit = True
            if top:
                self.part = part
        elif top and not node.running and self.part == "problem":
            self.part = "plan" if self.fields.plan_year or self.fields.kind in ("总结暨计划", "工作计划") else "summary"
        node.part = part or (self.part if top else self.stack[-1].part)
        if self.list_part and (node.running or not node.opens_line):
            node.part = self.list_part
        self.stack[-1].add(node)
        self.stack.append(node)

    def _part_of(self, title: str, top: bool) -> Part | None:
        """The part that a heading names; of a heading inside a section only problems and plain plans count."""
        if len(title) > MAX_HEADING:
            return None
        if self.words.part_projects.search(title) and re.search("[一二三四五六七八九十\\d]{1,3}[件项个]", title):
            return "plan"
        if self.words.part_problem.search(title):
            return "problem"
        if not top:
            return (
                "plan"
                if re.search("^(下一步|下步|明年|来年|下一年).{0,4}(工作)?(打算|计划|安排|思路|重点)", title)
                else None
            )
        if self.fields.report_year and (span := _five_years(title)):
            return "summary" if span[0] <= self.fields.report_year else "plan"
        summary = bool(self.words.part_summary.search(title)) or self._names_year(title, self.fields.report_year)
        plan = bool(self.words.part_plan.search(title)) or self._names_year(title, self.next_year)
        if summary and plan:
            return "plan" if self._names_year(title, self.fields.plan_year) else "summary"
        if not self.government and "今年以来" in title:
            return "summary"
        return "summary" if summary else "plan" if plan else None

    @staticmethod
    def _names_year(title: str, year: int | None) -> bool:
        return year is not None and year in years_in(title)

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


def _ranks(labels: list[Label], text: str) -> dict[str, float]:
    """The ranks of styles used the other way round: `1.` above 一、, where 一、 starts anew below each `1.`."""
    headings = [label for label in labels if label.opens_line and not label.style.running]
    ranks: dict[str, float] = {}
    for outer in {label.style for label in headings}:
        for inner in {label.style for label in headings}:
            swapped = outer.rank > inner.rank
            if swapped and (
                _starts_anew(headings, outer.name, inner.name) or _titles_over(headings, outer.name, inner.name, text)
            ):
                ranks[outer.name] = inner.rank - 0.5
    return ranks


def _starts_anew(headings: list[Label], outer: str, inner: str) -> bool:
    """Whether the numbers of one style begin at 1 after each number of another, and at least twice."""
    begins = 0
    after_outer = False
    for label in headings:
        if label.style.name == outer:
            after_outer = True
        elif label.style.name == inner:
            if label.number == 1 and not after_outer:
                return False
            if after_outer and label.number != 1:
                return False
            begins += after_outer
            after_outer = False
    return begins >= 2


def _titles_over(headings: list[Label], outer: str, inner: str, text: str) -> bool:
    """Whether lines of one style are all bare titles, before the first line of the other style, which are not."""
    bare: dict[str, list[bool]] = {outer: [], inner: []}
    for label in headings:
        if label.style.name in bare:
            line = text[label.span.end : text.find("\n", label.span.end)]
            bare[label.style.name].append("。" not in line)
    first = next(label.style.name for label in headings if label.style.name in bare)
    return first == outer and len(bare[outer]) >= 2 and all(bare[outer]) and not any(bare[inner])


def _five_years(title: str) -> tuple[int, int] | None:
    """The years of a five-year plan that opens a heading: “十五五”时期主要目标任务."""
    match = re.match("“([七八九]|十[一二三四五六七]?)五”", title)
    if not match or match[1] not in FIVE_YEAR_PLANS:
        return None
    return FIVE_YEAR_PLANS[match[1]], FIVE_YEAR_PLANS[match[1]] + 4


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def _body_start(text: str, spans: list[Span], labels: list[Label], words: Phrases, fields: ReportFields) -> int:
    """The index of the first line after title, subtitle, name and greeting."""
    start = 0
    limit = next((label.span.start for label in labels if label.style.name != "dash"), 2500)
    for index, span in enumerate(spans[:40]):
        line = span.of(text)
        if span.start >= limit or (len(line) > 80 and "。" in line and not words.paragraph_greeting.search(line)):
            break
        if words.paragraph_greeting.search(line) and len(line) < 200:
            start = index + 1
        elif fields.title and line == fields.title:
            start = max(start, index + 1)
    return start


def _contents_lines(text: str, spans: list[Span]) -> set[int]:
    """Lines of a table of contents: short labelled lines near the start that come again as headings."""
    lines = [re.sub(r"[.·…\s]*\d*$", "", span.of(text)) for span in spans]
    later: dict[str, int] = {}
    for index, line in enumerate(lines):
        later[line] = index
    limit = len(text) * 0.15
    return {
        index
        for index, (span, line) in enumerate(zip(spans, lines, strict=True))
        if span.start < limit
        and 4 <= len(line) <= MAX_HEADING
        and later[line] > index
        and re.match("[一二三四五六七八九十（(第目]", line)
    }
