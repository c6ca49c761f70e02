"""任务分解表: the tasks of each plan with target, deadline, who is responsible, what became of them; CSV and Excel."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textmine.across.mentions import Mention
from textmine.across.naming import plain
from textmine.across.promises import Promise
from textmine.across.series import Series
from textmine.across.things import MASKED
from textmine.across.wordlists import compiled
from textmine.features import unlabelled
from textmine.lexicon import Lexicon
from textmine.tables import Row, fill_sheet

TASK_COLUMNS = (
    *("region", "organ", "year", "area", "task", "target", "std_unit"),
    *("deadline", "responsible", "status", "measure_id"),
)


class TaskWords:
    """What a task says of itself: until when, and who answers for it (comparing.toml, tasks)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._deadline = compiled(lexicon, "tasks.deadline")
        self._responsible = compiled(lexicon, "tasks.responsible")

    def deadline(self, text: str) -> str:
        """The deadline in a text that is about one task."""
        return _found(self._deadline, text)

    def deadline_of(self, clause: str, sentence: str) -> str:
        """The deadline of a clause: in it, at the start of the next clause, or alone at the start of the sentence.

        新建公办幼儿园4所，6月底前完成主体工程 is due then; 建成养老中心5个，确保大桥年底合龙 is not.
        """
        before, _, after = unlabelled(sentence).partition(unlabelled(clause))
        following = self._deadline.match(after.lstrip("，"))
        opening = self._deadline.match(before)
        if inside := _found(self._deadline, clause):
            return inside
        if following:
            return following[0]
        return opening[0] if opening and before[opening.end() :].startswith("，") else ""

    def responsible(self, text: str) -> str:
        return _found(self._responsible, text)


def find_tasks(
    series: Series,
    measures: Mapping[str, Sequence[Any]],
    promises: Sequence[Promise],
    fulfilled: set[str],
    words: TaskWords,
) -> Iterator[Row]:
    """The rows of tasks.csv of a series: one for each target of a planned measure, one for a measure without a target.

    `status` is that of promises.csv; for a measure without a target fulfilled or not_reported by measure_changes.csv;
    empty where there is no report on the year.
    """
    targets: dict[tuple[int, str], list[Promise]] = defaultdict(list)
    for promise in sorted(promises, key=lambda p: (p.target.year, p.target.metric_id)):
        targets[promise.target.year, promise.target.measure_id].append(promise)
    for year, report in sorted(series.planned.items()):
        planned = [m for m in measures.get(report.report_id, ()) if m.part == "plan"]
        for measure in sorted(planned, key=lambda m: (int(m.start), str(m.measure_id))):
            own = targets.pop((year, str(measure.measure_id)), [])
            if own:
                yield from (_target_row(series, promise, measure, words) for promise in own)
            else:
                yield _measure_row(series, year, measure, str(measure.measure_id) in fulfilled, words)
        for promise in targets.pop((year, ""), []):
            yield _target_row(series, promise, None, words)


def _target_row(series: Series, promise: Promise, measure: Any, words: TaskWords) -> Row:
    target = promise.target
    text = str(measure.text) if measure is not None else target.sentence
    return (
        *(*series.key, target.year, str(measure.area) if measure is not None else "", _task(target)),
        MASKED if target.masked else target.value,
        promise.thing.key.unit,
        words.deadline_of(target.clause, target.sentence),
        words.responsible(target.sentence) or words.responsible(text),
        "" if promise.rule == "no_report" else promise.status,
        target.measure_id,
    )


def _task(target: Mention) -> str:
    """What is to be done: the clause of the target, or its sentence where the clause does not name the thing."""
    named = target.name.bare[:2] in plain(target.clause)
    return unlabelled(target.clause if named else target.sentence)


def _measure_row(series: Series, year: int, measure: Any, fulfilled: bool, words: TaskWords) -> Row:
    text = unlabelled(str(measure.text))
    lead = re.split("[。！\n]", text)[0]
    task = str(measure.heading) or lead
    status = "fulfilled" if fulfilled else "not_reported" if year in series.achieved else ""
    due, who = words.deadline(task) or words.deadline(lead), words.responsible(text)
    return (*series.key, year, str(measure.area), task, None, "", due, who, status, str(measure.measure_id))


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return "" if match is None else next((group for group in match.groups() if group), match[0])


# --- Excel ------------------------------------------------------------------------------------------------------------

EPOCH = (1980, 1, 1, 0, 0, 0)  # of every part of the workbook, so that the same rows give the same bytes
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def workbook(title: str, columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """An Excel workbook of one sheet, the same bytes for the same rows. Raises ImportError without openpyxl."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    fill_sheet(sheet, columns, rows)
    buffer = io.BytesIO()
    book.save(buffer)
    return _undated(buffer.getvalue())


def _undated(data: bytes) -> bytes:
    """A workbook without the time it was made at."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = STAMP.sub(b"1980-01-01T00:00:00Z", part)
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return result.getvalue()
