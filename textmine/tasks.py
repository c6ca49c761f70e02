"""任务分解表: the tasks of each plan with target, deadline, who is responsible, what became of them; CSV and Excel."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textmine.features import unlabelled
from textmine.promises import MASKED, Promise
from textmine.series import Series
from textmine.tables import Row, fill_sheet

TASK_COLUMNS = (
    *(
        "region",
        "organ",
        "year",
        "area",
        "task",
        "target",
        "std_unit",
        "deadline",
        "responsible",
        "status",
        "measure_id",
    ),
)
MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?:底|末|中旬|上旬|下旬|\d{1,2}日)?"
DEADLINE = re.compile(
    rf"(?:(?:20\d\d|今|明|本|当)年)?(?:{MONTH}|[一二三四1-4]季度末?|上半年|下半年)(?:之?前|以前|内)|"
    r"(?:20\d\d|今|明|本|当)?年(?:底|末)(?:之?前|以前)?|(?:20\d\d|今|明|本|当)年(?:之?前|以前|年?内)|年内|“十[四五六]五”末(?:之?前)?"
)
RESPONSIBLE = re.compile(
    r"(?:牵头单位|责任单位|牵头部门|责任部门|承办单位|主办单位|责任领导|责任人)[：:]\s*(?P<named>[^。；）)\n]{2,60})|"
    r"[（(](?P<bracket>[^（）()，。]{2,30}?)(?:牵头|负责|承办|主办)[^（）()]{0,20}[）)]|"
    r"由(?P<by>[一-鿿]{2,16}?(?:局|委|办|部|厅|院|中心|乡镇|街道))(?:牵头|负责)"
)


def find_tasks(
    series: Series, measures: Mapping[str, Sequence[Any]], promises: Sequence[Promise], fulfilled: set[str]
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
                yield from (_target_row(series, promise, measure) for promise in own)
            else:
                yield _measure_row(series, year, measure, str(measure.measure_id) in fulfilled)
        for promise in targets.pop((year, ""), []):
            yield _target_row(series, promise, None)


def _target_row(series: Series, promise: Promise, measure: Any) -> Row:
    target = promise.target
    text = str(measure.text) if measure is not None else target.sentence
    return (
        *(*series.key, target.year, str(measure.area) if measure is not None else "", target.clause),
        MASKED if target.masked else target.value,
        promise.thing.key.unit,
        _found(DEADLINE, target.sentence),
        _found(RESPONSIBLE, target.sentence) or _found(RESPONSIBLE, text),
        "" if promise.rule == "no_report" else promise.status,
        target.measure_id,
    )


def _measure_row(series: Series, year: int, measure: Any, fulfilled: bool) -> Row:
    text = unlabelled(str(measure.text))
    task = str(measure.heading) or re.split("[。！\n]", text)[0]
    status = "fulfilled" if fulfilled else "not_reported" if year in series.achieved else ""
    due, who = _found(DEADLINE, text), _found(RESPONSIBLE, text)
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
