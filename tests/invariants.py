"""What holds for every text, however odd, and the pieces that odd texts are made of.

The property tests (hypothesis) and the fuzzer (tests/fuzz.py) check the same. Each invariant yields a sentence for
whatever breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from textmine.characters import ASCII_POINTS, FOLDS
from textmine.model import CleanText, Document, Failure, Mined, Span

# Pieces that reports are made of, and pieces that no report should be made of.
PIECES = (
    *("一、", "（二）", "3.", "1、", "(1)", "一是", "二要", "第一，", "首先，", "①", "——", "●", "第二章", "二严格"),
    *("2021年", "20xx年", "X至X月份", "十四五", "附件", "名词解释", "各位代表：", "下一步，", "存在的问题"),
    *("主要预期目标是：", "12", "３４５", "1,234.5", "X", "xx"),
    *("**.*", "×", "某某", "11.X", "三百二十", "百分之八"),
    *(
        "1:3.4",
        "5%—5.5%",
        "第四",
        "首位",
        "-",
        "至",
        "～",
        "—",
        "/",
        "+",
        "百分之",
        "万分之",
        "零",
        "〇",
        "两",
        "翻两番",
    ),
    *(
        "件",
        "%",
        "个百分点",
        "万亿元",
        "余名",
        "左右",
        "以上",
        "近",
        "不低于",
        "亩",
        "千瓦",
        "人（次）",
        "余",
        "万",
        "成",
    ),
    *(
        "办结",
        "新增",
        "增长",
        "下降",
        "从",
        "提高到",
        "同比",
        "占",
        "分别",
        "其中",
        "全市",
        "推进",
        "完成投资",
        "达",
        "为",
    ),
    *(
        "较上年",
        "年均",
        "力争",
        "控制在",
        "以内",
        "共",
        "高于全国",
        "降至",
        "由",
        "比",
        "每",
        "倍",
        "个",
        "年",
        "月",
        "日",
    ),
    *(
        "群众满意率",
        "选派",
        "县",
        "镇",
        "书记",
        "，",
        "。",
        "；",
        "：",
        "、",
        "“",
        "”",
        "（",
        "）",
        "，，",
        "。。",
        "!",
        ",",
    ),
    *("\n", "\r\n", " ", "\u3000", "\u00a0", "\x00", "\ufeff", "\u200b", "\t", "  \n"),
    *(
        "[NextPage]",
        "【字号：大 中 小】",
        "www.example.com",
        "— 2 —",
        "7×24小时",
        "1+N+X",
        "PM_2.5",
        "5G",
        "(下转第四版)",
    ),
    *("来源：某网", "第3页", "3\n", "QQ：12345", "目录", "下载 打印", "。.5亿元", ".52", "增 长- 39.7%"),
    *("□", "##", "○○", "___", "＊", "Ｘ", "ｘ．ｘ", "△", "20**", "X.X", "x,xxx", "*·**", "xx:xx", "3D"),
    *("縣", "辦結", "發展", "總結與", "務實", "個", "億元", "后", "後"),
    *("𠀀", "😀", "é", "ﬁ", "㎡", "²", "\x85", "\u2028"),
    *("\ud7ff", "\U0010ffff", "A", "z", "Ⅳ", "㈠", "٣", "½", "İ"),
)

Invariant = Callable[[Mined], Iterator[str]]


def broken(mined: Mined) -> Iterator[str]:
    """What a mined report breaks, a sentence each."""
    for invariant in INVARIANTS:
        yield from invariant(mined)


def leads_back(mined: Mined) -> Iterator[str]:
    """Every finding stands in the clean text, and its source offsets in the source."""
    text = mined.report.text
    for finding in (*mined.measures, *mined.metrics, *mined.placeholders):
        if not 0 <= finding.span.start < finding.span.end <= len(text) or finding.span.of(text) != finding.text:
            yield f"{finding.span} holds {finding.span.of(text)!r}, the finding says {finding.text!r}"
            continue
        source = mined.report.source_span(finding.span)
        if not 0 <= source.start < source.end <= len(mined.report.document.text):
            yield f"{finding.text!r} comes from {source}, outside the source"


def in_order(mined: Mined) -> Iterator[str]:
    """Findings of one kind are in order and never overlap."""
    for findings in (mined.measures, mined.metrics, mined.placeholders):
        for one, two in pairwise(findings):
            if one.span.end > two.span.start:
                yield f"{one.text!r} at {one.span} reaches into {two.text!r} at {two.span}"


def linked(mined: Mined) -> Iterator[str]:
    """What belongs to a measure stands in it."""
    measures = {measure.measure_id: measure.span for measure in mined.measures}
    for finding in (*mined.metrics, *mined.placeholders):
        if finding.measure_id and not measures[finding.measure_id].contains(finding.span):
            yield f"{finding.text!r} stands outside its measure {finding.measure_id}"


def nested(mined: Mined) -> Iterator[str]:
    """Sections nest, level by level, and hold their measures."""
    sections = {section.section_id: section for section in mined.report.sections}
    whole = Span(0, len(mined.report.text))
    for section in sections.values():
        parent = sections.get(section.parent_id)
        if not (parent.span if parent else whole).contains(section.span):
            yield f"section {section.title!r} reaches beyond what holds it"
        if section.level != (parent.level + 1 if parent else 1):
            yield f"section {section.title!r} has level {section.level} below {parent and parent.level}"
    for measure in mined.measures:
        if measure.section_id and not sections[measure.section_id].span.contains(measure.span):
            yield f"measure {measure.text!r} stands outside its section"


def valued(mined: Mined) -> Iterator[str]:
    """Masked numbers have no value; others have one."""
    for metric in mined.metrics:
        values = (metric.value, metric.value_high, metric.std_value, metric.std_high)
        if metric.masked and values != (None, None, None, None):
            yield f"{metric.text!r} is masked and has the values {values}"
        if not metric.masked and metric.quantity not in ("ratio", "first") and metric.value is None:
            yield f"{metric.text!r} has no value"


def rooted(mined: Mined) -> Iterator[str]:
    """Each character of the clean text is that of the source, or the plain form of it."""
    yield from origins(mined.report.clean, mined.report.document)


INVARIANTS: tuple[Invariant, ...] = (leads_back, in_order, linked, nested, valued, rooted)


def origins(clean: CleanText, document: Document) -> Iterator[str]:
    """Origins rise strictly, and characters are those of the source, folded at most."""
    if len(clean.origins) != len(clean.text):
        yield f"{len(clean.origins)} origins for {len(clean.text)} characters"
    if any(one >= two for one, two in pairwise(clean.origins)):
        yield "origins that do not rise"
    for char, at in zip(clean.text, clean.origins, strict=False):
        if not 0 <= at < len(document.text):
            yield f"an origin at {at} of {len(document.text)} characters"
        elif not _same(document.text[at], char):
            yield f"{document.text[at]!r} became {char!r}"


def _same(was: str, char: str) -> bool:
    folded = FOLDS.get(ord(was), ASCII_POINTS.get(was))
    simplified = "\u4e00" <= was <= "\u9fff" and "\u4e00" <= char <= "\u9fff"
    typed = {".": "。", '"': "“”"}.get(was, "")  # with an ASCII keyboard
    return char in (was, folded) or char in " \n." or char in typed or simplified


def badly_read(item: Document | Failure) -> Iterator[str]:
    """A document's text can be written; a failure says of what source it is, and why, in words."""
    if isinstance(item, Failure):
        if not (item.source and item.error and item.source in item.detail):
            yield f"a failure that does not say what is wrong: {item}"
    elif not item.text.strip() or any("\ud800" <= char <= "\udfff" for char in item.text):
        yield f"a document without text, or with half a character: {item.text!r}"
