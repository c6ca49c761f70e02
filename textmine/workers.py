"""One file of an archive, mined in this process or in one of its own, where a crash takes no other file with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from textmine import tables, texts
from textmine.files import write_whole
from textmine.lexicon import Lexicon
from textmine.metadata import known_of
from textmine.mining import Tools, attempt
from textmine.model import Document, Failure, Mined, ReadError, UsageError
from textmine.readers import NO_TEXT_COLUMN, read_documents
from textmine.tables import COLUMNS, Row

TIMEOUT = 300.0  # seconds for one file
MEMORY = 6 << 30  # bytes of address space of a worker


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
class File:
    """A file of an archive."""

    path: Path
    source: str  # POSIX path below the archive's root
    skipped: bool = False
    fault: str = ""  # why it cannot be opened at all


@dataclass(frozen=True)
class Part:
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
class Job:
    """A file to mine: the key its part is kept under, and the hashes of its bytes and of the rules, parts of it."""

    file: File
    key: str
    sha256: str
    rules: str


def _mine_file(job: Job, options: Options, part_folder: str | None) -> dict[str, Any]:
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


def in_this_process(todo: list[Job], options: Options, folder: str | None, jobs: int) -> Iterator[tuple[File, Part]]:
    for job in todo:
        yield job.file, Part(**_mine_file(job, options, folder))


def in_processes(todo: list[Job], options: Options, folder: str | None, jobs: int) -> Iterator[tuple[File, Part]]:
    """Each file in a worker process: one that crashes, hangs or runs out of memory takes no other with it."""
    from pebble import ProcessExpired, ProcessPool

    _tools(todo[0].rules, options.lexicon, options.labels, options.taxonomy, options.tag)  # once, for all workers
    with ProcessPool(max_workers=min(jobs, len(todo)), initializer=_limit_memory) as pool:
        futures = [pool.schedule(_mine_file, args=(job, options, folder), timeout=TIMEOUT) for job in todo]
        try:
            for job, future in zip(todo, futures, strict=True):
                file = job.file
                try:
                    yield file, Part(**future.result())
                except FutureTimeout:
                    yield file, failed(file, "extract", "timeout", f"{file.source}: not done after {TIMEOUT:.0f} s")
                except ProcessExpired as error:
                    detail = f"{file.source}: its process ended with {error.exitcode}"
                    yield file, failed(file, "extract", "crash", detail)
                except MemoryError:
                    yield file, failed(file, "extract", "memory", f"{file.source}: not enough memory for this file")
                except OSError:
                    raise
                except Exception as error:  # whatever else a file does, it takes no other with it
                    yield file, failed(file, "extract", "crash", f"{file.source}: {type(error).__name__}: {error}")
        except BaseException:
            pool.stop()
            raise


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def failed(file: File, stage: str, error: str, detail: str) -> Part:
    return Part("", "failed", "", {"failures": [[file.source, stage, error, detail]]}, {}, {})
