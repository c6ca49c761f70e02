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
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from textmine import tables, texts
from textmine.files import write_whole
from textmine.lexicon import Lexicon
from textmine.metadata import known_of, match_pattern
from textmine.mining import Tools, attempt
from textmine.model import Document, Failure, Mined, ReadError, UsageError
from textmine.readers import NO_TEXT_COLUMN, is_ignored, read_documents
from textmine.tables import COLUMNS, Row

TIMEOUT = 300.0  # seconds for one file
MEMORY = 6 << 30  # bytes of address space of a worker
RESULTS = "3"  # raised whenever the same input gives other rows, so that old parts are not used again
PARTS = ".parts"
FORMATS = ("csv", "parquet", "xlsx")
NEEDED = {"parquet": "pyarrow", "xlsx": "openpyxl"}  # the package that writes a format
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Options:
    """What changes results; all of it is in manifest.json. Paths are to files that the user gave."""

    encoding: str | None = None
    lexicon: str | None = None
    labels: str | None = None
    taxonomy: str | None = None
    tag: bool = True
    metadata: dict[str, dict[str, str]] = field(default_factory=dict)
    pattern: str | None = None


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


@dataclass(frozen=True)
class _File:
    path: Path
    source: str  # POSIX path below the archive's root
    skipped: bool = False
    fault: str = ""  # why it cannot be opened at all


def find_files(root: Path, out: Path | None = None) -> Iterator[_File]:
    """Every file of an archive in the order of its path; links are not followed, `out` is left out."""
    if root.is_file():
        yield _File(root, _clean_name(root.name))
        return
    found = []
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        folders[:] = [name for name in folders if out is None or (here / name).resolve() != out.resolve()]
        found += [here / name for name in names]
    for path in sorted(found, key=lambda p: p.relative_to(root).as_posix().encode("utf-8", "surrogateescape")):
        source = _clean_name(path.relative_to(root).as_posix())
        regular = stat.S_ISREG(path.lstat().st_mode)
        yield _File(path, source, is_ignored(source), "" if regular else "not_a_regular_file")


def _clean_name(name: str) -> str:
    """A file name as text: names that are not UTF-8 are read as GB18030."""
    try:
        name.encode("utf-8")
        return name
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")


# --- one file: the work of a process -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """What one file gave. `status`: ok, failed or skipped."""

    key: str
    status: str
    sha256: str
    tables: dict[str, list[list[Any]]]
    signatures: dict[str, list[str]]  # of each report's paragraphs, to tell copies
    texts: dict[str, str]  # the line of texts.jsonl of each report


@lru_cache(maxsize=2)
def _tools(keys: str, lexicon: str | None, labels: str | None, taxonomy: str | None, tag: bool) -> Tools:
    """What mining needs. `keys`, the hash of all of it, is here so that a file that has changed is read again."""
    tables_of_rules = Lexicon.load(lexicon)
    if not tag:
        return Tools(tables_of_rules)
    from textmine.tagger import Tagger

    return Tools(tables_of_rules, Tagger.load(tables_of_rules, labels, taxonomy))


@dataclass(frozen=True)
class _Job:
    """A file to mine: the key its part is kept under, and the hashes of its bytes and of the rules, parts of it."""

    file: _File
    key: str
    sha256: str
    rules: str


def _mine_file(job: _Job, options: Options, part_folder: str | None) -> dict[str, Any]:
    """All rows of one file, as plain data; also written to its part file."""
    tools = _tools(job.rules, options.lexicon, options.labels, options.taxonomy, options.tag)
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    signatures: dict[str, list[str]] = {}
    lines: dict[str, str] = {}
    status = "ok"
    for item in _documents(job.file.path, job.file.source, options):
        if isinstance(item, str):
            status = item
            continue
        result = item if isinstance(item, Failure) else attempt(item, tools)
        if isinstance(result, Failure):
            rows["failures"].append(tables.failure_row(result))
            continue
        signatures[result.report.source] = signature(result)
        lines[result.report.report_id] = texts.text_line(result.report.report_id, texts.text_of(result.report))
        for name, found in tables.rows_of(result).items():
            rows[name] += found
    if rows["failures"]:
        status = "failed"
    part = {
        "key": job.key,
        "status": status,
        "sha256": job.sha256 if status != "skipped" else "",
        "tables": {
            name: [[tables.write_cell(cell, False) for cell in row] for row in found] for name, found in rows.items()
        },
        "signatures": signatures,
        "texts": lines,
    }
    if part_folder is not None:
        write_whole(Path(part_folder) / f"{job.key}.json", json.dumps(part, ensure_ascii=False).encode("utf-8"))
    return part


def _documents(path: Path, source: str, options: Options) -> Iterator[Document | Failure | str]:
    """The documents of a file with what metadata and path pattern say of them; `skipped` for a table without text."""
    try:
        for item in read_documents(path, source, options.encoding):
            yield (
                replace(item, fields=known_of(item, options.pattern, options.metadata))
                if isinstance(item, Document)
                else item
            )
    except ReadError as error:
        yield "skipped" if error.code == NO_TEXT_COLUMN else Failure(source, "read", error.code, str(error))
    except UsageError:
        raise
    except MemoryError:
        yield Failure(source, "read", "memory", f"{source}: not enough memory for this file")
    except Exception as error:  # a reader's fault must not stop the archive; the row names it
        yield Failure(source, "read", "crash", f"{source}: {type(error).__name__}: {error}")


MANY_PARAGRAPHS = 40


def signature(mined: Mined) -> list[str]:
    """Hashes of a report's longest paragraphs: two reports that share most of them are copies."""
    paragraphs = sorted({line for line in mined.report.text.split("\n") if len(line) >= 30}, key=lambda p: (-len(p), p))
    return sorted(hashlib.blake2b(p.encode(), digest_size=6).hexdigest() for p in paragraphs[:MANY_PARAGRAPHS])


# --- all files -----------------------------------------------------------------------------------------------------


def _mine_files(
    files: list[_File], options: Options, keys: str, out: Path | None, jobs: int, progress: Progress | None
) -> dict[str, _Part]:
    folder = None if out is None else out / PARTS
    parts: dict[str, _Part] = {}
    todo: list[_Job] = []
    for file in files:
        if file.skipped:
            parts[file.source] = _Part("", "skipped", "", {}, {}, {})
        elif file.fault:
            parts[file.source] = _failed(file, "read", file.fault, f"{file.source}: no regular file")
        else:
            sha256 = _hash(file.path)
            key = _part_key(file, sha256, options, keys)
            if folder is not None and (part := _read_part(folder / f"{key}.json")):
                parts[file.source] = part
            else:
                todo.append(_Job(file, key, sha256, keys))
    done = len(files) - len(todo)
    run = _in_this_process if jobs == 1 or not todo else _in_processes
    for file, part in run(todo, options, None if folder is None else str(folder), jobs):
        parts[file.source] = part
        done += 1
        if progress:
            progress(done, len(files), file.source)
    return parts


def _part_key(file: _File, sha256: str, options: Options, keys: str) -> str:
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


def _in_this_process(
    todo: list[_Job], options: Options, folder: str | None, jobs: int
) -> Iterator[tuple[_File, _Part]]:
    for job in todo:
        yield job.file, _Part(**_mine_file(job, options, folder))


def _in_processes(todo: list[_Job], options: Options, folder: str | None, jobs: int) -> Iterator[tuple[_File, _Part]]:
    """Each file in a worker process: one that crashes, hangs or runs out of memory takes no other with it."""
    from pebble import ProcessExpired, ProcessPool

    _tools(todo[0].rules, options.lexicon, options.labels, options.taxonomy, options.tag)  # once, for all workers
    with ProcessPool(max_workers=min(jobs, len(todo)), initializer=_limit_memory) as pool:
        futures = [pool.schedule(_mine_file, args=(job, options, folder), timeout=TIMEOUT) for job in todo]
        try:
            for job, future in zip(todo, futures, strict=True):
                file = job.file
                try:
                    yield file, _Part(**future.result())
                except FutureTimeout:
                    yield file, _failed(file, "extract", "timeout", f"{file.source}: not done after {TIMEOUT:.0f} s")
                except ProcessExpired as error:
                    detail = f"{file.source}: its process ended with {error.exitcode}"
                    yield file, _failed(file, "extract", "crash", detail)
                except MemoryError:
                    yield file, _failed(file, "extract", "memory", f"{file.source}: not enough memory for this file")
                except OSError:
                    raise
                except Exception as error:  # whatever else a file does, it takes no other with it
                    yield file, _failed(file, "extract", "crash", f"{file.source}: {type(error).__name__}: {error}")
        except BaseException:
            pool.stop()
            raise


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _failed(file: _File, stage: str, error: str, detail: str) -> _Part:
    return _Part("", "failed", "", {"failures": [[file.source, stage, error, detail]]}, {}, {})


def _read_part(path: Path) -> _Part | None:
    try:
        return _Part(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


# --- tables and manifest -------------------------------------------------------------------------------------------


def _assemble(files: list[_File], parts: dict[str, _Part], head: dict[str, Any]) -> Archive:
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
