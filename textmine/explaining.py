"""Why something was found: the rule behind a finding, and the rows of the tables that a person would edit.

A rule is named as the finding has it (`indicator.plain`); a place is a file of textmine and what to look for in it:
`units.csv 件`, `placeholders.toml kind quantity.rank`, `headings.toml part.plan 打算`, `indicators.py plain`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from textmine.labels import BY_NAME
from textmine.lexicon import Lexicon
from textmine.model import Finding, Measure, Metric, Placeholder, Section

# The lists of headings.toml that open each part.
PART_LISTS = {
    "summary": ("summary",),
    "plan": ("plan", "projects"),
    "problem": ("problem",),
    "annex": ("annex", "glossary"),
}


def places(finding: Finding, lexicon: Lexicon) -> list[str]:
    """Where what decided about a finding stands, the rule first."""
    if isinstance(finding, Metric):
        return [*_of_metric(finding, lexicon)]
    if isinstance(finding, Placeholder):
        return [_of_placeholder(finding.rule, lexicon)]
    return [*_of_measure(finding, lexicon)] if isinstance(finding, Measure) else []


def section_places(section: Section, lexicon: Lexicon) -> list[str]:
    """The style of a heading's number, and the words that opened its part; none where it has that of what holds it."""
    return [*_style(section.label), *_part_words(section, lexicon)]


# --- measures and sections ------------------------------------------------------------------------------------------


def _of_measure(measure: Measure, lexicon: Lexicon) -> Iterator[str]:
    name = measure.rule.partition(".")[2]
    patterns = lexicon.headings["paragraph"].get(name)
    if measure.label:
        yield from _style(measure.label)
    elif patterns is None:
        yield f"outline.py {name}"
    else:
        yield next(_matching(patterns, measure.text, f"paragraph.{name}"), f"headings.toml paragraph.{name}")
    if measure.strength:
        words = lexicon.words("wording", f"strength.{measure.strength}")
        yield f"wording.toml strength.{measure.strength} {next(word for word in words if word in measure.text)}"


def _style(label: str) -> Iterator[str]:
    """The style of numbering that a label is in. 首先 is told with the comma after it."""
    for style in BY_NAME.values():
        if label and re.match(f"(?:{style.pattern})", f"{label}，推进工作"):
            yield f"labels.py {style.name}"
            return


def _part_words(section: Section, lexicon: Lexicon) -> Iterator[str]:
    for name in PART_LISTS[section.part]:
        yield from _matching(lexicon.headings["part"][name], section.title, f"part.{name}")


def _matching(patterns: list[str], words: str, where: str) -> Iterator[str]:
    return (f"headings.toml {where} {pattern}" for pattern in patterns if re.search(pattern, words))


# --- metrics --------------------------------------------------------------------------------------------------------


def _of_metric(metric: Metric, lexicon: Lexicon) -> Iterator[str]:
    yield f"indicators.py {metric.rule.partition('.')[2]}"
    whole = metric.unit if metric.unit in lexicon.units else re.sub("[（）/、]", " ", metric.unit)
    yield from (f"units.csv {unit}" for unit in whole.split() if unit in lexicon.units)
    yield from (f"modifiers.csv {word}" for word in metric.modifier.split("，") if word in lexicon.modifiers)
    yield from _change(metric, lexicon)


def _change(metric: Metric, lexicon: Lexicon) -> Iterator[str]:
    """The word before the number that gave it its direction."""
    if not metric.direction:
        return
    before = metric.sentence.partition(metric.text)[0]
    names = [f"change.{metric.direction}", f"change.to_{metric.direction}"]
    if metric.rule == "indicator.movement_end":
        names.reverse()
    said = [(name, word) for name in names for word in lexicon.words("wording", name) if word in before]
    if said:
        name, word = max(said, key=lambda one: (before.rfind(one[1]) + len(one[1]), len(one[1])))
        yield f"wording.toml {name} {word}"


# --- placeholders ---------------------------------------------------------------------------------------------------


def _of_placeholder(rule: str, lexicon: Lexicon) -> str:
    """A row of placeholders.toml or units.csv; a rule that is code is named after its kind (name.rest)."""
    rule = rule.removeprefix("joined.")
    if rule.startswith("quantity.unit."):
        return f"units.csv {rule.removeprefix('quantity.unit.')}"
    known = any(row["name"] == rule for row in lexicon.placeholders["kind"])
    return f"placeholders.toml kind {rule}" if known else f"placeholders.py {rule}"
