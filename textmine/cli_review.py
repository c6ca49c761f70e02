"""The command line of `textmine review`: people correct areas; see reviewing.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def review() -> None:
    """People correct areas: rows out to them, their corrections back, how far two of them agree."""


def labels_option(command: Command) -> Command:
    return click.option(
        "--labels",
        type=click.Path(dir_okay=False),
        default="labels.csv",
        show_default=True,
        help="Your label file; give it to `mine --labels` afterwards.",
    )(command)


def scheme_option(command: Command) -> Command:
    return click.option(
        "--taxonomy",
        type=click.Path(exists=True, file_okay=False),
        help="A folder with a scheme of areas of your own: areas.csv and, where you have them, labels.csv.",
    )(command)


@review.command("export")
@click.argument("out", type=click.Path(exists=True, file_okay=False))
@click.option("-o", "--to", required=True, type=click.Path(dir_okay=False), help="The file for the reviewer.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("csv", "label-studio", "doccano")),
    default="csv",
    show_default=True,
    help="A table to fill in, Label Studio's tasks (with the interface beside them), or doccano's JSON lines.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Rows at most.")
@labels_option
@scheme_option
def review_export(out: str, to: str, form: str, limit: int | None, labels: str, taxonomy: str | None) -> None:
    """Write the measures of OUT that nobody has labelled yet, the least certain first."""
    from textmine.reviewing import export, uncertain
    from textmine.taxonomy import read_labels

    areas = _areas(taxonomy)
    known = read_labels(labels, areas) if Path(labels).exists() else []
    rows = uncertain(out, limit, known)
    export(rows, to, form, areas)
    click.echo(f"{len(rows)} measures in {to}", err=True)


@review.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--reviewer", default="", help="Who read them, kept in the column `group`.")
@labels_option
@scheme_option
def review_import(file: str, reviewer: str, labels: str, taxonomy: str | None) -> None:
    """Put what a reviewer said in FILE (CSV, Label Studio's JSON, doccano's JSONL) into your label file."""
    from textmine.reviewing import read_review, take_in

    areas = _areas(taxonomy)
    taken = take_in(read_review(file, areas, reviewer), labels, areas)
    click.echo(f"{labels}: {taken.new} new, {taken.changed} changed, {taken.same} the same", err=True)


@review.command("agree")
@click.argument("first", type=click.Path(exists=True, dir_okay=False))
@click.argument("second", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--to", type=click.Path(dir_okay=False), help="A CSV of the rows on which they differ.")
@scheme_option
def review_agree(first: str, second: str, to: str | None, taxonomy: str | None) -> None:
    """How far two reviewers agree on the texts that both have read: percent, Cohen's kappa, and where they differ."""
    from textmine.reviewing import agreement, read_review
    from textmine.tables import write_csv

    areas = _areas(taxonomy)
    found = agreement(read_review(first, areas), read_review(second, areas))
    kappa = "undefined (one area only)" if found.kappa is None else f"{found.kappa:.3f}"
    click.echo(f"{found.rows} rows: {found.same:.1%} the same, kappa {kappa}; with also {found.accepted:.1%}")
    if to is not None:
        write_csv(Path(to), ("text", "first", "second"), found.apart)


def _areas(taxonomy: str | None) -> Any:
    from textmine.lexicon import Lexicon
    from textmine.taxonomy import learnt_from

    return learnt_from(Lexicon.load().areas, None, taxonomy)[0]
