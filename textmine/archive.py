"""Many reports: an archive folder to tables, in parallel, restartable, nothing lost.

The unit of work is a file. What a file gives is kept as a part (`.parts/KEY.json` in the output folder), whose key is
the hash of all that its results depend on; a re-run reads the parts that are there and mines only the rest. The tables
are then written from the parts, sorted by source, so that they do not depend on the number of workers.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from textmine import tables, texts
from textmine.files import write_whole
from textmine.lexicon import Lexicon
from textmine.metadata import match_pattern
from textmine.model import UsageError
from textmine.readers import is_ignored
from textmine.tables import COLUMNS, Row
from textmine.workers import File, Job, Options, Part, failed, in_processes, in_this_process

RESULTS = "9"  # raised whenever the same input gives other rows, so that old parts are not used again
PARTS = ".parts"
FORMATS = ("csv", "parquet", "xlsx")
NEEDED = {"parquet": "pyarrow", "xlsx": "openpyxl"}  # the package that writes a format
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Archive:
    """What mining an archive gave: the rows of each table, and the manifest."""

    tables: dict[str, list[Row]]
    manifest: dict[str, Any]

    @property
    def failures(self) -> int:
        return len(self.tables["failures"])

    @property
    def reports(self) -> int:
        return len(self.tables["reports"])


def mine_archive(
    archive: str | Path,
    out: str | Path | None = None,
    *,
    options: Options | None = None,
    jobs: int | None = None,
    form: str = "csv",
    fresh: bool = False,
    escape_formulas: bool = True,
    progress: Progress | None = None,
) -> Archive:
    """Mine every report below a folder (or one file) and, with `out`, write the tables there.

    `jobs`: worker processes, by default one a core; with 1 everything runs in this process, without protection from a
    report that crashes or never ends. Raises UsageError where the archive is not there or `out` holds other results
    (`fresh` replaces them), OSError where nothing can be written. A report that fails is a row of failures.
    """
    options = options or Options()
    if form not in FORMATS:
        raise UsageError(f"unknown format {form}: one of {', '.join(FORMATS)}")
    if out is not None and form in NEEDED and find_spec(NEEDED[form]) is None:
        raise UsageError(f"the format {form} needs {NEEDED[form]}, which is not installed")
    root = Path(archive)
    if not root.exists():
        raise UsageError(f"{root}: no such archive")
    _check(options)
    folder = None if out is None else Path(out)
    keys = _lexicon_keys(options)
    if folder is not None:
        _open_output(folder, root, fresh)
    files = list(find_files(root, folder))
    parts = _mine_files(files, options, keys, folder, jobs or os.cpu_count() or 1, progress)
    head = _manifest_head(options, keys) | {"form": form, "archive": root.name, "escape_formulas": escape_formulas}
    result = _assemble(files, parts, head)
    if folder is not None:
        texts.write_texts(folder, (line for file in files for line in parts[file.source].texts.values()))
        _write(folder, result, form, escape_formulas, {part.key for part in parts.values()})
    return result


# --- files ---------------------------------------------------------------------------------------------------------


def find_files(root: Path, out: Path | None = None) -> Iterator[File]:
    """Every file of an archive in the order of its path; links are not followed, `out` is left out."""
    if root.is_file():
        yield File(root, _clean_name(root.name))
        return
    found = []
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        folders[:] = [name for name in folders if out is None or (here / name).resolve() != out.resolve()]
        found += [here / name for name in names]
    for path in sorted(found, key=lambda p: p.relative_to(root).as_posix().encode("utf-8", "surrogateescape")):
        source = _clean_name(path.relative_to(root).as_posix())
        regular = stat.S_ISREG(path.lstat().st_mode)
        yield File(path, source, is_ignored(source), "" if regular else "not_a_regular_file")


def _clean_name(name: str) -> str:
    """A file name as text: names that are not UTF-8 are read as GB18030."""
    try:
        name.encode("utf-8")
        return name
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")


# --- all files -----------------------------------------------------------------------------------------------------


def _mine_files(
    files: list[File], options: Options, keys: str, out: Path | None, jobs: int, progress: Progress | None
) -> dict[str, Part]:
    folder = None if out is None else out / PARTS
    parts: dict[str, Part] = {}
    todo: list[Job] = []
    for file in files:
        if file.skipped:
            parts[file.source] = Part("", "skipped", "", {}, {}, {})
        elif file.fault:
            parts[file.source] = failed(file, "read", file.fault, f"{file.source}: no regular file")
        else:
            sha256 = _hash(file.path)
            key = _part_key(file, sha256, options, keys)
            if folder is not None and (part := _read_part(folder / f"{key}.json")):
                parts[file.source] = part
            else:
                todo.append(Job(file, key, sha256, keys))
    done = len(files) - len(todo)
    run = in_this_process if jobs == 1 or not todo else in_processes
    for file, part in run(todo, options, None if folder is None else str(folder), jobs):
        parts[file.source] = part
        done += 1
        if progress:
            progress(done, len(files), file.source)
    return parts


def _part_key(file: File, sha256: str, options: Options, keys: str) -> str:
    given = {source: row for source, row in options.metadata.items() if source.partition("#")[0] == file.source}
    what = [RESULTS, keys, file.source, options.encoding, options.pattern, options.tag, given, sha256]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:24]


def _hash(path: Path) -> str:
    """The SHA-256 of a file, empty where it can no longer be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _read_part(path: Path) -> Part | None:
    try:
        return Part(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


# --- tables and manifest -------------------------------------------------------------------------------------------


def _assemble(files: list[File], parts: dict[str, Part], head: dict[str, Any]) -> Archive:
    found: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for file in files:
        for name, rows in parts[file.source].tables.items():
            found[name] += [tuple(row) for row in rows]
    _mark_copies(found["reports"], {s: sig for part in parts.values() for s, sig in part.signatures.items()})
    sources = {
        file.source: {"sha256": parts[file.source].sha256, "status": parts[file.source].status} for file in files
    }
    return Archive(found, head | {"sources": sources})


COPY = 0.8  # of the paragraphs that two reports share


def _mark_copies(reports: list[Row], signatures: dict[str, list[str]]) -> None:
    """`near_duplicate` for each report that shares most of its paragraphs with an earlier one."""
    holders: dict[str, list[int]] = {}
    warnings = COLUMNS["reports"].index("warnings")
    for index, row in enumerate(reports):
        own = signatures.get(str(row[1]), [])
        shared: dict[int, int] = {}
        for mark in own:
            for other in holders.setdefault(mark, [])[:8]:
                shared[other] = shared.get(other, 0) + 1
            holders[mark].append(index)
        if own and shared and max(shared.values()) >= COPY * len(own):
            codes = ";".join(filter(None, (str(row[warnings]), "near_duplicate")))
            reports[index] = (*row[:warnings], codes, *row[warnings + 1 :])


def _lexicon_keys(options: Options) -> str:
    """A hash of the tables, the scheme of areas, the labels and the version of textmine.

    Raises UsageError where a file of the user's is faulty.
    """
    from textmine import __version__
    from textmine.taxonomy import learnt_from

    lexicon = Lexicon.load(options.lexicon)
    own = hashlib.sha256(f"{__version__} {lexicon.digest}".encode())
    if options.tag:
        own.update(repr(learnt_from(lexicon.areas, options.labels, options.taxonomy)).encode())
    return own.hexdigest()


def _manifest_head(options: Options, keys: str) -> dict[str, Any]:
    from textmine import __version__

    shown = asdict(options) | {
        "metadata": hashlib.sha256(json.dumps(options.metadata, sort_keys=True).encode()).hexdigest()
        if options.metadata
        else None
    }
    return {"version": __version__, "options": shown, "tables": keys}


def _open_output(folder: Path, root: Path, fresh: bool) -> None:
    """Make the output folder; refuse one that holds anything but results of the same archive.

    Which archive they are of stands in `.parts/archive`, not in the manifest, which is the same wherever an archive
    lies.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: not a folder")
    mark = folder / PARTS / "archive"
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if names and not fresh:
        known = mark.read_text(encoding="utf-8") if mark.exists() else ""
        if known != str(root.resolve()):
            raise UsageError(f"{folder}: holds something else; choose an empty folder or use --fresh")
    (folder / PARTS).mkdir(parents=True, exist_ok=True)
    mark.write_text(str(root.resolve()), encoding="utf-8", errors="surrogateescape")
    done = (folder / PARTS).glob("*.json") if fresh else ()
    for stale in (*folder.glob(".tmp-*"), *(folder / PARTS).glob(".tmp-*"), *done):
        stale.unlink(missing_ok=True)


def _check(options: Options) -> None:
    """Refuse, before any file is opened, an encoding or a pattern that cannot be."""
    if options.encoding:
        try:
            "".encode(options.encoding)  # also refuses codecs that are no encoding of text, such as base64
        except LookupError as error:
            raise UsageError(f"--encoding: {error}") from error
    if options.pattern:
        match_pattern(options.pattern, "name.txt")  # any name will do: only the pattern is judged


def _write(folder: Path, result: Archive, form: str, escape_formulas: bool, keys: set[str]) -> None:
    tables.write_frames(folder, result.tables, form, escape_formulas)
    text = json.dumps(result.manifest, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(folder / "manifest.json", (text + "\n").encode("utf-8", "replace"))
    for path in (folder / PARTS).glob("*.json"):
        if path.stem not in keys:
            path.unlink(missing_ok=True)
