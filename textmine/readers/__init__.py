"""Files to documents. The format is told by content; `READERS` is the only registry.

A reader is one function `(data, source, encoding) -> Iterator[Document | Failure]`: a file may hold many reports, and
one that cannot be read is a Failure among them. What is wrong with a file as a whole is raised as a ReadError.

An archive lists as skipped, not as failures: paths for which `is_ignored` holds, and tables without a text column,
whose ReadError has the code `NO_TEXT_COLUMN`.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import NamedTuple, NoReturn

from textmine.model import Document, Failure, ReadError
from textmine.readers import sniffing as has
from textmine.readers.docx import read_docx
from textmine.readers.encodings import warnings_of, without_surrogates
from textmine.readers.plain import read_plain
from textmine.readers.table import NO_TEXT_COLUMN, is_table, read_table

__all__ = ["NO_TEXT_COLUMN", "READERS", "Format", "is_ignored", "read_bytes", "read_documents", "read_text"]

MAX_FILE = 200 << 20  # bytes
IGNORED = ("readme*", "*.md", "*.json", "*.py", "*.toml", "*.sh", ".*", "~$*", "thumbs.db", "desktop.ini")
HAN = re.compile("[\u3400-\u9fff]")

Reader = Callable[[bytes, str, str | None], Iterator[Document | Failure]]


class Format(NamedTuple):
    """A family of formats: its name, how it is told, and its reader; None for one that is known but not yet read."""

    name: str
    matches: Callable[[bytes, str], bool]
    read: Reader | None = None


def _refuse_encrypted(data: bytes, source: str, encoding: str | None) -> NoReturn:
    raise ReadError(f"{source}: an Office document encrypted with a password", "encrypted")


# The first row that matches reads the file, so the sure signs come first and plain text last.
READERS: tuple[Format, ...] = (
    Format("Word document (.docx)", has.zip_with(has.DOCX), read_docx),
    Format("OFD document", has.zip_with(has.OFD)),
    Format("OpenDocument text (.odt)", has.is_open_document),
    Format("Excel workbook (.xlsx)", has.zip_with(has.XLSX)),
    Format("PowerPoint presentation (.pptx)", has.zip_with(has.PPTX)),
    Format("zip archive", has.starts(*has.ZIP)),
    Format("encrypted Office document", has.ole_with("EncryptedPackage"), _refuse_encrypted),
    Format("Word 97-2003 or WPS document (.doc, .wps)", has.ole_with("WordDocument")),
    Format("old Office document (OLE)", has.starts(has.OLE)),
    Format("RTF document", has.starts(b"{\\rtf")),
    Format("PDF document", has.is_pdf),
    Format("RAR archive", has.starts(b"Rar!\x1a\x07")),
    Format("7-Zip archive", has.starts(b"7z\xbc\xaf\x27\x1c")),
    Format("tar archive", has.is_tar),
    Format("compressed file or tar archive (gzip, bzip2, xz)", has.starts(b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")),
    Format("image", has.starts(b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")),
    Format("HTML or XML page", has.is_html),
    Format("mail or saved web page (MIME)", has.is_mail),
    Format("table (CSV)", is_table, read_table),
    Format("plain text", lambda data, name: True, read_plain),
)


def read_documents(path: Path, source: str, encoding: str | None = None) -> Iterator[Document | Failure]:
    """Every report of one file; `source` is the name it goes by, `encoding` overrides detection.

    Raises ReadError, before anything is yielded: not_a_regular_file, unreadable, too_large, empty, unknown_format,
    encrypted, bad_archive, no_text_column. Raises UsageError for an encoding that Python does not know.
    """
    yield from read_bytes(_load(path, source), source, encoding)


def read_bytes(data: bytes, source: str, encoding: str | None = None) -> Iterator[Document | Failure]:
    """Every report in the bytes of a file; otherwise as `read_documents`."""
    if len(data) > MAX_FILE:
        raise _too_large(source)
    if not data.strip(b"\0 \t\r\n"):
        raise ReadError(f"{source}: an empty file", "empty")
    found = next(row for row in READERS if row.matches(data, source))
    if found.read is None:
        raise ReadError(f"{source}: {found.name}, a format that is not read", "unknown_format")
    for item in found.read(data, source, encoding):
        if isinstance(item, Document) and not HAN.search(item.text):
            detail = f"{item.source}: no Chinese character in {len(item.text)} characters"
            yield Failure(item.source, "read", "no_chinese_text", detail)
        else:
            yield item


def read_text(text: str, source: str) -> Document:
    """A text that is already in memory as a document. Lone surrogates become U+FFFD. Raises ReadError: empty."""
    if not text.strip():
        raise ReadError(f"{source}: a text without text", "empty")
    text = without_surrogates(text)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Document(source, text, sha256=digest, warnings=warnings_of(text, 1.0))


def is_ignored(path: PurePath | str) -> bool:
    """Whether an archive passes over a file: README*, *.md, *.json, code, hidden. `path` is below the root."""
    parts = PurePath(path).parts
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts[:-1])
    return hidden or any(fnmatchcase(PurePath(path).name.lower(), pattern) for pattern in IGNORED)


def _load(path: Path, source: str) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadError(f"{source}: no regular file", "not_a_regular_file")
        if status.st_size > MAX_FILE:
            raise _too_large(source)
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise ReadError(f"{source}: {error}") from error


def _too_large(source: str) -> ReadError:
    return ReadError(f"{source}: larger than {MAX_FILE >> 20} MB", "too_large")
