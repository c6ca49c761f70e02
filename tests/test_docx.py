"""Word documents: labels as Word shows them, the text that Word shows, and nothing from hostile files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textmine.model import Document, ReadError
from textmine.readers import read_bytes, zips
from textmine.readers.counting import write
from textmine.readers.docx import read_docx

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:x"'
)


def docx(body: str, numbering: str = "", styles: str = "", **parts: str | bytes) -> bytes:
    """A small .docx: the content of w:body, w:numbering and w:styles as raw XML."""
    files: dict[str, str | bytes] = {
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/numbering.xml": f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>",
        "word/styles.xml": f"<w:styles {NAMESPACES}>{styles}</w:styles>",
    } | parts
    return packed(files)


def packed(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def lines(data: bytes) -> list[str]:
    (document,) = read_docx(data, "a.docx")
    return document.text.split("\n")


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def item(text: str, level: int | None = 0, number: int | None = 1, style: str = "") -> str:
    ilvl = "" if level is None else f'<w:ilvl w:val="{level}"/>'
    num_id = "" if number is None else f'<w:numId w:val="{number}"/>'
    pstyle = f'<w:pStyle w:val="{style}"/>' if style else ""
    return par(text, f"{pstyle}<w:numPr>{ilvl}{num_id}</w:numPr>" if ilvl or num_id else pstyle)


def lvl(level: int, text: str, fmt: str = "decimal", start: int = 1, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{extra}<w:lvlText w:val="{text}"/>'
        "</w:lvl>"
    )


def abstract(levels: str, key: int = 7) -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{levels}</w:abstractNum>'


def num(number: int, key: int = 7, overrides: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{key}"/>{overrides}</w:num>'


def style(name: str, properties: str = "", based_on: str = "", more: str = "") -> str:
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}" {more}>{based}<w:pPr><w:numPr>{properties}</w:numPr></w:pPr>'
        "</w:style>"
    )


OUTLINE = abstract(
    lvl(0, "%1、", "chineseCountingThousand") + lvl(1, "（%2）", "chineseCountingThousand") + lvl(2, "%3.")
)


# --- labels -----------------------------------------------------------------------------------------------------


def test_levels_count_and_start_again_below_a_higher_one() -> None:
    body = "".join(
        item(text, level) for text, level in [("甲", 0), ("乙", 1), ("丙", 1), ("丁", 2), ("戊", 0), ("己", 1)]
    )
    assert lines(docx(body, OUTLINE + num(1))) == ["一、甲", "（一）乙", "（二）丙", "1.丁", "二、戊", "（一）己"]


def test_number_zero_takes_a_paragraph_out() -> None:
    styles = style("H", '<w:numId w:val="1"/>')
    body = item("甲", None, None, "H") + item("乙", 0, 0, "H") + item("丙", None, None, "H")
    assert lines(docx(body, OUTLINE + num(1) + num(0), styles)) == ["一、甲", "乙", "二、丙"]


def test_an_unknown_list_or_level_gives_no_label() -> None:
    assert lines(docx(item("甲", 0, 5) + item("乙", 8, 1) + item("丙"), OUTLINE + num(1))) == ["甲", "乙", "一、丙"]


def test_lists_of_one_abstract_list_share_their_counters_and_restart_once() -> None:
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = item("甲") + item("乙", 0, 2) + item("丙", 0, 3) + item("丁", 0, 3) + item("戊", 0, 1)
    numbering = OUTLINE + num(1) + num(2) + num(3, 7, restart)
    assert lines(docx(body, numbering)) == ["一、甲", "二、乙", "一、丙", "二、丁", "三、戊"]


def test_a_start_override_also_starts_its_level_anew_below_a_higher_one() -> None:
    override = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride>'
    body = item("甲") + item("乙", 1) + item("丙", 1) + item("丁") + item("戊", 1)
    assert lines(docx(body, OUTLINE + num(1, 7, override))) == ["一、甲", "（五）乙", "（六）丙", "二、丁", "（五）戊"]


def test_an_override_may_bring_its_own_level() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{lvl(0, "第%1条 ", "decimalFullWidth", 3)}</w:lvlOverride>'
    assert lines(docx(item("甲") + item("乙"), OUTLINE + num(1, 7, own))) == ["第３条 甲", "第４条 乙"]


@pytest.mark.parametrize(
    ("restart", "last"),
    [(None, "1."), (0, "2."), (1, "2."), (2, "1."), (9, "1.")],
)
def test_lvl_restart_says_below_which_level_to_start_again(restart: int | None, last: str) -> None:
    extra = "" if restart is None else f'<w:lvlRestart w:val="{restart}"/>'
    levels = abstract(lvl(0, "%1、") + lvl(1, "(%2)") + lvl(2, "%3.", extra=extra))
    body = item("甲") + item("乙", 1) + item("丙", 2) + item("丁", 1) + item("戊", 2)
    assert lines(docx(body, levels + num(1)))[-1] == f"{last}戊"


def test_is_lgl_writes_all_numbers_in_arabic() -> None:
    levels = abstract(lvl(0, "第%1章", "chineseCounting") + lvl(1, "%1.%2", extra="<w:isLgl/>") + lvl(2, "%1-%3"))
    body = item("甲") + item("乙", 1) + item("丙", 2)
    assert lines(docx(body, levels + num(1))) == ["第一章甲", "1.1乙", "一-1丙"]


def test_a_level_that_has_not_come_yet_shows_its_start() -> None:
    levels = abstract(lvl(0, "%1.", start=2) + lvl(1, "%1.%2"))
    assert lines(docx(item("甲", 1) + item("乙"), levels + num(1))) == ["2.1甲", "2.乙"]


def test_bullets_and_levels_without_number_have_no_label_but_count() -> None:
    levels = abstract(lvl(0, "●", "bullet") + lvl(1, "%2.", "none") + lvl(2, "附件：", "none") + lvl(3, "%1%2%4)"))
    body = item("甲") + item("乙", 1) + item("丙", 2) + item("丁", 3)
    assert lines(docx(body, levels + num(1))) == ["甲", "乙", "附件：丙", "1)丁"]


def test_an_empty_numbered_paragraph_shows_its_label_and_counts() -> None:
    assert lines(docx(item("甲") + item("") + item("丙"), OUTLINE + num(1))) == ["一、甲", "二、", "三、丙"]


def test_numbers_come_through_styles_each_part_by_itself() -> None:
    styles = (
        style("Base", '<w:numId w:val="1"/>')
        + style("Sub", '<w:ilvl w:val="1"/>', "Base")
        + style("Own", "", "Sub")
        + style("Off", '<w:numId w:val="0"/>', "Base")
    )
    body = item("甲", None, None, "Base") + item("乙", None, None, "Sub") + item("丙", None, None, "Own")
    body += item("丁", None, None, "Off") + item("戊", 2, None, "Base") + item("己", None, 1, "Sub")
    numbered = ["一、甲", "（一）乙", "（二）丙", "丁", "1.戊", "（三）己"]
    assert lines(docx(body, OUTLINE + num(1), styles)) == numbered


def test_the_level_that_names_a_style_wins_over_the_style() -> None:
    levels = abstract(lvl(0, "%1、") + lvl(1, "(%2)", extra='<w:pStyle w:val="H2"/>'))
    styles = style("H2", '<w:ilvl w:val="0"/><w:numId w:val="1"/>') + style("My", "", "H2")
    body = item("甲", None, None, "H2") + item("乙", None, None, "My")
    assert lines(docx(body, levels + num(1), styles)) == ["(1)甲", "(2)乙"]


def test_the_default_paragraph_style_counts_too() -> None:
    styles = style("Normal", '<w:numId w:val="1"/>', more='w:default="1"')
    assert lines(docx(par("甲") + par("乙"), OUTLINE + num(1), styles)) == ["一、甲", "二、乙"]


def test_styles_based_on_each_other_do_not_hang() -> None:
    styles = style("A", "", "B") + style("B", "", "A")
    assert lines(docx(item("甲", None, None, "A"), OUTLINE + num(1), styles)) == ["甲"]


def test_a_list_may_link_to_a_numbering_style() -> None:
    numbering = (
        abstract('<w:numStyleLink w:val="L"/>', 3)
        + abstract('<w:styleLink w:val="L"/>' + lvl(0, "%1、", "chineseCounting"), 4)
        + num(1, 3)
        + num(2, 4)
    )
    assert lines(docx(item("甲", 0, 1) + item("乙", 0, 2), numbering)) == ["一、甲", "二、乙"]


@pytest.mark.parametrize(
    ("suffix", "shown"),
    [
        ('<w:suff w:val="space"/>', ["1. 甲", "2. 2024年"]),
        ('<w:suff w:val="nothing"/>', ["1.甲", "2.2024年"]),
        ("", ["1.甲", "2.\t2024年"]),  # Word's tab is layout, but must part two numbers
    ],
)
def test_what_stands_between_label_and_text(suffix: str, shown: list[str]) -> None:
    assert lines(docx(item("甲") + item("2024年"), abstract(lvl(0, "%1.", extra=suffix)) + num(1))) == shown


@pytest.mark.parametrize(
    ("fmt", "shown"),
    [
        ("decimal", {1: "1", 101: "101"}),
        ("decimalZero", {1: "01", 12: "12"}),
        ("decimalFullWidth", {12: "１２"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalEnclosedCircleChinese", {10: "⑩"}),
        ("decimalEnclosedParen", {1: "⑴", 21: "21"}),
        ("decimalEnclosedFullstop", {20: "⒛"}),
        ("ideographEnclosedCircle", {1: "㊀", 10: "㊉", 11: "11"}),
        ("chineseCounting", {0: "○", 1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 101: "一○一"}),
        ("chineseCountingThousand", {10: "十", 15: "十五", 101: "一百〇一", 110: "一百一十", 1010: "一千〇一十"}),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 101: "壹佰零壹", 12: "壹拾贰"}),
        ("ideographLegalTraditional", {23: "貳拾參"}),
        ("taiwaneseCountingThousand", {101: "一百零一"}),
        ("japaneseCounting", {101: "百一", 200: "二百"}),
        ("ideographDigital", {10: "一〇", 101: "一〇一"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {12: "亥", 13: "13"}),
        ("ideographZodiacTraditional", {1: "甲子", 60: "癸亥", 61: "61"}),
        ("upperRoman", {4: "IV", 1994: "MCMXCIV"}),
        ("lowerRoman", {9: "ix"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 53: "AAA"}),
        ("lowerLetter", {0: "", 2: "b"}),
        ("numberInDash", {3: "- 3 -"}),
        ("ordinal", {1: "1st", 2: "2nd", 11: "11th", 23: "23rd"}),
        ("hex", {255: "FF"}),
        ("no such format", {7: "7"}),
    ],
)
def test_number_formats(fmt: str, shown: dict[int, str]) -> None:
    assert {count: write(count, fmt) for count in shown} == shown


@given(st.integers(-(10**12), 10**12), st.sampled_from(["upperLetter", "upperRoman", "chineseCounting", "hex"]))
def test_no_number_makes_a_label_endless(count: int, fmt: str) -> None:
    assert len(write(count, fmt)) < 2000


# --- text -------------------------------------------------------------------------------------------------------


def test_insertions_stay_and_deletions_go() -> None:
    body = (
        f"<w:p>{run('原文')}<w:ins>{run('插入')}</w:ins><w:del><w:r><w:delText>删除</w:delText></w:r></w:del>"
        f"<w:moveTo>{run('移来')}</w:moveTo><w:moveFrom>{run('移走')}</w:moveFrom></w:p>"
    )
    assert lines(docx(body)) == ["原文插入移来"]


def test_a_deleted_paragraph_mark_joins_paragraphs_and_does_not_count() -> None:
    gone = par("甲", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr>')
    assert lines(docx(item("子") + gone + item("乙") + gone, OUTLINE + num(1))) == ["一、子", "二、甲乙", "甲"]


def test_a_hidden_paragraph_mark_joins_paragraphs_but_a_style_separator_does_not() -> None:
    hidden = par("甲", "<w:rPr><w:vanish/></w:rPr>")
    separator = par("乙", "<w:rPr><w:vanish/><w:specVanish/></w:rPr>")
    assert lines(docx(hidden + separator + par("丙"))) == ["甲乙", "丙"]


@pytest.mark.parametrize(
    ("properties", "shown"),
    [("<w:vanish/>", "甲"), ('<w:vanish w:val="0"/>', "甲乙"), ('<w:rStyle w:val="Hid"/>', "甲"), ("", "甲乙")],
)
def test_hidden_text_is_not_shown(properties: str, shown: str) -> None:
    hid = '<w:style w:type="character" w:styleId="Hid"><w:basedOn w:val="Up"/></w:style>'
    up = '<w:style w:type="character" w:styleId="Up"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert lines(docx(f"<w:p>{run('甲')}{run('乙', properties)}</w:p>", styles=hid + up)) == [shown]


def test_a_paragraph_of_a_hidden_style_is_not_there() -> None:
    hidden = '<w:style w:type="paragraph" w:styleId="z"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert lines(docx(par("窗体顶端", '<w:pStyle w:val="z"/>') + par("正文"), styles=hidden)) == ["正文"]


def test_instructions_of_fields_go_and_their_results_stay() -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "x"</w:instrText></w:r>'
        f"<w:hyperlink>{run('链接')}</w:hyperlink><w:fldSimple w:instr='DATE'>{run('今天')}</w:fldSimple></w:p>"
    )
    assert lines(docx(body)) == ["链接今天"]


def test_containers_are_entered_and_their_properties_are_not() -> None:
    properties = "<w:sdtPr><w:alias w:val='x'/><w:r><w:t>属性</w:t></w:r></w:sdtPr>"
    control = f"<w:sdt>{properties}<w:sdtContent>{{}}</w:sdtContent></w:sdt>"
    math = "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"
    inline = f"<w:p>{control.format(run('甲'))}<w:smartTag>{run('乙')}</w:smartTag>{math}</w:p>"
    assert lines(docx(control.format(inline) + f"<w:customXml>{par('丙')}</w:customXml>")) == ["甲乙x", "丙"]


def test_alternate_content_comes_once_and_text_boxes_follow_their_paragraph() -> None:
    box = "<w:txbxContent>" + item("框内") + "</w:txbxContent>"
    choice, fallback = f"<mc:Choice><x:s>{box}</x:s></mc:Choice>", f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    both = f"<mc:AlternateContent>{choice}{fallback}</mc:AlternateContent>"
    body = f"<w:p>{run('前')}<w:r>{both}</w:r>{run('后')}</w:p>" + item("下一段")
    assert lines(docx(body, OUTLINE + num(1))) == ["前后", "一、框内", "二、下一段"]
    only = f"<w:p><w:r><mc:AlternateContent><mc:Fallback>{run('备')}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    assert lines(docx(only)) == ["备"]


def test_signs_within_a_paragraph() -> None:
    body = (
        "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:softHyphen/></w:r>"
        '<w:r><w:sym w:font="宋体" w:char="2014"/><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:char="zz"/></w:r>'
        "<w:r><w:ruby><w:rt><w:r><w:t>yi</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>一</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        '<w:r><w:footnoteReference w:id="2"/><w:br w:type="page"/></w:r></w:p>'
    )
    assert lines(docx(body)) == ["甲\t乙", "丙-—一"]


def test_white_space_that_word_does_not_keep() -> None:
    body = '<w:p><w:r><w:t>\n  甲 乙\n </w:t><w:t xml:space="preserve"> 丙\n丁 </w:t><w:t>　戊</w:t></w:r></w:p>'
    assert lines(docx(body)) == ["甲 乙 丙 丁 　戊"]


def table(*rows: str) -> str:
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_a_table_row_is_a_line_with_tabs_between_cells() -> None:
    controlled = f"<w:sdt><w:sdtContent>{cell(par('1,234件'))}</w:sdtContent></w:sdt>"
    body = table(
        cell(par("指标")) + cell(par("2023") + par("年")),
        cell(par("办 结\t数")) + controlled,
        "<w:trPr><w:del/></w:trPr>" + cell(par("已删")) + cell(par("行")),
        cell(par("甲"), '<w:vMerge w:val="restart"/>') + cell(par("乙")),
        cell(par(""), "<w:vMerge/>") + cell(table(cell(par("内")) + cell(par("嵌")))),
    )
    assert lines(docx(body)) == ["指标\t2023 年", "办 结 数\t1,234件", "甲\t乙", "\t内 嵌"]


def test_a_frame_of_one_cell_keeps_its_lines() -> None:
    body = table(cell(item("甲") + item("乙"))) + item("丙")
    assert lines(docx(body, OUTLINE + num(1))) == ["一、甲", "二、乙", "三、丙"]


def test_the_document_may_lie_elsewhere_and_be_strict() -> None:
    relations = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    main = f"<w:document {NAMESPACES}><w:body>{item('甲')}</w:body></w:document>"
    numbering = f"<w:numbering {NAMESPACES}>{OUTLINE}{num(1)}</w:numbering>"
    transitional, strict = (text.decode() for text in (zips.TRANSITIONAL, zips.STRICT))
    data = packed(
        {
            "_rels/.rels": f'<r><x Type="{relations}/officeDocument" Target="/word/document2.xml"/></r>',
            "word/_rels/document2.xml.rels": f'<r><x Type="{relations}/numbering" Target="lists/n.xml"/></r>',
            "word/document2.xml": main.replace(transitional, strict),
            "word/lists/n.xml": numbering.replace(transitional, strict),
        }
    )
    (document,) = read_bytes(data, "b.docx")
    assert isinstance(document, Document)
    assert document.text == "一、甲"


# --- samples and hostile files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["autonum_direct", "autonum_style"])
def test_samples_read_line_by_line_as_word_shows_them(name: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("../shared/samples is not there")
    expected = (SAMPLES / f"{name}.docx.expected.txt").read_text("utf-8").splitlines()
    assert lines((SAMPLES / f"{name}.docx").read_bytes()) == expected


def refused(data: bytes) -> str:
    with pytest.raises(ReadError, match=r"a\.docx") as caught:
        list(read_bytes(data, "a.docx"))
    return caught.value.code


def test_samples_with_a_dtd_are_refused() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("../shared/samples is not there")
    assert refused((SAMPLES / "hostile_lol.docx").read_bytes()) == "bad_archive"
    assert refused((SAMPLES / "hostile_xxe.docx").read_bytes()) == "bad_archive"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_any_dtd_is_refused_in_any_part(encoding: str) -> None:
    dtd = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY e "x">]>'
    main = f"{dtd}<w:document {NAMESPACES}><w:body>{par('甲')}</w:body></w:document>"
    assert refused(docx("", **{"word/document.xml": main.encode(encoding)})) == "bad_archive"
    assert (
        refused(docx(par("甲"), **{"word/styles.xml": f"{dtd}<w:styles {NAMESPACES}/>".encode(encoding)}))
        == "bad_archive"
    )


def test_bombs_are_refused_before_they_unpack(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(docx(par("一" * 2_000_000))) == "too_large"  # over 250 times
    data = docx(par("甲"), **{f"word/media/{place}.xml": "" for place in range(20)})
    assert len(lines(data)) == 1
    monkeypatch.setattr(zips, "MAX_MEMBERS", 20)
    assert refused(data) == "too_large"
    monkeypatch.setattr(zips, "MAX_MEMBERS", 99)
    monkeypatch.setattr(zips, "MAX_TOTAL", 100)
    assert refused(data) == "too_large"
    monkeypatch.setattr(zips, "MAX_TOTAL", 10**9)
    monkeypatch.setattr(zips, "MAX_MEMBER", 100)
    assert refused(data) == "too_large"


def test_deep_nesting_is_refused_or_read_but_never_a_crash() -> None:
    def nested(depth: int) -> bytes:
        return docx("<w:sdt>" * depth + par("甲") + "</w:sdt>" * depth)

    assert lines(nested(200)) == ["甲"]
    assert refused(nested(5000)) == "bad_archive"


def test_documents_without_text_or_body() -> None:
    assert refused(docx(par(" "))) == "empty"
    assert refused(packed({"word/document.xml": f"<w:document {NAMESPACES}/>"})) == "bad_archive"
    assert refused(packed({"word/document.xml": "<w:docu"})) == "bad_archive"
    assert refused(packed({"word/document1.xml": "x"})) == "bad_archive"


def test_an_encrypted_member_needs_a_password() -> None:
    data = bytearray(docx(par("甲")))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 1)
    assert refused(bytes(data)) == "encrypted"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files_raise_nothing_but_read_errors(data: st.DataObject) -> None:
    sound = docx(item("甲") + table(cell(par("乙"))), OUTLINE + num(1), style("H", '<w:numId w:val="1"/>'))
    broken = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    kept = bytes(broken[: data.draw(st.integers(1, len(sound)))])
    try:
        documents = list(read_bytes(kept, "a.docx"))
    except ReadError as error:
        assert "a.docx" in str(error)
    else:
        assert len(documents) == 1
