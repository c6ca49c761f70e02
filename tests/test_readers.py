"""Files to documents: the format is told by content, and what cannot be read says why, in one sentence."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.model import Document, Failure, ReadError
from textmine.readers import (
    NO_TEXT_COLUMN,
    READERS,
    is_ignored,
    read_bytes,
    read_documents,
    read_text,
    table,
)

SHARED = Path(__file__).parents[2] / "shared"
REPORT = "云岚市2023年工作总结\r\n一、办理案件12件。\r\n"


def one(data: bytes, name: str = "a.txt", encoding: str | None = None) -> Document:
    (document,) = read_bytes(data, name, encoding)
    assert isinstance(document, Document)
    return document


def refused(data: bytes, name: str = "a.txt") -> ReadError:
    with pytest.raises(ReadError) as caught:
        list(read_bytes(data, name))
    assert name in str(caught.value)
    return caught.value


# --- plain text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_comes_back_exactly(codec: str) -> None:
    data = REPORT.encode(codec)
    document = one(data)
    assert document == Document("a.txt", REPORT, codec, document.confidence, hashlib.sha256(data).hexdigest(), (), {})


def test_nuls_and_odd_spaces_stay() -> None:
    assert one("\u3000一、正文\0含\x0c有\n\n".encode()).text == "\u3000一、正文\0含\x0c有\n\n"


def test_bytes_that_cannot_be_decoded_are_replaced_with_a_warning() -> None:
    assert one(b"\xff" + REPORT.encode(), encoding="utf-8").text == "\ufffd" + REPORT
    assert one(b"\xff" + REPORT.encode()).warnings == ("replacement_characters",)


def test_a_told_encoding_overrides_the_detected_one() -> None:
    assert one("一".encode("big5"), encoding="big5").text == "一"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\0\0", "\ufeff\u3000\n".encode(), "\ufeff".encode("utf-16")])
def test_empty_files(data: bytes) -> None:
    assert refused(data).code == "empty"


def test_read_text_keeps_the_text() -> None:
    document = read_text("\ufeff一、工作\r\n", "笔记")
    assert (document.source, document.text, document.warnings) == ("笔记", "\ufeff一、工作\r\n", ())
    assert read_text("一\ud800二", "x").text == "一\ufffd二"
    assert read_text("一\ud800二", "x").warnings == ("replacement_characters",)
    with pytest.raises(ReadError, match="x: ") as caught:
        read_text(" \n", "x")
    assert caught.value.code == "empty"


# --- formats ------------------------------------------------------------------------------------------------------


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text")
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return buffer.getvalue()


OLE = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600

UNREAD = {
    "OFD": zipped("OFD.xml", "Doc_0/Document.xml"),
    "OpenDocument": zipped("mimetype", "content.xml"),
    "xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    "zip": zipped("a.txt"),
    "doc": OLE + "WordDocument".encode("utf-16-le"),
    "OLE": OLE,
    "RTF": b"{\\rtf1\\ansi\\ansicpg936 x}",
    "PDF": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "RAR": b"Rar!\x1a\x07\x01\x00" + b"x" * 50,
    "7-Zip": b"7z\xbc\xaf\x27\x1c" + b"x" * 50,
    "tar": tarred(),
    "gzip": b"\x1f\x8b\x08" + b"x" * 50,
    "image": b"\x89PNG\r\n\x1a\n" + b"x" * 50,
    "HTML": "\n<!DOCTYPE html><html><body>一、正文</body></html>".encode("gb18030"),
    "XML": '\ufeff<?xml version="1.0"?><r>一</r>'.encode(),
    "HTML ": "<div class='a'>一、正文</div>".encode("utf-16"),
    "MIME": b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n",
}


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("file", ["a.txt", "b.csv", "c.docx", "-"])
def test_known_formats_are_told_by_content_and_named(name: str, file: str) -> None:
    error = refused(UNREAD[name], file)
    assert error.code == "unknown_format"
    assert name.strip() in str(error)


def test_encrypted_office_documents() -> None:
    assert refused(OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx").code == "encrypted"


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.bin"])
def test_binary_junk_is_no_text(name: str) -> None:
    data = b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40
    assert refused(data, name).code == "unknown_format"


@pytest.mark.parametrize(
    "text", ["<2023年>工作总结", "《工作总结》", "%工作总结PDF-", "<、工作总结", "2023 < 2024 工作总结", "From工作总结"]
)
def test_text_that_only_looks_like_another_format(text: str) -> None:
    assert one(text.encode()).text == text


def test_a_damaged_docx_is_still_told_to_be_one() -> None:
    assert refused(zipped("word/document.xml")[:60], "报告").code == "bad_archive"


def test_every_row_of_the_registry_is_used() -> None:
    names = [row.name for row in READERS]
    assert len(set(names)) == len(names)
    assert [row.name for row in READERS if row.matches(REPORT.encode(), "a.txt")] == ["plain text"]


# --- files --------------------------------------------------------------------------------------------------------


def test_files_are_read_under_the_name_given(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"  # the name decides nothing
    path.write_bytes(REPORT.encode())
    (document,) = read_documents(path, "2023/报告.docx")
    assert isinstance(document, Document)
    assert (document.source, document.text) == ("2023/报告.docx", REPORT)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name, code in (("fifo", "not_a_regular_file"), (".", "not_a_regular_file"), ("gone", "unreadable")):
        with pytest.raises(ReadError, match="x: ") as caught:
            list(read_documents(tmp_path / name, "x"))
        assert caught.value.code == code
    with pytest.raises(ReadError, match="x: "):
        list(read_documents(Path("a\0b"), "x"))


def test_files_over_the_size_cap_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate((200 << 20) + 1)  # sparse
    with pytest.raises(ReadError, match="larger than 200 MB") as caught:
        list(read_documents(path, "a.txt"))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        *((name, True) for name in ("README", "readme.txt", "2023/README.md", "a.md", "A.JSON", "x/.git/a.txt")),
        *((name, True) for name in (".DS_Store", "~$报告.docx", "2023/Thumbs.db")),
        *((name, False) for name in ("报告.txt", "2023/a.docx", "a.mdx", "json", "../a.txt", "my readme.txt")),
    ],
)
def test_what_an_archive_passes_over(path: str, ignored: bool) -> None:
    assert is_ignored(path) is ignored
    assert is_ignored(Path(path)) is ignored


# --- tables -------------------------------------------------------------------------------------------------------


def rows(text: str, codec: str = "utf-8", name: str = "x.csv") -> list[Document | Failure]:
    return list(read_bytes(text.encode(codec), name))


def texts(found: list[Document | Failure]) -> list[tuple[str, str]]:
    return [(item.source, item.text if isinstance(item, Document) else item.error) for item in found]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_one_report_a_row_with_what_stands_beside_it(codec: str) -> None:
    content = (
        "省份,Title,year,source_url,publish_date,单位,full_text\r\n"
        '岚江省, 工作报告 ,2023,http://x,2024-01-02,司法局,"一、办案，12件。\r\n二、“普法”,""以案释法""。\n"\r\n'
        "岚江省,,,,,,第二份\r\n"
    )
    first, second = rows(content, codec)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.source, first.text) == ("x.csv#1", '一、办案，12件。\r\n二、“普法”,"以案释法"。\n')
    assert first.encoding == codec
    assert first.sha256 == hashlib.sha256(first.text.encode()).hexdigest()
    beside = {"province": "岚江省", "title": "工作报告", "year": "2023", "date": "2024-01-02", "organ": "司法局"}
    assert first.fields == beside
    assert (second.source, second.text, second.fields) == ("x.csv#2", "第二份", {"province": "岚江省"})


@pytest.mark.parametrize("column", ["full_text", "doc", "Text", "CONTENT", "正文", "全文", "内容", " body "])
def test_names_of_the_text_column(column: str) -> None:
    assert texts(rows(f"id,{column}\n1,甲\n")) == [("x.csv#1", "甲")]


def test_the_first_text_column_of_the_list_counts() -> None:
    assert texts(rows("content,full_text\n乙,甲\n")) == [("x.csv#1", "甲")]


def test_all_names_of_the_other_columns() -> None:
    header = "标题,省,市,县,地区,机构,年份,plan_year,正文"
    (found,) = rows(header + "\n标,省,市,县,区,机,2023,2024,文\n")
    assert isinstance(found, Document)
    names = ["title", "province", "city", "county", "region", "organ", "year", "plan_year"]
    assert dict(found.fields) == dict(zip(names, ["标", "省", "市", "县", "区", "机", "2023", "2024"], strict=True))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_delimiters_and_quotes(delimiter: str, quote: str) -> None:
    content = f"title{delimiter}{quote}text{quote}\n题{delimiter}{quote}甲{delimiter}\n乙{quote}\n"
    if delimiter == "^":  # none of the usual: left to csv.Sniffer
        content = content.replace("title", f"{quote}title{quote}")
    assert texts(rows(content)) == [("x.csv#1", f"甲{delimiter}\n乙")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_within_cells_stay_as_they_are(end: str) -> None:
    assert texts(rows(f'title,text{end}题,"甲{end}乙"{end}')) == [("x.csv#1", f"甲{end}乙")]


def test_spaces_after_delimiters() -> None:
    assert texts(rows('title, text\n题, "甲,\n乙"\n')) == [("x.csv#1", "甲,\n乙")]


def test_a_row_that_holds_no_report_is_a_failure_of_that_row() -> None:
    content = "title,text\n甲, \n\n,,\n乙,二\n丙\n丁,四,五\n戊,六,\n"
    expected = [("#1", "empty"), ("#3", "二"), ("#4", "empty"), ("#5", "bad_row"), ("#6", "六")]
    found = rows(content)
    assert texts(found) == [(f"x.csv{number}", word) for number, word in expected]
    assert all(item.stage == "read" and item.source in item.detail for item in found if isinstance(item, Failure))


def test_tables_without_a_text_column_have_a_code_of_their_own() -> None:
    assert refused("title,year\n题,2023\n".encode(), "x.csv").code == NO_TEXT_COLUMN
    assert refused("一、工作总结\n二、工作打算\n".encode(), "x.csv").code == NO_TEXT_COLUMN


def test_a_table_by_another_name_is_told_by_its_header() -> None:
    assert texts(rows("title,text\n题,甲\n", name="x.txt")) == [("x.txt#1", "甲")]
    for first in ("首页|正文", "正文", "text,and more", "标题：正文"):
        assert texts(rows(f"{first}\n第二行\n", name="x.txt")) == [("x.txt", f"{first}\n第二行\n")]


def test_long_cells_do_not_change_the_limit_for_others() -> None:
    limit = csv.field_size_limit()
    seen: list[int] = []
    long = "工作" * limit
    assert texts(rows(f"text,title\n{long},题\n")) == [("x.csv#1", long)]
    thread = threading.Thread(target=lambda: seen.append(csv.field_size_limit()))
    reading = read_bytes(f"text\n{long}\n{long}\n".encode(), "x.csv")
    next(reading)  # between two rows, while the caller works
    thread.start()
    thread.join()
    assert seen == [limit]


def test_what_breaks_a_table_off_is_a_failure_and_not_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __init__(self, *args: object, **options: object) -> None:
            self.rows = iter([["title", "text"], ["题", "甲"]])

        def __iter__(self) -> Broken:
            return self

        def __next__(self) -> list[str]:
            for row in self.rows:
                return row
            raise csv.Error("broken")

    monkeypatch.setattr(table.csv, "reader", Broken)
    assert texts(rows("title,text\n")) == [("x.csv#1", "甲"), ("x.csv#2", "bad_row")]


def test_replacement_characters_are_told_of_their_row_alone() -> None:
    data = "title,text\n题,".encode() + b"\xff" + "甲\n题,乙\n".encode()
    first, second = read_bytes(data, "x.csv", "utf-8")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.warnings, second.warnings) == (("replacement_characters",), ())


# --- anything -----------------------------------------------------------------------------------------------------

HEADS = [
    b"",
    b"PK\x03\x04",
    OLE[:8],
    b"title,text\n",
    b'"text";',
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"<",
    b"%PDF-",
    b"{\\rtf",
]


@given(st.sampled_from(HEADS), st.binary(max_size=300), st.sampled_from(["a.txt", "x.csv"]))
def test_any_bytes_give_documents_or_read_errors(head: bytes, data: bytes, name: str) -> None:
    try:
        found = list(read_bytes(head + data, name))
    except ReadError as error:
        assert name in str(error)
    else:
        for item in found:
            assert item.source.startswith(name)
            if isinstance(item, Document):
                item.text.encode()
                assert item.text.strip()


def test_the_shared_archive_reads_without_a_failure() -> None:
    folder = SHARED / "archive"
    if not folder.is_dir():
        pytest.skip("../shared/archive is not there")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not is_ignored(path.relative_to(folder))]
    found = [item for path in paths for item in read_documents(path, path.relative_to(folder).as_posix())]
    assert len(found) == len(paths) == 53
    assert all(isinstance(item, Document) and len(item.text) > 5000 and not item.warnings for item in found)


def test_the_shared_samples_read_or_say_why() -> None:
    folder = SHARED / "samples"
    if not folder.is_dir():
        pytest.skip("../shared/samples is not there")
    codes = {}
    for path in sorted(folder.iterdir()):
        try:
            (document,) = read_documents(path, path.name)
        except ReadError as error:
            codes[path.suffix] = error.code
        else:
            assert isinstance(document, Document)
    unread = dict.fromkeys((".doc", ".html", ".odt", ".pdf", ".rtf", ".zip"), "unknown_format")
    assert codes == unread | {".docx": "bad_archive"}
