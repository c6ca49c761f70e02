"""Which format a file is in, told from its content; names decide nothing but that a .csv is a table.

Each predicate takes the whole of the data (a zip's table of contents stands at its end) and the name.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

Predicate = Callable[[bytes, str], bool]

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# Members by which the kinds of zip are told.
DOCX, XLSX, PPTX, OFD = "word/document", "xl/workbook", "ppt/presentation", "OFD.xml"
# A comment, a declaration or any tag, at the very beginning.
_HTML = re.compile(rb"\s*+<(?:!doctype\s|!--|\?xml\s|[a-z][a-z0-9:-]{0,40}+(?:\s[^<>]{0,2000}+)?/?>)", re.IGNORECASE)
_MIME = re.compile(rb"\s*+(?:MIME-Version|From|Content-Type):\s", re.IGNORECASE)


def starts(*marks: bytes) -> Predicate:
    """Data that begin with one of these bytes."""
    return lambda data, name: data.startswith(marks)


def ole_with(*streams: str) -> Predicate:
    """An OLE container (old Office, encrypted Office) that has a stream of one of these names."""
    names = [stream.encode("utf-16-le") for stream in streams]
    return lambda data, name: data.startswith(OLE) and any(stream in data for stream in names)


def zip_with(*members: str) -> Predicate:
    """A zip with a member whose name begins with one of these."""
    return lambda data, name: data.startswith(ZIP) and any(found.startswith(members) for found in _members(data))


def is_open_document(data: bytes, name: str) -> bool:
    """OpenDocument writes its type, uncompressed, into its first member."""
    return data.startswith(ZIP) and data[30:].startswith(b"mimetype") and b"vnd.oasis.opendocument" in data[38:200]


def is_tar(data: bytes, name: str) -> bool:
    return data[257:262] == b"ustar"


def is_pdf(data: bytes, name: str) -> bool:
    return b"%PDF-" in data[:1024]


def is_html(data: bytes, name: str) -> bool:
    """HTML or XML, also in UTF-16: the bytes of its tags are then parted by NULs."""
    head = data[:4096].replace(b"\0", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return _HTML.match(head) is not None


def is_mail(data: bytes, name: str) -> bool:
    """A mail or a "single file web page", which Word saves as .doc."""
    return _MIME.match(data[:100]) is not None and b"\nContent-" in data[:4096]


def _members(data: bytes) -> list[str]:
    """The names in a zip; of a damaged one, those that tell the kinds and stand somewhere in its bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return [mark for mark in (DOCX, XLSX, PPTX, OFD) if mark.encode() in data]
