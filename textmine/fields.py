"""What a report says of itself: title, kind, organ, region, level, the year reported on and the year planned for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from textmine.lexicon import Lexicon, Region, alternation
from textmine.model import Document, ReportFields
from textmine.numerals import chinese

SIGN = "[xX*×_○□#]"
YEAR = r"((?:19|20)\d{2}|[一二][九〇○零][〇○零一二三四五六七八九]{2})"
YEAR_IN_WORDS = re.compile(YEAR + "(?=年|届|财年|[^\\d])")
PLACE_ENDS = (
    "省|自治区|特别行政区|自治州|自治县|自治旗|地区|盟|市|县|区|旗|州|镇|乡|街道|村|社区|新区|开发区|高新区|林区"
)
LEVELS = {
    "省": "省",
    "自治区": "省",
    "市": "市",
    "自治州": "市",
    "地区": "市",
    "盟": "市",
    "州": "市",
    "县": "县",
    "区": "县",
    "旗": "县",
}
TOWN = re.compile("(镇|乡|街道|街道办事处|村|社区)$")
ORGAN_ENDS = "局|委员会|委|办公室|办|厅|院|会|中心|街道|处|队|所|公司|学校|学院|部|署|站|馆|法院|检察院|支队|大队"
HALF_YEAR = re.compile("上半年|半年|[一二三]季度")  # what follows such a report is the rest of its own year
MAX_TITLE = 60
# The first years of the five-year plans.
FIVE_YEAR_PLANS = {"六": 1981, "七": 1986, "八": 1991, "九": 1996, "十": 2001} | {
    f"十{digit}": 2001 + 5 * number for number, digit in enumerate("一二三四五六七", 1)
}
HEAD = 1500  # characters in which a title, a subtitle and a signature line are looked for


def read_fields(document: Document, text: str, headings: Iterable[str], lexicon: Lexicon) -> ReportFields:
    """The fields of a report from what its reader knew, its file name, its title, and its headings, in this order."""
    given = document.fields
    title = given.get("title") or find_title(text, lexicon)
    name = PurePosixPath(document.source.partition("#")[0].rpartition("!")[2] or document.source).stem
    headings = list(headings)
    organ, region = _organ_and_region(given, title, name, text, lexicon)
    kind = _kind(title, name, organ, headings, lexicon)
    kind = given.get("kind", kind)
    report_year, plan_year = _years(kind, given, title, name, text, headings)
    return ReportFields(
        title=title,
        kind=kind,
        level=given.get("level") or _level(region, organ, lexicon),
        region="" if re.search(f"{SIGN}|某", region) else region,
        organ=organ,
        report_year=_given_number(given, "report_year", report_year),
        plan_year=_given_number(given, "plan_year", plan_year),
    )


def _given_number(given: Mapping[str, str], key: str, found: int | None) -> int | None:
    """A year that metadata gives overrides the one found; an empty cell leaves it, `-` takes it away."""
    written = given.get(key, "").strip()
    if not written:
        return found
    return int(written) if re.fullmatch(r"(19|20)\d{2}", written) else None


def find_title(text: str, lexicon: Lexicon) -> str:
    """The first title-like line: short, no sentence, with a word such as 工作总结."""
    words = re.compile(alternation(lexicon.words("headings", "title.words")))
    best = ""
    for line in text[:HEAD].split("\n"):
        line = line.strip(" _-")
        found = [match.end() for match in words.finditer(line[:MAX_TITLE])]
        if not found or line.startswith("——") or re.match(r"[一二三四五六七八九十（(\d]{1,3}[、.）)]", line):
            continue
        candidate = line if len(line) <= MAX_TITLE else line[: found[-1]]
        if re.search("[。；！？，：]", candidate):
            continue
        if re.search(f"{YEAR}|局|委|政府|院|会|{SIGN}", candidate) or not best:
            return candidate
        best = candidate
    return best


# --- organ, region, level ---------------------------------------------------------------------------------------


def _organ_and_region(fields: Mapping[str, str], title: str, name: str, text: str, lexicon: Lexicon) -> tuple[str, str]:
    organ = fields.get("organ", "")
    region = _place_of(fields, lexicon)
    for source in (title, name, _signature(text)):
        where, what = split_name(source, lexicon)
        organ = organ or what
        region = region or where
    if not organ and re.search("政府工作报告", title + name):
        organ = (
            "国务院" if re.search("国务院|全国人民代表大会", title + name + text[:400]) and not region else "人民政府"
        )
    if organ == "国务院" or (organ == "人民政府" and not region and "全国人民代表大会" in text[:400]):
        return "国务院", ""
    if not region:
        region = _place_in_head(text, lexicon)
    return organ, region


def _place_of(fields: Mapping[str, str], lexicon: Lexicon) -> str:
    for key in ("county", "region", "city", "province"):
        if fields.get(key):
            return full_name(fields[key], lexicon)
    return ""


def full_name(place: str, lexicon: Lexicon) -> str:
    """西藏 → 西藏自治区; a place that regions.csv does not have stays as it is."""
    region = lexicon.region_names.get(place.strip())
    return region.name if region else place.strip()


def split_name(words: str, lexicon: Lexicon) -> tuple[str, str]:
    """Region and organ in a title or file name: 南溪区审计局2019年工作总结 → 南溪区, 审计局."""
    bare = re.sub(
        rf"^[《“\"【（(]+|^(关于|中共|中国共产党)|{YEAR}年?(度)?|{SIGN}{{2,4}}年(度)?|20{SIGN}{{2}}年(度)?|^[\d._\-—\s]+",
        "",
        words,
    )
    bare = bare.strip("_- ")
    organ = _longest_organ(bare, lexicon)
    before = bare[: bare.find(organ)] if organ else bare
    region = _leading_place(before, lexicon)
    if not organ:
        rest = bare[len(region) :] if region and bare.startswith(region) else before
        match = re.match(rf"[一-鿿]{{1,14}}?({ORGAN_ENDS})(?=[\d\s_年关工的半上下第]|总结|计划|报告|$)", rest)
        organ = match[0] if match else ""
    if "人民政府" in bare or (organ == "" and re.search("政府工作报告", words)):
        organ = "人民政府" if not organ or organ.endswith("政府") else organ
    return region, organ


def _longest_organ(words: str, lexicon: Lexicon) -> str:
    names = _organ_pattern(lexicon).findall(words)
    longest = max(names, key=len) if names else ""
    row = lexicon.organ_names.get(longest)
    # 省政府 is the 人民政府 of a province; other short names (卫健局) stay as the report writes them.
    return row.organ if row and row.organ in ("人民政府", "国务院") else longest


@lru_cache(maxsize=4)
def _organ_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(alternation([name for name in lexicon.organ_names if len(name) > 1]))


def _leading_place(words: str, lexicon: Lexicon) -> str:
    """The place that a title begins with; the innermost of several (云州市青禾县 → 青禾县)."""
    # 云州市: an ending right after an ending belongs to the name.
    places = re.findall(rf"(?:{SIGN}{{1,6}}|[一-鿿]{{1,7}}?)(?:{PLACE_ENDS})(?:市|县|区|旗|镇|乡|街道)?", words)
    if places:
        innermost = str(places[-1])
        return full_name(innermost, lexicon)
    for length in range(min(len(words), 8), 1, -1):
        if words[:length] in lexicon.region_names:
            return lexicon.region_names[words[:length]].name
    return ""


def _signature(text: str) -> str:
    """The line that ends a report with its organ, without a date."""
    for line in reversed(text[-300:].split("\n")):
        line = line.strip()
        if 4 <= len(line) <= 30 and re.search(f"({ORGAN_ENDS})$", line) and not re.search("[，。；：]", line):
            return line
    return ""


def _place_in_head(text: str, lexicon: Lexicon) -> str:
    """A place named in the first lines: 在云州市第五届人民代表大会上, 云州市市长."""
    match = re.search(r"在([一-鿿]{2,12}?)第[一二三四五六七八九十]{1,4}届", text[:HEAD])
    if match:
        return full_name(match[1], lexicon)
    match = re.search(
        r"(?:^|\n)([一-鿿]{2,10}?(?:省|自治区|市|县|区|旗|州))(?:省长|主席|市长|县长|区长|州长|人民政府|代)",
        text[:HEAD],
    )
    return full_name(match[1], lexicon) if match else ""


def _level(region: str, organ: str, lexicon: Lexicon) -> str:
    if organ == "国务院":
        return "国家"
    if TOWN.search(organ) or TOWN.search(region):
        return "乡"
    known: Region | None = lexicon.region_names.get(region)
    if known is not None:
        return known.level
    for ending, level in LEVELS.items():
        if region.endswith(ending):
            return level
    return ""


# --- kind and years ---------------------------------------------------------------------------------------------


def _kind(title: str, name: str, organ: str, headings: list[str], lexicon: Lexicon) -> str:
    words = title or name
    if "政府工作报告" in words or (organ in ("人民政府", "国务院") and "工作报告" in words):
        return "政府工作报告"
    summary = any(word in words for word in lexicon.words("headings", "title.summary_words"))
    plan = any(word in words for word in lexicon.words("headings", "title.plan_words"))
    if summary and not plan:
        plan = any(_plans(heading, lexicon) for heading in headings)
    if summary:
        return "总结暨计划" if plan else "工作总结"
    return "工作计划" if plan else "其他"


def _plans(heading: str, lexicon: Lexicon) -> bool:
    return bool(re.search("计划|打算|安排|思路|谋划|下一步|明年|来年|工作要点|下步", heading)) and not re.search(
        "完成", heading
    )


def _year(written: str) -> int:
    if written.isdigit():
        return int(written)
    value = chinese(written.replace("○", "〇"))
    return int(value) if value is not None else 0


def years_in(words: str) -> list[int]:
    """The years that words name, in Arabic or Chinese digits: 2024年, 二〇〇五年."""
    return [year for year in (_year(m[1]) for m in YEAR_IN_WORDS.finditer(words + " ")) if 1949 <= year <= 2100]


def _years(
    kind: str, given: Mapping[str, str], title: str, name: str, text: str, headings: list[str]
) -> tuple[int | None, int | None]:
    """The year reported on and the year planned for.

    A government's report is titled by the year it is given in, a department's by the year it reports on; headings
    (2024年工作回顾, 2025年工作安排) decide where the two disagree.
    """
    stated_report = _heading_year(headings, "回顾|总结|完成情况|工作情况|开展情况")
    stated_plan = _heading_year(headings, "安排|任务|目标|要求|重点|部署|计划|打算|思路|建议")
    masked = bool(re.search(rf"\d?{SIGN}+年|20{SIGN}", title))
    titled = years_in(title) or ([] if masked else years_in(name))
    if kind == "政府工作报告":
        year = (titled or years_in(_subtitle(text)) or _given_year(given) or [0])[0]
        subtitle = (years_in(_subtitle(text)) or [0])[0]
        year = subtitle if subtitle and year and abs(subtitle - year) <= 1 else year
        plan = stated_plan or (stated_report + 1 if stated_report else year)
        if stated_report and plan != stated_report + 1:
            plan = stated_report + 1
        return (plan - 1, plan) if plan else (None, None)
    titled = titled or ([] if masked else _given_year(given))
    first = titled[0] if titled else 0
    if kind == "工作计划":
        return None, first or stated_plan or None
    report = first or stated_report or 0
    plans = kind == "总结暨计划"
    plan = titled[1] if len(titled) > 1 else stated_plan or (report + 1 if report else 0)
    if plan and report and not report < plan <= report + 5:
        plan = report + 1
    return report or None, (plan or None) if plans else None


def with_plan(fields: ReportFields) -> ReportFields:
    """The fields of a report whose title names only a summary (2021年工作总结) but whose text also plans."""
    if fields.kind != "工作总结":
        return fields
    return replace(fields, kind="总结暨计划", plan_year=fields.plan_year or next_year(fields))


def next_year(fields: ReportFields) -> int | None:
    """The year that a report on `report_year` plans for, where it plans: the rest of it after half a year's report."""
    return fields.report_year and fields.report_year + (0 if HALF_YEAR.search(fields.title) else 1)


def _given_year(given: Mapping[str, str]) -> list[int]:
    return years_in(given.get("year", ""))


def _heading_year(headings: list[str], words: str) -> int:
    for heading in headings:
        match = re.match(rf"{YEAR}年?[^，。]{{0,16}}?({words})", heading)
        if match:
            return _year(match[1])
    return 0


def _subtitle(text: str) -> str:
    match = re.search(rf"(——|—|^|\n|[（(])\s*{YEAR}年\d{{1,2}}月\d{{1,2}}日\s*在", text[:HEAD])
    return match[0] if match else ""
