"""What a report says of itself: title, kind, organ, region, level, the year reported on and the year planned for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from textmine.lexicon import Lexicon
from textmine.model import Document, ReportFields
from textmine.places import LEVELS, Named, full_name, level_of, names_only, opening_names, split_name
from textmine.titles import find_title, headings_plan, kind_of, without_organs
from textmine.years import SIGN, Wording, given_years, report_years

HEAD = 1500  # characters in which a subtitle is looked for
OPENING = 400  # characters in which the body names the unit that reports
# Units that lead others: that a report begins with their name does not make it theirs.
LEADING = ("党委", "人民政府", "国务院", "人民代表大会常务委员会", "人民政治协商会议")
_TOWNSHIP = re.compile("[镇乡]$")  # what it reports, on whatever field, its government does
# By whose order a government's report is given.
_MANDATE = re.compile(rf"我(?:受|代表)((?:[一-鿿]|{SIGN}){{0,12}}人民政府|国务院)[^。]{{0,60}}报告")
_OWN_LEVEL = re.compile("[我全](省|市|县|区|州|旗|镇|乡|街道)")


def read_fields(
    document: Document, text: str, headings: Iterable[str], lexicon: Lexicon, plans: bool | None = None
) -> ReportFields:
    """The fields of a report from what its reader knew, its file name, its title, and its headings, in this order.

    `plans`: whether a part of the text plans; where that is not known yet, the headings tell.
    """
    given = document.fields
    title = given.get("title") or find_title(text, lexicon)
    name = PurePosixPath(document.source.partition("#")[0].rpartition("!")[2] or document.source).stem
    headings = list(headings)
    if plans is None:
        plans = headings_plan(headings, lexicon)
    named = _organ_and_region(given, title, name, text, lexicon)
    kind = given.get("kind") or kind_of(title, name, named.organ, plans, lexicon)
    if kind == "其他" and _MANDATE.search(text[:HEAD]):  # 关于当前经济形势的报告
        kind = "政府工作报告"
    words = Wording(kind, without_organs(title, lexicon), name, text, headings, given_years(given))
    report_year, plan_year = report_years(words, lexicon)
    return ReportFields(
        title=title,
        kind=kind,
        level=given.get("level") or level_of(named.region, named.organ, lexicon) or named.level or _own_level(text),
        region="" if re.search(f"{SIGN}|某", named.region) else named.region,
        organ=named.organ,
        report_year=_given_number(given, "report_year", report_year),
        plan_year=_given_number(given, "plan_year", plan_year),
    )


def _given_number(given: Mapping[str, str], key: str, found: int | None) -> int | None:
    """A year that metadata gives overrides the one found; an empty cell leaves it, `-` takes it away."""
    written = given.get(key, "").strip()
    if not written:
        return found
    return int(written) if re.fullmatch(r"(19|20)\d{2}", written) else None


def _organ_and_region(given: Mapping[str, str], title: str, name: str, text: str, lexicon: Lexicon) -> Named:
    organ, region, level = given.get("organ", ""), _given_place(given, lexicon), ""
    for named in _names(title, name, text, lexicon):
        organ = organ or named.organ
        region = region or named.region
        level = level or named.level
    if not organ and (mandate := _MANDATE.search(text[:HEAD])):
        organ = "国务院" if mandate[1] == "国务院" else "人民政府"
    if not organ and (re.search("政府工作报告", title + name) or _TOWNSHIP.search(split_name(title, lexicon).region)):
        organ = "人民政府"
    region = region or _place_in_head(text, lexicon)
    if (
        organ in ("国务院", "人民政府")
        and not region
        and re.search("国务院|全国人民代表大会", title + name + text[:OPENING])
    ):
        return Named("", "国务院")
    return Named("" if organ == "国务院" else region, organ, level)


def _names(title: str, name: str, text: str, lexicon: Lexicon) -> Iterator[Named]:
    """What title, file name, the lines that only name a unit, and the opening name, the surest first."""
    yield split_name(title, lexicon)
    yield split_name(name, lexicon)
    lines = text[:HEAD].split("\n")[:6]
    for line in (*lines, *reversed(text[-300:].split("\n"))):
        first, *_ = line.split() or [""]  # 石桥镇司法所 张三: the name of a person follows
        if named := names_only(first, lexicon):
            yield named
    for named in opening_names(text[:OPENING], lexicon):
        row = lexicon.organ_names.get(named.organ)
        if row is None or row.organ not in LEADING:
            yield named


def _given_place(fields: Mapping[str, str], lexicon: Lexicon) -> str:
    for key in ("county", "region", "city", "province"):
        if fields.get(key):
            return full_name(fields[key], lexicon)
    return ""


def _place_in_head(text: str, lexicon: Lexicon) -> str:
    """A place named in the first lines: 在云州市第五届人民代表大会上, 云州市市长."""
    match = re.search(r"在(?!自治区)([一-鿿]{2,12}?)第[一二三四五六七八九十]{1,4}届", text[:HEAD])
    if match and not match[1].startswith("全国"):
        return full_name(match[1], lexicon)
    match = re.search(
        r"(?:^|\n)在?([一-鿿]{2,10}?(?:省|自治区|市|县|区|旗|州))(?:省长|主席|市长|县长|区长|州长|人民政府|代)",
        text[:HEAD],
    )
    return full_name(match[1], lexicon) if match else ""


def _own_level(text: str) -> str:
    """The level that a report speaks of as its own: 我县, 全市."""
    said = Counter(_OWN_LEVEL.findall(text[:HEAD]))
    return LEVELS[said.most_common(1)[0][0]] if said else ""
