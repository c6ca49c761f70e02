"""Zip containers from strangers: members read in memory, within limits; XML parsed without DTD, entities or network.

Nothing is ever extracted to disk. Every fault becomes a ReadError that names the source.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from textmine.model import ReadError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_MEMBERS = 5_000
MAX_MEMBER = 64 << 20  # bytes, unpacked: the largest XML part that is read
MAX_TOTAL = 1 << 30  # bytes, unpacked: all members together
MAX_RATIO = 250  # unpacked to packed size, of members over 1 MB; honest XML reaches some 50
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)

# Word's "Strict Open XML" has its own name for the same vocabulary.
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_RELATIONS = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Package:
    """An open zip container. `part(name)` and `xml(name)` give a member, or None where there is none.

    Raises ReadError: bad_archive for a damaged container, too_large for one beyond the limits, encrypted.
    """

    def __init__(self, data: bytes, source: str) -> None:
        self.source = source
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise ReadError(f"{source}: damaged archive ({error})", "bad_archive") from error
        self._members = {info.filename: info for info in self._zip.infolist()}
        self._check(self._zip.infolist())

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if len(members) > MAX_MEMBERS:
            raise self._too_large(f"{len(members)} members, more than {MAX_MEMBERS}")
        if sum(info.file_size for info in members) > MAX_TOTAL:
            raise self._too_large(f"more than {MAX_TOTAL >> 20} MB when unpacked")
        for info in members:
            if info.file_size > max(1 << 20, info.compress_size * MAX_RATIO):
                raise self._too_large(f"{info.filename} unpacks to {info.file_size} bytes, over {MAX_RATIO} times")

    def part(self, name: str) -> bytes | None:
        """The bytes of a member."""
        info = self._members.get(name)
        if info is None:
            return None
        if info.flag_bits & 1:
            raise ReadError(f"{self.source}: {name} is encrypted; a password would be needed", "encrypted")
        try:
            with self._zip.open(info) as file:
                data = file.read(MAX_MEMBER + 1)
        except BROKEN as error:
            raise ReadError(f"{self.source}: {name} is damaged ({error})", "bad_archive") from error
        if len(data) > MAX_MEMBER:
            raise self._too_large(f"{name} is over {MAX_MEMBER >> 20} MB when unpacked")
        return data

    def xml(self, name: str) -> _Element | None:
        """The root element of an XML member. A member with a DTD is refused (bad_archive)."""
        data = self.part(name)
        return None if data is None else parse_xml(data, f"{self.source}: {name}")

    def _too_large(self, reason: str) -> ReadError:
        return ReadError(f"{self.source}: {reason}; refused as a possible zip bomb", "too_large")


def parse_xml(data: bytes, where: str) -> _Element:
    """The root element of an XML text; `where` names it in errors. Raises ReadError (bad_archive)."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    plain = data.replace(STRICT, TRANSITIONAL).replace(STRICT_RELATIONS, RELATIONS)
    try:
        root = etree.fromstring(plain, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"{where} is no sound XML ({error})", "bad_archive") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError(f"{where} declares a DTD, which no honest document of this kind does", "bad_archive")
    return root
