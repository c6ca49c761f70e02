"""Measures out to people who correct their areas, and back: CSV, Label Studio, doccano; how far two readers agree.

The least certain measures go first. All offsets count characters (Unicode code points), in each of the formats:

- `start` and `end` of a measure: in the source text, as in measures.csv;
- spans of evidence: in the measure's own text. Label Studio's editor turns the UTF-16 units of the browser into code
  points before it stores them (its `charsToCodePoints`), and so does doccano; a 𠮷 or an emoji counts 1.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from textmine import tables
from textmine.features import wording
from textmine.files import write_whole
from textmine.lexicon import Area
from textmine.model import UsageError
from textmine.readers.encodings import decode
from textmine.readers.rows import read_rows
from textmine.taxonomy import NONE, Label, leaves, merged, read_labels

Row = Mapping[str, Any]
CONTEXT = ("measure_id", "source", "section", "start", "end")
TOLD = ("area", "area_name", "area_score", "area2", "evidence")
REVIEW_COLUMNS = ("label", "also", "text", *TOLD, *CONTEXT)
LABEL_COLUMNS = ("text", "area", "also", "group")
EVIDENCE = "evidence"  # the name of a span that shows a word which decided


# --- out ------------------------------------------------------------------------------------------------------------


def uncertain(out: str | Path, limit: int | None = None, known: Iterable[Label] = ()) -> list[dict[str, Any]]:
    """The measures of an output folder of `mine`, the least certain first, each wording once.

    Texts in `known` are left out: somebody has read them. Raises UsageError where the folder holds no areas.
    """
    frames = tables.load(out)
    sources = dict(zip(frames["reports"]["report_id"], frames["reports"]["source"], strict=True))
    frame = frames["measures"]
    if len(frame) and not (frame["area"] != "").any():
        raise UsageError(f"{out}: no areas in measures; was it mined with --no-tag?", "no_areas")
    rows = [
        {str(key): value for key, value in row.items()} | {"source": sources[row["report_id"]]}
        for row in frame.to_dict("records")
    ]
    rows.sort(key=lambda row: (row["area_score"], row["source"], row["start"]))
    seen = {wording(label.text) for label in known}
    fresh: dict[str, dict[str, Any]] = {}
    for row in rows:
        fresh.setdefault(wording(row["text"]), row)
    return [row for key, row in fresh.items() if key not in seen][:limit]


def export(rows: Sequence[Row], path: str | Path, form: str, areas: Mapping[str, Area]) -> None:
    """Write measures for review in a form of FORMATS; beside Label Studio's tasks stands its labelling interface."""
    target = Path(path)
    write_whole(target, FORMATS[form](rows, areas).encode("utf-8"))
    if form == "label-studio":
        write_whole(target.with_suffix(".xml"), interface(areas).encode("utf-8"))


def _csv(rows: Sequence[Row], areas: Mapping[str, Area]) -> str:
    """A table to fill in: the right code in `label` (rows without one count as not read), further codes in `also`."""
    lines = [REVIEW_COLUMNS, *([_cell(row, name) for name in REVIEW_COLUMNS] for row in rows)]
    return "\ufeff" + "".join(tables.csv_line([tables.write_cell(cell) for cell in line]) for line in lines)


def _cell(row: Row, name: str) -> Any:
    value = "" if name in ("label", "also") else row[name]
    return int(value) if name in ("start", "end") else value


def _label_studio(rows: Sequence[Row], areas: Mapping[str, Area]) -> str:
    """Tasks with predictions (area and evidence), as Label Studio imports them."""
    tasks: list[dict[str, Any]] = []
    for row in rows:
        words = row["text"]
        result = [_region("area", "choices", {"choices": [titled(row["area"], areas)]})]
        result += [
            _region(EVIDENCE, "labels", {"start": start, "end": end, "text": words[start:end], "labels": [EVIDENCE]})
            for start, end in evidence_spans(row)
        ]
        told = {"model_version": "textmine", "score": float(row["area_score"]), "result": result}
        tasks.append({"data": _context(row) | {"text": words}, "predictions": [told]})
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def _region(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{name}{value.get('start', '')}",
        "from_name": name,
        "to_name": "text",
        "type": kind,
        "value": value,
    }


def _doccano(rows: Sequence[Row], areas: Mapping[str, Area]) -> str:
    """JSON lines as doccano's projects for intent detection and slot filling import them: `cats` and `entities`."""
    lines = []
    for row in rows:
        spans = [[start, end, EVIDENCE] for start, end in evidence_spans(row)]
        lines.append({"text": row["text"], "cats": [titled(row["area"], areas)], "entities": spans, **_context(row)})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _context(row: Row) -> dict[str, Any]:
    return {name: _cell(row, name) for name in CONTEXT}


FORMATS: dict[str, Callable[[Sequence[Row], Mapping[str, Area]], str]] = {
    "csv": _csv,
    "label-studio": _label_studio,
    "doccano": _doccano,
}


def evidence_spans(row: Row) -> list[tuple[int, int]]:
    """Where each word of a measure's evidence first stands in its text, in characters."""
    places = ((row["text"].find(word), len(word)) for word in str(row["evidence"]).split(";") if word)
    return sorted((at, at + length) for at, length in places if at >= 0)


def titled(code: str, areas: Mapping[str, Area]) -> str:
    """A code with its name, for people; only the code counts when it comes back."""
    return f"{code} {areas[code].name}" if code in areas else code


def interface(areas: Mapping[str, Area]) -> str:
    """The labelling interface of a Label Studio project for the tasks: text, evidence, the area, further areas."""
    choices = [f"    <Choice value={quoteattr(titled(code, areas))}/>" for code in (*leaves(areas), NONE)]
    head = f"""<View>
  <Style>.htx-text{{ white-space: pre-wrap; }}</Style>
  <Text name="text" value="$text"/>
  <Labels name="{EVIDENCE}" toName="text">
    <Label value="{EVIDENCE}"/>
  </Labels>
  <Choices name="area" toName="text" choice="single" layout="select">"""
    also = '  <Choices name="also" toName="text" choice="multiple" layout="select">'
    return "\n".join([head, *choices, "  </Choices>", also, *choices, "  </Choices>", "</View>", ""])


# --- back -----------------------------------------------------------------------------------------------------------


class Taken(NamedTuple):
    """What an import did to the user's labels: rows that are new, that changed an earlier one, that say the same."""

    new: int
    changed: int
    same: int


def read_review(path: str | Path, areas: Mapping[str, Area], reviewer: str = "") -> list[Label]:
    """The labels that people gave: a CSV (text, label or area), Label Studio's export (JSON) or doccano's (JSONL).

    Codes may stand with their name behind them, or without the zero in front that a spreadsheet took away. Rows without
    a label are left out. Raises UsageError with file and row at what cannot be read or is no area.
    """
    source = Path(path)
    try:
        found = list(_answers(source))
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise UsageError(f"{source}: {error}", "bad_review") from error
    labels = []
    for place, words, answer in found:
        if not isinstance(words, str) or not words:
            raise UsageError(f"{source}, {place}: no text", "bad_review")
        codes = list(dict.fromkeys(_code(one, areas, f"{source}, {place}") for one in answer if one.strip()))
        if codes:
            labels.append(Label(words, codes[0], tuple(codes[1:]), reviewer))
    return labels


Answer = tuple[str, Any, list[str]]  # where it stands, the text, the areas given


def _answers(path: Path) -> Iterator[Answer]:
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _from_label_studio(json.loads(path.read_text(encoding="utf-8-sig")))
    return _from_doccano(path.read_text(encoding="utf-8-sig")) if suffix == ".jsonl" else _from_csv(path)


def _from_csv(path: Path) -> Iterator[Answer]:
    """A table that may have been through a spreadsheet: in another encoding, with the escapes of ours."""
    reader = csv.DictReader(io.StringIO(decode(path.read_bytes()).text, newline=""))
    given = next((name for name in ("label", "area") if name in (reader.fieldnames or ())), None)
    if given is None or "text" not in (reader.fieldnames or ()):
        raise csv.Error("no columns text and label (or area)")
    for row in reader:
        cells = [row[given] or "", *(row.get("also") or "").replace("；", ";").split(";")]
        words = tables.unescape(row["text"] or "").replace("\r\n", "\n")
        yield f"line {reader.line_num}", words, cells if cells[0].strip() else []


def _from_label_studio(tasks: Any) -> Iterator[Answer]:
    """Of several annotations of a task the last one counts that was not cancelled."""
    for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], 1):
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            raise csv.Error(f"task {number} has no data; export from Label Studio as JSON, not JSON-MIN")
        choices: list[str] = []
        for annotation in task.get("annotations") or []:
            if not annotation.get("was_cancelled"):
                results = [one for one in annotation.get("result", []) if one.get("type") == "choices"]
                results.sort(key=lambda one: one.get("from_name") != "area")  # further areas come after it
                choices = [str(choice) for one in results for choice in one["value"]["choices"]]
        yield f"task {number}", task["data"].get("text"), choices


def _from_doccano(text: str) -> Iterator[Answer]:
    """`cats` of intent detection, or `label` of text classification: the first is the area, others are further ones."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            row = json.loads(line)
            given = row.get("cats") or row.get("label") or [] if isinstance(row, dict) else []
            cats = [given] if isinstance(given, str) else [one for one in given if isinstance(one, str)]
            yield f"line {number}", row.get("text") if isinstance(row, dict) else None, cats


def _code(cell: str, areas: Mapping[str, Area], place: str) -> str:
    word = cell.split()[0]
    known = {*leaves(areas), NONE}
    for code in (word, f"0{word}"):
        if code in known:
            return code
    raise UsageError(f"{place}: {cell.strip()!r} is no area of the scheme", "bad_review")


def take_in(labels: Sequence[Label], path: str | Path, areas: Mapping[str, Area]) -> Taken:
    """Put labels into the user's label file, which is made where there is none; of one text the last label counts.

    Other rows and other columns of the file stay as they are.
    """
    target = Path(path)
    known = {label.text: label for label in (read_labels(target, areas) if target.exists() else [])}
    rows = _rows(target) if target.exists() else {}
    now = merged([labels])
    for label in now:
        row = rows.setdefault(label.text, {"text": label.text})
        row |= {"area": label.area, "also": ";".join(label.also), "group": label.group or row.get("group", "")}
    columns = list(dict.fromkeys([*LABEL_COLUMNS, *(name for row in rows.values() for name in row)]))
    lines = (tuple(row.get(name, "") for name in columns) for row in rows.values())
    tables.write_csv(target, columns, lines, escaped=False)
    new = sum(label.text not in known for label in now)
    same = sum(_said(label) == _said(known.get(label.text)) for label in now)
    return Taken(new, len(now) - new - same, same)


def _said(label: Label | None) -> tuple[str, tuple[str, ...]] | None:
    return None if label is None else (label.area, label.also)


def _rows(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a label file by their texts."""
    return {row["text"].strip(): row for _, row in read_rows(path, ("text",)).rows}


# --- two readers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """How far two readers agree on the texts that both have read: shares, and Cohen's kappa (None: no variation)."""

    rows: int
    same: float
    kappa: float | None
    accepted: float  # the area of one among the further areas of the other, too
    apart: tuple[tuple[str, str, str], ...]  # text, the first reader's area, the second's


def agreement(first: Iterable[Label], second: Iterable[Label]) -> Agreement:
    """How far two readers agree. Raises UsageError where they have no text in common."""
    others = {wording(label.text): label for label in second}
    found = ((label, others.get(wording(label.text))) for label in merged([first]))
    pairs = [(one, other) for one, other in found if other is not None]
    if not pairs:
        raise UsageError("the two readers have no text in common", "nothing_in_common")
    codes = [(one.area, other.area) for one, other in pairs]
    accepted = [one.area in (other.area, *other.also) or other.area in one.also for one, other in pairs]
    return Agreement(
        len(pairs),
        sum(a == b for a, b in codes) / len(codes),
        kappa(codes),
        sum(accepted) / len(accepted),
        tuple((one.text, one.area, other.area) for one, other in pairs if one.area != other.area),
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of answers; None where all answers are one, so that chance explains everything."""
    from sklearn.metrics import cohen_kappa_score

    first, second = zip(*pairs, strict=True)
    return float(cohen_kappa_score(first, second)) if len({*first, *second}) > 1 else None
