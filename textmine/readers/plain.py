"""Plain text files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from textmine.model import Document, ReadError
from textmine.readers.encodings import LOW_CONFIDENCE, Decoded, decode

MOST_ODD = 0.1  # the share of control and replacement characters above which doubtful text counts as no text
_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")


def read_plain(data: bytes, source: str, encoding: str | None = None) -> Iterator[Document]:
    """The one document of a text file, exactly as decoded: line ends and NULs stay.

    Raises ReadError: unknown_format for data that are no text, empty.
    """
    decoded = decode(data, encoding)
    if encoding is None and _is_junk(decoded):
        raise ReadError(
            f"{source}: neither a format that is known nor text in an encoding that can be told; "
            "if it is text, name its encoding",
            "unknown_format",
        )
    if not decoded.text.strip("\0\ufeff \t\r\n\x0b\x0c\x85\xa0\u200b\u3000"):
        raise ReadError(f"{source}: a text file without text", "empty")
    digest = hashlib.sha256(data).hexdigest()
    yield Document(source, decoded.text, decoded.encoding, decoded.confidence, digest, decoded.warnings)


def _is_junk(decoded: Decoded) -> bool:
    """Binary data: in no encoding do they look Chinese in the least, or what does is full of control characters."""
    if decoded.confidence >= LOW_CONFIDENCE or not decoded.text:
        return False
    odd = len(_ODD.findall(decoded.text))
    return decoded.confidence == 0.0 or odd > MOST_ODD * len(decoded.text)
