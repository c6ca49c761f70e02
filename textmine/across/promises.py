"""Promises: what a plan aimed at, and what the next report says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from textmine.across.mentions import Aspect, Mention
from textmine.across.naming import Names
from textmine.across.series import Series
from textmine.across.things import ALIKE, Thing, alike, matched
from textmine.tables import Row

AROUND = Decimal("0.05")  # 左右: met when not more than 5 % of the target short of it

PROMISE_COLUMNS = (
    *("region", "organ", "indicator", "std_unit", "year", "target", "target_high", "modifier"),
    *("achieved", "achieved_high", "gap", "completion", "status", "score", "rule"),
    *("target_metric_id", "achieved_metric_id", "target_text", "achieved_text"),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """A target and what the report on its year says of it (None where it says nothing)."""

    thing: Thing
    target: Mention
    achieved: Mention | None
    status: str
    score: float | None
    rule: str


def find_promises(series: Series, things: Sequence[Thing], names: Names) -> list[Promise]:
    """The promises of a series, by indicator and year.

    A target and a result are a pair where they are figures of one thing. What is left over of a year is paired by its
    names: two things that another year tells apart (both have a target then) may still be one in this year.
    """
    later = _left_over(things, names)
    found = []
    for thing in things:
        for (aspect, year), target in sorted(thing.cells.items()):
            if aspect == "target":
                achieved = thing.cells.get(("achieved", year)) or later.get(target.metric_id)
                reported = year in series.achieved
                score, rule = matched(target.name, achieved.name, names) if achieved else (None, "")
                rule = rule if reported else "no_report"
                found.append(Promise(thing, target, achieved, _status(target, achieved), score, rule))
    return found


def _left_over(things: Sequence[Thing], names: Names) -> dict[str, Mention]:
    """For targets without a result, by metric id, the most alike result without a target; one to one."""
    alone: dict[tuple[int, str, str, str], tuple[list[Thing], list[Thing]]] = defaultdict(lambda: ([], []))
    for thing in things:
        for (aspect, year), mention in thing.cells.items():
            other: Aspect = "achieved" if aspect == "target" else "target"
            if (other, year) not in thing.cells:
                one = Thing(mention.key, mention.name, {(aspect, year): mention})
                block = year, names.unit_class(mention.key.unit), mention.key.kind, mention.key.basis
                alone[block][aspect == "achieved"].append(one)
    return {
        target.metric_id: achieved
        for targets, results in alone.values()
        for target, achieved in _pairs(targets, results, names)
    }


def _pairs(targets: Sequence[Thing], results: Sequence[Thing], names: Names) -> Iterator[tuple[Mention, Mention]]:
    scored = [
        (-score, _only(target).order, _only(target).metric_id, _only(result).order, target, result)
        for target in targets
        for result in results
        if (score := alike(target, result, names)) >= ALIKE
    ]
    taken: set[str] = set()
    for *_, target, result in sorted(scored, key=lambda row: row[:4]):
        pair = _only(target), _only(result)
        if not {mention.metric_id for mention in pair} & taken:
            taken |= {mention.metric_id for mention in pair}
            yield pair


def _only(thing: Thing) -> Mention:
    return next(iter(thing.cells.values()))


def _status(target: Mention, achieved: Mention | None) -> str:
    if achieved is None:
        return "not_reported"
    if target.value is None or achieved.value is None:
        return "masked"
    return "met" if is_met(target, achieved) else "missed"


def lower_is_better(target: Mention) -> bool:
    """Whether the target is a ceiling: its words say so (以内, 不超过), or less of the thing is better, as of a rank.

    A fall that is aimed at (下降3%) is no ceiling: more of it is better.
    """
    if target.bound == "at_most" or target.key.kind == "rank":
        return True
    if target.bound == "at_least" or (target.key.kind == "change" and target.direction == "decrease"):
        return False
    return target.name.lower_is_better


def is_met(target: Mention, achieved: Mention) -> bool:
    """Whether a target is reached. A range is reached at its near end; 左右 allows for AROUND of the target."""
    assert target.value is not None
    got = _toward(target, achieved)
    slack = abs(target.value) * AROUND if target.bound == "around" else Decimal(0)
    if lower_is_better(target):
        return got <= (target.high if target.high is not None else target.value) + slack
    return got >= target.value - slack


def _toward(target: Mention, achieved: Mention) -> Decimal:
    """The value reached in the direction of the target: a fall of 2 is -2 where a rise was aimed at."""
    assert achieved.value is not None
    return -achieved.value if achieved.falling != target.falling else achieved.value


def promise_rows(series: Series, promises: Sequence[Promise]) -> list[Row]:
    """Rows of promises.csv. `gap` is achieved − target; `completion` in percent, reciprocal where lower is better."""
    return [_promise_row(series, promise) for promise in promises]


def _promise_row(series: Series, promise: Promise) -> Row:
    target, achieved = promise.target, promise.achieved
    got = _toward(target, achieved) if achieved is not None and achieved.value is not None else None
    measured = got is not None and target.value is not None
    return (
        *series.key,
        promise.thing.title,
        promise.thing.key.unit,
        target.year,
        target.value,
        target.high,
        target.modifier,
        got,
        achieved.high if achieved else None,
        got - target.value if measured else None,  # type: ignore[operator]
        _completion(target, got) if measured else None,  # type: ignore[arg-type]
        promise.status,
        promise.score,
        promise.rule,
        target.metric_id,
        achieved.metric_id if achieved else "",
        target.sentence,
        achieved.sentence if achieved else "",
    )


def _completion(target: Mention, got: Decimal) -> Decimal | None:
    """Percent of the target that is reached; None where it is 0 or a sign makes the share meaningless."""
    aim = target.value
    assert aim is not None
    if lower_is_better(target):
        aim = target.high if target.high is not None else aim
        return round(aim / got * 100, 1) if got > 0 and aim > 0 else None
    return round(got / aim * 100, 1) if aim > 0 else None
