"""A mined report for a person to read: in a terminal, and in a notebook."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass

from textmine.explaining import places, section_places
from textmine.lexicon import Lexicon
from textmine.model import Finding, Measure, Metric, Mined, Section


@dataclass(frozen=True)
class View:
    """A mined report to look at: text in a terminal, a table in a notebook."""

    mined: Mined
    why: bool = False

    def __repr__(self) -> str:
        return as_text(self.mined, self.why)

    def _repr_html_(self) -> str:
        return as_html(self.mined)


def show(mined: Mined, why: bool = False) -> View:
    """What was found in a report, for a person to read; `why` adds the rule that found each."""
    return View(mined, why)


def as_text(mined: Mined, why: bool = False, lexicon: Lexicon | None = None) -> str:
    """The outline, the measures and under each its metrics.

    `why` adds the rule behind each and the rows of the tables that decided; `lexicon` is that which it was mined with.
    """
    return "\n".join(_lines(mined, (lexicon or Lexicon.load()) if why else None))


def _lines(mined: Mined, why: Lexicon | None) -> Iterator[str]:
    about = mined.report.fields
    yield about.title or mined.report.source
    years = f"report {about.report_year or '–'}  plan {about.plan_year or '–'}"
    yield f"  {about.kind}  {about.level} {about.region} {about.organ}  {years}"
    if mined.report.warnings:
        yield f"  warnings: {', '.join(mined.report.warnings)}"
    yield f"  {len(mined.measures)} measures, {len(mined.metrics)} metrics, {len(mined.placeholders)} placeholders"
    yield ""
    yield "Outline"
    for section in mined.report.sections:
        yield f"{'  ' * section.level}{section.label}{section.title}  [{section.part}]{_opened(section, why)}"
    yield ""
    yield "Findings"
    outside = [metric for metric in mined.metrics if not metric.measure_id]
    for metric in outside:
        yield f"  {_metric(metric, why)}"
    for measure in mined.measures:
        yield f"  {_measure(measure, why)}"
        yield f"      {mark(measure, mined)}"
        for metric in mined.metrics:
            if metric.measure_id == measure.measure_id:
                yield f"      {_metric(metric, why)}"
    if mined.placeholders:
        yield ""
        yield "Placeholders"
        for placeholder in mined.placeholders:
            yield f"  {placeholder.kind:9}{placeholder.context}{_why(placeholder, why)}"


def _measure(measure: Measure, why: Lexicon | None) -> str:
    area = f"{measure.area} {measure.area_name} {measure.area_score or 0:.2f}" if measure.area else ""
    evidence = f"  ({measure.evidence})" if why and measure.evidence else ""
    return f"{measure.measure_id}  {measure.part}  {measure.label or '·'}  {area}{evidence}{_why(measure, why)}"


def _metric(metric: Metric, why: Lexicon | None) -> str:
    value = f"{metric.value_text}{metric.scale}{metric.unit}"
    notes = [metric.modifier, metric.direction, metric.basis, "target" if metric.target else "", metric.period]
    return f"= {metric.indicator or '?'}: {value}  {' '.join(note for note in notes if note)}{_why(metric, why)}"


def _why(finding: Finding, why: Lexicon | None) -> str:
    return f"  <{'; '.join((finding.rule, *places(finding, why)))}>" if why else ""


def _opened(section: Section, why: Lexicon | None) -> str:
    found = section_places(section, why) if why else []
    return f"  <{'; '.join(found)}>" if found else ""


def mark(measure: Measure, mined: Mined) -> str:
    """The measure's text with its metrics in 【】."""
    text, at = "", measure.span.start
    for metric in mined.metrics:
        if metric.measure_id == measure.measure_id:
            text += mined.report.text[at : metric.span.start] + f"【{metric.text}】"
            at = metric.span.end
    return (text + mined.report.text[at : measure.span.end]).replace("\n", " ")


def _highlighted(text: str) -> str:
    return text.replace("【", "<mark>").replace("】", "</mark>")


def as_html(mined: Mined) -> str:
    """The same for a notebook: a table of measures with their areas, numbers marked."""
    rows = "".join(
        f"<tr><td>{html.escape(m.part)}</td><td>{html.escape(m.area)} {html.escape(m.area_name)}</td>"
        f"<td style='text-align:left'>{_highlighted(html.escape(mark(m, mined)))}</td></tr>"
        for m in mined.measures
    )
    title = html.escape(mined.report.fields.title or mined.report.source)
    return f"<h4>{title}</h4><table><tr><th>part</th><th>area</th><th>measure</th></tr>{rows}</table>"
