"""Regions and organs in a title, a file name or a line: 云岚市青禾县委组织部 → 青禾县, 组织部."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from textmine.lexicon import Lexicon, alternation
from textmine.years import SIGN, YEAR

HIDDEN = "\0"  # stands where words are that hold no place
_LETTER = "[省市县区州旗镇乡村]"  # the level of a unit whose place is left out: 县医保局
_TOWN = re.compile("(镇|乡|街道|街道办事处|村|社区)$")
_MEETING = re.compile("^在[^，。]{4,40}(?:会议|大会|全会)上的?")  # 在青禾县第十七届人民代表大会第一次会议上的
_BEFORE = re.compile(r"^(关于|中共|中国共产党)|^[\d._\-—\s]+")
_YEARS = re.compile(rf"{YEAR}年?(度)?|20{SIGN}{{2}}年?(度)?|{SIGN}{{1,4}}年(度)?")
_COMPANY = re.compile("(?:集团|股份|有限|责任|公司){1,5}")
_PLACE_ALONE = re.compile(
    r"\|?(?:上半年|下半年|第?[一二三四]季度)?(?:工作)?(?:总结|计划|小结|要点|报告|思路|安排|打算)"
)
_LONGEST_SHORT_NAME = 8
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
    "镇": "乡",
    "乡": "乡",
    "街道": "乡",
}

# What an organ of the table may have before its name, behind its place, and those that do: 青禾县高速公路管理局.
_QUALIFIED = re.compile("(?!人民|中共|党委)[一-鿿]{2}")
_LARGE = ("局", "处", "学院", "中心", "公司", "总队", "支队", "大队")


class Named(NamedTuple):
    """What a title names: the place, the unit without it, and its level where only that is said (县医保局)."""

    region: str
    organ: str
    level: str = ""


class Grammar:
    """The patterns by which a lexicon's organs and places are found."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.headings["names"]
        ends = "|".join(sorted(words["place_ends"], key=len, reverse=True))
        known = alternation([region.name for region in lexicon.regions])
        # 云州市: an ending right after an ending belongs to the name.
        self.place = re.compile(rf"{known}|(?:{SIGN}{{1,6}}|[一-鿿]{{1,7}}?)(?:{ends})(?:省|市|县|区|旗|镇|乡|街道)?")
        self.no_place = re.compile("|".join(words["no_place"]))
        self.own_place = re.compile(f"(?:街道|社区|{_LETTER})")
        self.organ = re.compile(f"(?={alternation([name for name in lexicon.organ_names if len(name) > 1])})")
        self.names = sorted((name for name in lexicon.organ_names if len(name) > 1), key=len, reverse=True)
        self.longest = re.compile(alternation(self.names))
        self.heads = re.compile(f"(?:中国)?({alternation(words['organ_heads'])})")
        self.ends = re.compile(
            rf"[一-鿿]{{1,14}}?(?:{'|'.join(words['organ_ends'])})(?=[\d\s_|年关工的半上下第（(]|总结|计划|报告|$)"
        )
        self.zone = re.compile("|".join(words["zones"]))

    def organs(self, words: str) -> list[tuple[int, int]]:
        """The organs of the table that words name, in order; those that overlap are one (经济开发区 + 开发区管委会)."""
        spans: list[tuple[int, int]] = []
        for match in self.organ.finditer(words):
            found = self.longest.match(words, match.start())
            start, end = match.start(), found.end() if found else match.start()
            if spans and start < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return [(start, company.end() if (company := _COMPANY.match(words, end)) else end) for start, end in spans]

    def places(self, words: str, organs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The places that words name outside the organs; 街道 of 街道办事处 and 县 of 县委 still are part of theirs."""
        shown = self.no_place.sub(lambda match: HIDDEN * len(match[0]), words)
        for start, end in organs:
            own = self.own_place.match(shown, start)
            kept = own[0] if own else ""
            shown = shown[:start] + kept + HIDDEN * (end - start - len(kept)) + shown[end:]
        return [match.span() for match in self.place.finditer(shown)]


@lru_cache(maxsize=4)
def grammar(lexicon: Lexicon) -> Grammar:
    return Grammar(lexicon)


def full_name(place: str, lexicon: Lexicon) -> str:
    """西藏 → 西藏自治区; a place that regions.csv does not have stays as it is."""
    region = lexicon.region_names.get(place.strip())
    return region.name if region else place.strip()


def split_name(words: str, lexicon: Lexicon) -> Named:
    """Region and organ in a title or file name: 南溪区审计局2019年工作总结 → 南溪区, 审计局."""
    bare = _bare(words)
    rules = grammar(lexicon)
    organs = rules.organs(bare)
    places = rules.places(bare, organs)
    if head := rules.heads.match(bare):
        return Named(full_name(_cut(bare, places[-1:]), lexicon), head[1])
    last = places[-1][1] if places else 0
    behind = [span for span in organs if span[1] > last] or organs
    own = [span for span in behind if not bare.startswith(("国家", "中国"), span[0])] or behind
    start, end = max(own, key=lambda span: (span[1] - span[0], span[0]), default=(len(bare), len(bare)))
    qualified = _QUALIFIED.match(bare, last) if places and bare.endswith(_LARGE, start, end) else None
    if qualified and qualified.end() == start:
        start = last
    region = _region(bare, places, start, rules.zone.search(bare[start:end]) is not None, lexicon)
    organ = bare[start:end]
    if not organ and places and _PLACE_ALONE.match(bare, last):
        organ = "人民政府"  # 石桥镇2021年工作总结: what a place reports, its government does
    if not organ:
        match = rules.ends.match(bare, last)
        organ = match[0] if match else ""
        start = last
    letter = re.search(f"({_LETTER})$", bare[: start + 1] if re.match(_LETTER, organ) else bare[:start])
    level = LEVELS.get(letter[1], "") if letter and not region else ""
    return Named(region, _official(organ, words, lexicon), level)


def _bare(words: str) -> str:
    """A title without quotes, 关于 and the meeting it was given at, its years replaced by a bar."""
    bare = _YEARS.sub("|", _MEETING.sub("", words)).strip('《“"【（( ')
    return _BEFORE.sub("", _BEFORE.sub("", bare.lstrip("_- |—"))).lstrip("_- |—")


def _cut(words: str, spans: list[tuple[int, int]]) -> str:
    return words[spans[0][0] : spans[0][1]] if spans else ""


def _region(bare: str, places: list[tuple[int, int]], organ: int, zone: bool, lexicon: Lexicon) -> str:
    """The innermost place before the organ, a short name at the start (南溪审计局), or the name of a zone."""
    before = [span for span in places if span[0] < organ]
    if before:
        return full_name(_cut(bare, before[-1:]), lexicon)
    for length in range(min(organ, _LONGEST_SHORT_NAME), 1, -1):
        if bare[:length] in lexicon.region_names:
            return lexicon.region_names[bare[:length]].name
    name = re.fullmatch("[一-鿿]{2,4}", bare[:organ])
    return name[0] if zone and name else ""


def _official(organ: str, words: str, lexicon: Lexicon) -> str:
    """市政府 is the 人民政府 of a city; other short names (卫健局) stay as the report writes them."""
    row = lexicon.organ_names.get(organ)
    if row and row.organ in ("人民政府", "国务院"):
        return row.organ
    return "人民政府" if not organ and re.search("人民政府|政府工作(报告|总结|计划)", words) else organ


def names_only(line: str, lexicon: Lexicon) -> Named | None:
    """Region and organ of a line that is nothing but their name: 松溪县残疾人联合会."""
    if not re.fullmatch(rf"(?:[一-鿿]|{SIGN}){{4,30}}", line):
        return None
    named = split_name(line, lexicon)
    before = line.removesuffix(named.organ).removeprefix("中共")
    if not named.organ or not line.endswith(named.organ):
        return None
    rules = grammar(lexicon)
    places = rules.places(before, [])
    whole = not before or (places and places[0][0] == 0 and places[-1][1] == len(before))
    masked = named.organ in lexicon.organ_names and re.fullmatch(f"{SIGN}{{1,6}}", before)  # XX司法所
    return named if whole or masked or named.level or before in lexicon.region_names else None


def opening_names(text: str, lexicon: Lexicon) -> Iterator[Named]:
    """The units that begin a clause, as the one does that reports: 2022年，松溪县农机局…"""
    for match in re.finditer(rf"(?:^|[，。\n])((?:[一-鿿]|{SIGN}){{2,24}})", text):
        words = match[1]
        spans = grammar(lexicon).organs(words)
        if spans and not re.match("领导|指导|支持|关心|部署|要求|的", words[spans[0][1] :]):
            named = names_only(words[: spans[0][1]], lexicon)
            if named:
                yield named


def level_of(region: str, organ: str, lexicon: Lexicon) -> str:
    """国家 省 市 县 乡, by the ending of the place or the organ; empty where they do not tell."""
    if organ == "国务院":
        return "国家"
    if _TOWN.search(organ) or _TOWN.search(region):
        return "乡"
    known = lexicon.region_names.get(region)
    if known is not None:
        return known.level
    return next((level for ending, level in LEVELS.items() if region.endswith(ending)), "")
