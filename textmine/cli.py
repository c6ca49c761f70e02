"""The command line: each verb parses its arguments, makes one call, writes, and returns an exit code.

Exit codes: 0 fine, 2 usage, 3 some sources failed (failures.csv says which), 4 none succeeded, 5 input or output,
130 interrupted. Messages and progress go to stderr, data to stdout.
"""

from __future__ import annotations

import csv
import json
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from textmine import __version__
from textmine.cli_review import review, scheme_option
from textmine.model import TextmineError, UsageError

if TYPE_CHECKING:
    from textmine.model import Document
    from textmine.tables import Row

SOME_FAILED, NONE_SUCCEEDED, INPUT_OUTPUT, INTERRUPTED = 3, 4, 5, 130
Command = TypeVar("Command", bound=Callable[..., Any])


def main() -> NoReturn:
    """The entry point: click, with our exit codes for Ctrl-C and for what cannot be read or written."""
    warnings.showwarning = _show_warning
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except UsageError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except (TextmineError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(INPUT_OUTPUT)


def _show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    """A warning as a sentence, without the place in the code that Python would show."""
    click.echo(f"Warning: {message}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="textmine")
def cli() -> None:
    """Chinese government work reports to tables: measures, metrics, placeholders, policy areas."""


cli.add_command(review)


def encoding_option(command: Command) -> Command:
    return click.option("--encoding", help="Read text files in this encoding, not in the one detected.")(command)


def lexicon_options(command: Command) -> Command:
    """The options that replace or add rules and labels."""
    labels = click.option(
        "--labels", type=click.Path(exists=True, dir_okay=False), help="More labelled rows (CSV: text, area)."
    )
    return tables_option(labels(scheme_option(command)))


def tables_option(command: Command) -> Command:
    return click.option(
        "--lexicon", type=click.Path(exists=True, file_okay=False), help="A folder with tables of your own."
    )(command)


# --- mine -----------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("archive", type=click.Path())
@click.option("-o", "--out", required=True, type=click.Path(), help="The folder for the tables.")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes [default: one a core].")
@click.option(
    "--format",
    "form",
    type=click.Choice(("csv", "parquet", "xlsx")),
    default="csv",
    show_default=True,
    help="The format of the tables.",
)
@click.option(
    "--metadata",
    type=click.Path(exists=True, dir_okay=False),
    help="A CSV (source, title, region, organ, report_year …) that overrides what reports say.",
)
@click.option("--pattern", help="What paths say, such as '{region}/{organ}_{year}'.")
@click.option("--no-tag", is_flag=True, help="Leave policy areas out.")
@click.option("--no-escape-formulas", is_flag=True, help="Leave CSV cells that begin like a formula as they are.")
@click.option("--fresh", is_flag=True, help="Replace other results in the output folder.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@encoding_option
@lexicon_options
def mine(
    archive: str,
    out: str,
    jobs: int | None,
    form: str,
    metadata: str | None,
    pattern: str | None,
    no_tag: bool,
    no_escape_formulas: bool,
    fresh: bool,
    quiet: bool,
    encoding: str | None,
    lexicon: str | None,
    labels: str | None,
    taxonomy: str | None,
) -> int:
    """Mine every report of ARCHIVE (a folder, a file, or - for standard input) into tables."""
    from textmine.archive import mine_archive
    from textmine.metadata import read_metadata
    from textmine.workers import Options

    options = Options(
        encoding=encoding,
        lexicon=lexicon,
        labels=labels,
        taxonomy=taxonomy,
        tag=not no_tag,
        metadata=read_metadata(metadata) if metadata else {},
        pattern=pattern,
    )
    with _archive_path(archive) as path, _bar(quiet) as progress:
        result = mine_archive(
            path,
            out,
            options=options,
            jobs=jobs,
            form=form,
            fresh=fresh,
            escape_formulas=not no_escape_formulas,
            progress=progress,
        )
    counts = {name: len(rows) for name, rows in result.tables.items()}
    click.echo(
        f"{counts['reports']} reports: {counts['measures']} measures, {counts['metrics']} metrics, "
        f"{counts['placeholders']} placeholders in {out}",
        err=True,
    )
    return _exit_code(result.reports, result.failures, Path(out))


@contextmanager
def _archive_path(archive: str) -> Iterator[Path]:
    """The archive's path; standard input is put into a temporary file first."""
    if archive != "-":
        yield Path(archive)
        return
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stdin"
        path.write_bytes(sys.stdin.buffer.read())
        yield path


@contextmanager
def _bar(quiet: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    if quiet:
        yield None
        return
    with click.progressbar(length=0, label="mining", file=sys.stderr, show_pos=True) as bar:

        def progress(done: int, total: int, source: str) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress


def _exit_code(reports: int, failures: int, out: Path) -> int:
    if failures:
        click.echo(f"{failures} sources failed; {out / 'failures.csv'} says which and why", err=True)
    if reports == 0:
        click.echo("no report was read", err=True)
        return NONE_SUCCEEDED
    return SOME_FAILED if failures else 0


# --- one report -----------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("file", type=click.Path())
@click.option("--why", is_flag=True, help="Name the rule or data row behind each finding.")
@click.option("--no-tag", is_flag=True, help="Leave policy areas out.")
@encoding_option
@lexicon_options
def show(
    file: str,
    why: bool,
    no_tag: bool,
    encoding: str | None,
    lexicon: str | None,
    labels: str | None,
    taxonomy: str | None,
) -> None:
    """The outline of a report, and what was found in it, marked in its text."""
    from textmine.display import as_text
    from textmine.lexicon import Lexicon
    from textmine.mining import mine as mine_one

    rules = Lexicon.load(lexicon)
    tagger = None if no_tag else _tagger(rules, labels, taxonomy)
    click.echo(
        as_text(
            mine_one(_document(file, encoding), lexicon=rules, tagger=tagger, tag=not no_tag), why=why, lexicon=rules
        )
    )


@cli.command()
@click.argument("file", type=click.Path())
@encoding_option
def text(file: str, encoding: str | None) -> None:
    """The source text that the offsets in the tables refer to."""
    sys.stdout.buffer.write(_document(file, encoding).text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _document(file: str, encoding: str | None) -> Document:
    from textmine.mining import from_stdin, read

    return from_stdin(sys.stdin.buffer.read(), encoding) if file == "-" else read(Path(file), encoding=encoding)


def _tagger(rules: Any, labels: str | None, taxonomy: str | None) -> Any:
    from textmine.tagger import Tagger

    return Tagger.load(rules, labels, taxonomy)


# --- tag ------------------------------------------------------------------------------------------------------------


TAG_COLUMNS = ("area", "area_name", "area_score", "area2", "evidence")


@cli.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--out", type=click.Path(), default="-", show_default=True, help="The CSV with the tags.")
@click.option("--column", default="text", show_default=True, help="The column to tag.")
@encoding_option
@lexicon_options
def tag(
    table: str,
    out: str,
    column: str,
    encoding: str | None,
    lexicon: str | None,
    labels: str | None,
    taxonomy: str | None,
) -> None:
    """Add area, area_name, area_score, area2, evidence to a CSV (tag_ before a name that is taken)."""
    from textmine.lexicon import Lexicon
    from textmine.mining import tag_texts
    from textmine.readers.rows import read_rows

    names, numbered = read_rows(table, (column,), encoding)
    rows = [row for _, row in numbered]
    tags = tag_texts([row[column] for row in rows], _tagger(Lexicon.load(lexicon), labels, taxonomy))
    added = {name: name if name not in names else f"tag_{name}" for name in TAG_COLUMNS}
    for row, found in zip(rows, tags, strict=True):
        cells = (found.area, found.name, f"{found.score:.3f}", found.area2, ";".join(found.evidence))
        row |= dict(zip(added.values(), cells, strict=True))
    columns = [*names, *added.values()]
    _write_rows(out, columns, (tuple(row.get(name, "") for name in columns) for row in rows))


# --- compare, panel, kwic -------------------------------------------------------------------------------------------


def archive_option(command: Command) -> Command:
    return click.option(
        "--archive",
        type=click.Path(exists=True),
        help="Read the reports again from here [default: texts.jsonl in OUT].",
    )(command)


@cli.command()
@click.argument("out", type=click.Path(exists=True, file_okay=False))
@click.option(
    "-o", "--to", required=True, type=click.Path(file_okay=False), help="The folder for the comparison tables."
)
@tables_option
def compare(out: str, to: str, lexicon: str | None) -> None:
    """Compare the reports of OUT (made by `mine`) across years: indicators, promises, changes, attention, tasks."""
    from textmine.comparing import compare as compare_folder
    from textmine.lexicon import Lexicon

    found = compare_folder(out, to, lexicon=Lexicon.load(lexicon))
    status = found["promises"]["status"].value_counts()
    told = ", ".join(f"{status.get(name, 0)} {name}" for name in ("met", "missed", "masked", "not_reported"))
    click.echo(f"{len(found['coverage'])} series, {len(found['promises'])} promises ({told}) in {to}", err=True)


@cli.command()
@click.argument("out", type=click.Path(exists=True, file_okay=False))
@click.argument("concepts", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--to", type=click.Path(), default="-", show_default=True, help="The CSV with the panel.")
@archive_option
@tables_option
def panel(out: str, concepts: str, to: str, archive: str | None, lexicon: str | None) -> None:
    """Count the terms of each concept (CSV: concept, terms separated by ;) by region and year in the reports of OUT."""
    from textmine.concepts import PANEL_COLUMNS, panel_of
    from textmine.lexicon import Lexicon

    _write_rows(to, PANEL_COLUMNS, panel_of(out, concepts, archive, Lexicon.load(lexicon)))


@cli.command()
@click.argument("out", type=click.Path(exists=True, file_okay=False))
@click.argument("term")
@click.option("-o", "--to", type=click.Path(), default="-", show_default=True, help="The CSV with the places.")
@click.option("--width", type=click.IntRange(min=0), default=20, show_default=True, help="Characters on each side.")
@archive_option
@tables_option
def kwic(out: str, term: str, to: str, width: int, archive: str | None, lexicon: str | None) -> None:
    """Each place in the reports of OUT where TERM stands, with its context and offsets."""
    from textmine.concepts import KWIC_COLUMNS, kwic_of
    from textmine.lexicon import Lexicon

    _write_rows(to, KWIC_COLUMNS, kwic_of(out, term, width, archive, Lexicon.load(lexicon)))


def _write_rows(out: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    from textmine.tables import write_cell, write_csv

    if out != "-":
        write_csv(Path(out), columns, rows)
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[write_cell(cell) for cell in row] for row in rows])


# --- check, score ---------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("lexicon", required=False, type=click.Path(exists=True, file_okay=False))
def check(lexicon: str | None) -> int:
    """Check the tables of rules: every row with an example must match it, and the example must need the row."""
    from textmine.checking import check_lexicon

    faults, count = check_lexicon(lexicon)
    for fault in faults:
        click.echo(fault)
    click.echo(f"{count} examples checked, {len(faults)} faults", err=True)
    return 1 if faults else 0


@cli.command()
@click.argument("gold", type=click.Path(exists=True, file_okay=False))
@click.argument("out", type=click.Path(exists=True, file_okay=False))
@click.option("--detail", is_flag=True, help="List every miss.")
@click.option("--intervals", is_flag=True, help="Add 95 % bootstrap intervals over reports.")
@click.option("--pin", is_flag=True, help="Pin the figures as floors (floors.toml beside the gold folder).")
@click.option("--reason", default="", help="Why a floor may fall.")
def score(gold: str, out: str, detail: bool, intervals: bool, pin: bool, reason: str) -> int:
    """Precision, recall and F1 of the tables in OUT against the gold files in GOLD, as one JSON object.

    Where floors are pinned for GOLD, what was gained and lost since is listed; a figure below its floor is an error.
    """
    from textmine import floors
    from textmine.scoring import score as score_folders

    result = score_folders(gold, out)
    if detail:
        for miss in result.misses:
            click.echo("\t".join(cell.replace("\n", "⏎") for cell in miss))
    click.echo(json.dumps(result.figures() | _intervals(result, intervals), ensure_ascii=False))
    if pin:
        floors.pin(Path(gold), result, reason)
        return 0
    comparison = floors.compare_with_floors(Path(gold), result)
    if comparison is None:
        return 0
    for sign, misses in (("+", comparison.gained), ("-", comparison.lost)):
        for miss in misses:
            click.echo(f"{sign} " + "\t".join(cell.replace("\n", "⏎") for cell in miss), err=True)
    for name, (floor, now) in comparison.lowered.items():
        click.echo(f"{name}: {now} is below its floor {floor}", err=True)
    return 1 if comparison.lowered else 0


def _intervals(result: Any, wanted: bool) -> dict[str, Any]:
    from textmine.floors import intervals

    return {"intervals": intervals(result)} if wanted else {}


if __name__ == "__main__":
    main()
