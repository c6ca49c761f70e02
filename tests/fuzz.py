"""Coverage-guided fuzzing of textmine with atheris: bytes in, no error but textmine's own, no invariant broken.

    python tests/fuzz.py SECONDS [FOLDER [CHANCE]]    FOLDER keeps what the fuzzer learned, for the next run

Without CHANCE, a number, each run searches elsewhere. The first byte of an input chooses a door, the rest goes
through it. `one_input` needs no atheris: tests/test_fuzz.py runs all seeds, and every input that once failed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

LONGEST = 600  # bytes of an input: what is wrong is wrong in short texts, and they run faster
SLOWEST = 30  # seconds for one of them, on a busy machine; a text as short takes some hundredths

if __name__ == "__main__":
    import atheris

    watched = atheris.instrument_imports(include=["textmine"])
else:
    watched = nullcontext()

with watched:
    from brace import CASES, lexicon, load_cases
    from invariants import PIECES, badly_read, broken
    from test_docx import NAMESPACES, abstract, item, lvl, num, packed, par

    from textmine.labels import find_labels
    from textmine.mining import Tools, mine_document
    from textmine.model import Document, TextmineError
    from textmine.numerals import parse
    from textmine.readers import read_bytes
    from textmine.tables import rows_of


class Broken(AssertionError):
    """An invariant that an input broke."""


# --- the doors: from bytes to one of textmine's functions -------------------------------------------------------------


def mine_utf8(data: bytes) -> None:
    _mine(Document("case.txt", data.decode("utf-8", "ignore")))


def mine_pieces(data: bytes) -> None:
    """Each byte is a piece of a report: what the fuzzer changes stays in the genre."""
    _mine(Document("case.txt", "".join(PIECES[byte % len(PIECES)] for byte in data)))


def read_plain(data: bytes) -> None:
    _read(data, "case.txt")


def read_told(data: bytes) -> None:
    """The first byte is the encoding that the user names."""
    if data:
        names = ("utf-8", "gb18030", "gbk", "big5", "utf-16", "utf-16-le", "utf-8-sig", "latin-1", "hz", "utf-7")
        _read(data[1:], "case.txt", names[data[0] % len(names)])


def read_table(data: bytes) -> None:
    _read(data, "case.csv")


def read_zip(data: bytes) -> None:
    _read(b"PK\x03\x04" + data, "case.docx")


def read_word(data: bytes) -> None:
    """The body of a Word document and, after a NUL each, its numbering, styles and relations, as raw XML."""
    parts = [*data.split(b"\0"), b"", b"", b""]
    _read(_word(*parts[:4]), "case.docx")


def parse_number(data: bytes) -> None:
    number = parse(data.decode("utf-8", "ignore"))
    if number is not None and number.masked != (number.value is None):
        raise Broken(f"{number}: masked, and with a value; or neither")


def label_lines(data: bytes) -> None:
    text = data.decode("utf-8", "ignore")
    for label in find_labels(text):
        if label.span.of(text) != label.text or not label.text:
            raise Broken(f"{label} is not what stands there")


DOORS: tuple[Callable[[bytes], None], ...] = (
    *(mine_utf8, mine_pieces, read_plain, read_told, read_table, read_zip, read_word, parse_number, label_lines),
)


def one_input(data: bytes) -> None:
    """Run one input. Raises Broken, or whatever textmine raises that is no TextmineError."""
    if data:
        DOORS[data[0] % len(DOORS)](data[1:])


def _word(body: bytes, numbering: bytes, styles: bytes, relations: bytes) -> bytes:
    def part(tag: str, content: bytes) -> bytes:
        return f"<w:{tag} {NAMESPACES}>".encode() + content + f"</w:{tag}>".encode()

    return packed(
        {
            "word/document.xml": part("document", b"<w:body>" + body + b"</w:body>"),
            "word/numbering.xml": part("numbering", numbering),
            "word/styles.xml": part("styles", styles),
            "word/_rels/document.xml.rels": b"<Relationships>" + relations + b"</Relationships>",
        }
    )


def _read(data: bytes, source: str, encoding: str | None = None) -> None:
    try:
        items = list(read_bytes(data, source, encoding))
    except TextmineError as error:
        if not str(error).startswith(source):
            raise Broken(f"an error that does not name its source: {error}") from error
        return
    for found in items:
        if faults := list(badly_read(found)):
            raise Broken("; ".join(faults))
        if isinstance(found, Document):
            _mine(found)


def _mine(document: Document) -> None:
    mined = mine_document(document, Tools(lexicon()))
    if faults := list(broken(mined)):
        raise Broken("; ".join(faults))
    rows_of(mined)


# --- seeds ------------------------------------------------------------------------------------------------------------

REPORT = """青禾县水利局2021年工作总结
各位代表：2021年，全县水利系统攻坚克难。
一、过去一年的工作
（一）加固堤防。完成投资1.5亿元，同比增长12.3%，整治河道X公里，惠及xx余户。一是清淤。清运淤泥3000吨。二是护岸。
——建成渠首三座，灌溉面积由2万亩提高到2.6万亩。
二、存在的问题
一是资金不足。二是队伍年龄偏大。
三、2022年工作打算
力争投资增长8%左右，渗漏率控制在5%以内。分别建泵站6座、12座。
名词解释
1.“四水四定”：以水定城。
"""
TABLE = """title,year,region,content
青禾县总结,2021,青禾县,"一、办结X件。
二、增长5%。"
松川区总结,2022,松川区,植树300亩。
"""
FOUND = ("新装光伏120千瓦，线35千text米",)  # texts that once broke an invariant
ROW = f"<w:tbl><w:tr><w:tc>{par('甲')}</w:tc><w:tc>{par('12')}</w:tc></w:tr></w:tbl>"
WORDS = (item("清淤河道12公里。") + item("加固堤防。") + par("一是投资1.5亿元。") + ROW).encode()
NUMBERS = (abstract(lvl(0, "%1、", "chineseCounting") + lvl(1, "（%2）")) + num(1)).encode()
STYLES = b'<w:style w:styleId="a"><w:basedOn w:val="b"/><w:rPr><w:vanish/></w:rPr></w:style>'
RELATIONS = b'<Relationship Type="x/styles" Target="styles.xml"/>'


def seeds() -> Iterator[bytes]:
    """Well-formed inputs for every door, all of them invented."""
    text = REPORT.encode()
    numbers = ("1,234.5", "三百二十余", "百分之九十五点六", "11.X", "两千零三", "1.2万", "两成", "壹佰", "三分之一")
    yield from (
        through(mine_utf8, case.text.encode()) for path in sorted(CASES.glob("*.toml")) for case in load_cases(path)
    )
    yield from (through(mine_pieces, bytes(range(at, at + 40))) for at in range(0, 200, 20))
    yield from (through(read_plain, REPORT.encode(name, "ignore")) for name in ("utf-8", "gb18030", "big5", "utf-16"))
    yield from (through(read_told, bytes([number]) + text) for number in range(10))
    yield from (through(read_table, TABLE.encode(name)) for name in ("utf-8", "gbk", "utf-16"))
    yield through(read_zip, _word(WORDS, NUMBERS, STYLES, RELATIONS)[4:])
    yield through(read_word, b"\0".join((WORDS, NUMBERS, STYLES, RELATIONS)))
    yield from (through(parse_number, number.encode()) for number in numbers)
    yield through(label_lines, text)
    yield from (through(mine_utf8, found.encode()) for found in FOUND)


def through(door: Callable[[bytes], None], data: bytes) -> bytes:
    return bytes([DOORS.index(door)]) + data


# --- fuzzing ----------------------------------------------------------------------------------------------------------


def fuzz(seconds: int, corpus: Path, scratch: Path, chance: int = 0) -> None:
    """Fuzz for a time; what is tried follows from `chance` (0: from the clock).

    Ends the process: with 0, or with another code and a report of the input that failed.
    """
    begin = scratch / "seeds"
    begin.mkdir()
    for number, seed in enumerate(seeds()):
        (begin / f"{number:04d}").write_bytes(seed)
    words = scratch / "words"
    words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES), encoding="ascii")
    limits = (
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST}",
        f"-max_len={LONGEST}",
        f"-dict={words}",
        f"-seed={chance}",
    )
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/", str(corpus), str(begin)], one_input)
    atheris.Fuzz()


def _escaped(piece: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece.encode("utf-8", "replace"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "learned"
        kept.mkdir(parents=True, exist_ok=True)
        fuzz(int(sys.argv[1]), kept, Path(folder), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
