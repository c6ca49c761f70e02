"""Which style of numbers stands above which, where a report turns the usual order round: `1.` above 一、."""

from __future__ import annotations

from textmine.labels import Label


def ranks(labels: list[Label], text: str) -> dict[str, float]:
    """The ranks of styles used the other way round: `1.` above 一、, where 一、 starts anew below each `1.`."""
    headings = [label for label in labels if label.opens_line and not label.style.running]
    found: dict[str, float] = {}
    for outer in {label.style for label in headings}:
        for inner in {label.style for label in headings}:
            swapped = outer.rank > inner.rank
            if swapped and (
                _starts_anew(headings, outer.name, inner.name) or _titles_over(headings, outer.name, inner.name, text)
            ):
                found[outer.name] = inner.rank - 0.5
    return found


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
