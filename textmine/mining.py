"""One report, end to end: read → clean → outline → find → tag."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TypeVar

from textmine.cleaning import clean
from textmine.extractors import EXTRACTORS
from textmine.lexicon import Lexicon
from textmine.model import (
    Document,
    Failure,
    Finding,
    Measure,
    Metric,
    Mined,
    Placeholder,
    ReadError,
    Report,
    TextmineError,
)
from textmine.outline import outline
from textmine.readers import read_bytes, read_documents, read_text
from textmine.traditional import is_traditional, restore, simplified, simplify

if TYPE_CHECKING:
    from textmine.tagger import Tag, Tagger

Source = str | Path | IO[bytes] | IO[str]
MAX_PATH = 1000  # characters; a longer string is a text
Stage = Literal["read", "clean", "outline", "extract", "tag", "write"]
Linked = TypeVar("Linked", Metric, Placeholder)


@dataclass(frozen=True)
class Tools:
    """What mining needs beside the text: the tables, and the tagger (None: measures get no policy area)."""

    lexicon: Lexicon
    tagger: Tagger | None = None


def read(source: Source, *, encoding: str | None = None) -> Document:
    """The one report of a file, a file object, or a string that is the text itself.

    A string that holds a line break or a 。, or is longer than a path can be, is taken for the text; name such a file
    by a Path.

    Raises ReadError where it cannot be read, or holds several reports: then name one (`reports.csv#2`).
    """
    found = list(_documents(source, encoding))
    failures = [item for item in found if isinstance(item, Failure)]
    documents = [item for item in found if isinstance(item, Document)]
    if failures and not documents:
        raise ReadError(failures[0].detail, failures[0].error)
    if len(documents) != 1:
        raise ReadError(
            f"{_name(source)}: {len(documents)} reports; name one, such as {documents[-1].source}", "several_reports"
        )
    return documents[0]


def _documents(source: Source, encoding: str | None) -> Iterable[Document | Failure]:
    if isinstance(source, str) and (len(source) > MAX_PATH or re.search("[\n。]", source)):
        return [read_text(source, "text")]
    if not isinstance(source, (str, Path)):
        data = source.read()
        name = Path(str(getattr(source, "name", "stream"))).name
        return read_bytes(data, name, encoding) if isinstance(data, bytes) else [read_text(data, name)]
    path, _, row = str(source).partition("#")
    if row.isdigit() and not Path(source).exists():
        wanted = f"{Path(path).name}#{row}"
        found = [item for item in read_documents(Path(path), Path(path).name, encoding) if item.source == wanted]
        if not found:
            raise ReadError(f"{path}: no row {row}", "no_such_row")
        return found
    return read_documents(Path(source), Path(source).name, encoding)


def _name(source: Source) -> str:
    return str(source) if isinstance(source, (str, Path)) else str(getattr(source, "name", "stream"))


def mine(
    source: Source | Document,
    *,
    lexicon: Lexicon | None = None,
    tagger: Tagger | None = None,
    tag: bool = True,
    encoding: str | None = None,
) -> Mined:
    """Everything found in one report.

    `source`: a path, a file object, a text, or a Document. `lexicon` and `tagger` default to those that come with
    textmine; `tag=False` leaves policy areas out, which spares loading scikit-learn. Raises ReadError.
    """
    lexicon = lexicon or Lexicon.load()
    document = source if isinstance(source, Document) else read(source, encoding=encoding)
    if tag and tagger is None:
        from textmine.tagger import Tagger

        tagger = Tagger.load(lexicon)
    return mine_document(document, Tools(lexicon, tagger if tag else None))


def mine_document(document: Document, tools: Tools, enter: Callable[[Stage], object] = lambda stage: None) -> Mined:
    """Everything found in a document; an error of any stage is raised. `enter` is told of each stage as it begins."""
    enter("clean")
    text = clean(document.text, tools.lexicon)
    enter("outline")
    report = outline(document, simplify(text), tools.lexicon)
    enter("extract")
    mined = find(report, tools.lexicon)
    enter("tag")
    return restore(tag_measures(mined, tools), text)


def attempt(document: Document, tools: Tools) -> Mined | Failure:
    """As `mine_document`, but what goes wrong becomes a Failure that names the stage."""
    stages: list[Stage] = []
    try:
        return mine_document(document, tools, stages.append)
    except TextmineError as error:
        return Failure(document.source, stages[-1], error.code, str(error))
    except MemoryError:
        return Failure(document.source, stages[-1], "memory", f"{document.source}: not enough memory for this report")
    except Exception as error:  # one bad report must not stop an archive; it is kept as a row
        return Failure(document.source, stages[-1], "crash", f"{document.source}: {type(error).__name__}: {error}")


def find(report: Report, lexicon: Lexicon) -> Mined:
    """The findings of all extractors, numbered, each metric and placeholder linked to its measure."""
    found: dict[str, Sequence[Finding]] = {name: list(extract(report, lexicon)) for name, extract in EXTRACTORS}
    measures = [
        replace(measure, measure_id=f"{report.report_id}-m{number:03d}")
        for number, measure in enumerate(_only(found["measures"], Measure), 1)
    ]
    metrics = [
        replace(metric, metric_id=f"{report.report_id}-x{number:03d}")
        for number, metric in enumerate(_link(_only(found["metrics"], Metric), measures), 1)
    ]
    return Mined(
        report, tuple(measures), tuple(metrics), tuple(_link(_only(found["placeholders"], Placeholder), measures))
    )


Kind = TypeVar("Kind", Measure, Metric, Placeholder)


def _only(findings: Sequence[Finding], kind: type[Kind]) -> list[Kind]:
    return [finding for finding in findings if isinstance(finding, kind)]


def _link(findings: list[Linked], measures: list[Measure]) -> list[Linked]:
    """Each finding with the id of the measure that it stands in."""
    starts = [measure.span.start for measure in measures]
    linked = []
    for finding in findings:
        at = bisect_right(starts, finding.span.start) - 1
        inside = at >= 0 and measures[at].span.contains(finding.span)
        linked.append(replace(finding, measure_id=measures[at].measure_id if inside else ""))
    return linked


def tag_measures(mined: Mined, tools: Tools) -> Mined:
    """Each measure with its policy area; without a tagger as they are."""
    if tools.tagger is None or not mined.measures:
        return mined
    tags = tools.tagger.tag(mined.measures)
    tagged = [
        replace(
            measure,
            area=tag.area,
            area_name=tag.name,
            area_score=tag.score,
            area2=tag.area2,
            area2_score=tag.score2,
            evidence=";".join(tag.evidence),
        )
        for measure, tag in zip(mined.measures, tags, strict=True)
    ]
    return replace(mined, measures=tuple(tagged))


def tag_texts(texts: Sequence[str], tagger: Tagger) -> list[Tag]:
    """The tags of texts that stand by themselves; traditional characters as in `mine_document`."""
    whole = is_traditional("".join(texts))  # a short text may hold no character that gives it away
    read = [simplified(text) if whole or is_traditional(text) else text for text in texts]
    tags = tagger.tag(read, allow_none=True)
    return [
        tag._replace(evidence=tuple(_as_written(word, simple, text) for word in tag.evidence))
        for tag, simple, text in zip(tags, read, texts, strict=True)
    ]


def _as_written(word: str, simple: str, text: str) -> str:
    at = simple.find(word)
    return text[at : at + len(word)] if at >= 0 else word


def from_stdin(data: bytes, encoding: str | None = None) -> Document:
    """The report that came through standard input."""
    return read(io.BytesIO(data), encoding=encoding)
