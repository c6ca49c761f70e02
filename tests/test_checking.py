"""`textmine check`: our own tables are sound, and every kind of fault in a user's table is one line that names it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from textmine.checking import (
    EXAMPLES,
    check_areas,
    check_furniture,
    check_headings,
    check_indicators,
    check_lexicon,
    check_modifiers,
    check_organ_fields,
    check_organs,
    check_placeholders,
    check_regions,
    check_units,
)
from textmine.lexicon import Lexicon, Region
from textmine.model import LexiconError


def test_our_own_tables_are_sound() -> None:
    faults, count = check_lexicon()
    assert faults == []
    assert count > 900


def test_every_row_with_an_example_is_run(lexicon: Lexicon) -> None:
    tables = (lexicon.units.values(), lexicon.modifiers.values(), lexicon.organs, lexicon.indicators.values())
    with_example = sum(bool(row.example) for rows in tables for row in rows) + len(lexicon.furniture)
    signs = sum(len(lexicon.placeholders[name]) for name in ("keep", "kind"))
    words = sum(
        len(lists) for table in ("part", "paragraph") for lists in lexicon.headings[f"{table}_examples"].values()
    )
    assert check_lexicon()[1] == with_example + signs + words
    assert len(EXAMPLES) == 7


CHECKS = {
    "units.csv": [check_units],
    "modifiers.csv": [check_modifiers],
    "organs.csv": [check_organs, check_organ_fields],
    "furniture.txt": [check_furniture],
    "headings.toml": [check_headings],
    "placeholders.toml": [check_placeholders],
    "indicators.csv": [check_indicators],
    "areas.csv": [check_areas],
    "regions.csv": [check_regions],
}
UNITS = "unit,quantity,base,factor,example\n"
KEEP = '[[keep]]\nname = "{0}"\npattern = \'{1}\'\nexample = "{2}"\n'
KIND = '[[kind]]\nname = "{0}"\nkind = "{1}"\nafter = \'{2}\'\nexample = "{3}"\n'


@pytest.mark.parametrize(
    ("file", "content", "place", "what"),
    [
        ("units.csv", UNITS + "箩筐,count,箩筐,1,发放背篓12个\n", "units.csv, 箩筐", "is found 个"),
        ("units.csv", UNITS + "箩筐,count,箩筐,1,没有数字\n", "units.csv, 箩筐", "is found nothing"),
        (
            "modifiers.csv",
            "word,place,bound,example\n将将,before,around,约12人\n",
            "modifiers.csv, 将将",
            "约 (around)",
        ),
        (
            "organs.csv",
            "organ,aliases,field,example\n灯塔局,,01.5,青禾县水利局2021年总结\n",
            "organs.csv, 灯塔局",
            "水利局",
        ),
        (
            "organs.csv",
            "organ,aliases,field,example\n灯塔局,,99.9,青禾县灯塔局2021年总结\n",
            "organs.csv, 灯塔局",
            "no sub-area",
        ),
        ("furniture.txt", "line\t晨星.{0,9}\t别的话\n", "furniture.txt, line 晨星", "matches nothing"),
        ("furniture.txt", "line\t第\\s*\\d+\\s*页\t第 3 页\n", "furniture.txt, line 第", "does not need the row"),
        ("headings.toml", '[part_examples]\nplan = ["不相干"]\n', "headings.toml, part.plan", "no pattern"),
        (
            "headings.toml",
            '[part_examples]\nplan = ["存在的问题和工作计划"]\n',
            "headings.toml, part.plan",
            "part.problem",
        ),
        ("placeholders.toml", KEEP.format("ours", "古德", "办结X件"), "keep ours", "has the placeholder X"),
        ("placeholders.toml", KEEP.format("ours", "7×24", "7×24小时"), "keep ours", "does not need the row"),
        ("placeholders.toml", KIND.format("ours", "name", "缸", "⟦X⟧件"), "kind ours", "quantity by"),
        ("placeholders.toml", KIND.format("ours", "name", "缸", "X缸"), "kind ours", "does not mark one sign"),
        (
            "indicators.csv",
            "indicator,aliases,example\n灯塔数,,建成灯箱12座\n",
            "indicators.csv, 灯塔数",
            "is found nothing",
        ),
        ("areas.csv", "code,parent,name,keywords\n99,,新域,\n991,99,新分域,\n", "areas.csv, 991", "not of the form"),
        ("areas.csv", "code,parent,name,keywords\n99.1,99,新分域,\n", "areas.csv, 99.1", "no area above it"),
        (
            "areas.csv",
            "code,parent,name,keywords\n01.9,01,新分域,稳增长\n",
            "areas.csv, 01.9",
            "稳增长 also belongs to 01.1",
        ),
        (
            "regions.csv",
            "name,short,level,parent\n灯塔县,灯塔,县,无名市\n",
            "regions.csv, 灯塔县",
            "无名市 is no region",
        ),
    ],
)
def test_a_fault_is_one_line_that_names_file_row_and_what_happened(
    tmp_path: Path, file: str, content: str, place: str, what: str
) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    faults = _faults(tmp_path, file)
    own = [fault for fault in faults if place in fault]
    assert own, faults
    assert any(what in fault for fault in own), own
    assert not any("\n" in fault for fault in own)


def _faults(folder: Path, file: str) -> list[str]:
    """The faults that the checks of one file find."""
    lexicon = Lexicon.load(folder)
    return [fault for check in CHECKS[file] for fault in check(lexicon) if fault]


def test_sound_rows_of_a_user_are_no_faults(tmp_path: Path) -> None:
    sound = {
        "units.csv": UNITS + "箩筐,count,箩筐,1,采收12箩筐\n",
        "organs.csv": "organ,aliases,field,example\n灯塔局,,01.5,青禾县灯塔局2021年总结\n",
        "furniture.txt": "line\t晨星.{0,9}\t晨星资料站\n",
        "placeholders.toml": KIND.format("ours", "quantity", "缸", "⟦X⟧缸"),
    }
    for file, content in sound.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    faults, count = check_lexicon(str(tmp_path))
    assert faults == []
    assert count == check_lexicon()[1] + len(sound)


def test_a_region_of_an_unknown_level_is_a_fault(lexicon: Lexicon) -> None:
    odd = replace(lexicon, regions=(*lexicon.regions, Region("灯塔镇", "灯塔", "镇", "北京市")))
    assert list(check_regions(odd)) == ["regions.csv, 灯塔镇: the level is 镇, none of 省 市 县"]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("units.csv", "unit,quantity\n箩筐,count\n", "no column base, factor"),
        ("units.csv", "unit,quantity,base,factor\n箩筐,count,箩筐,许多\n", "箩筐"),
        ("units.csv", "unit,quantity,base,factor\n箩筐,count\n", "line 2"),
        ("units.csv", "unit,quantity,base,factor\n,count,箩筐,1\n", "unit is empty"),
        ("furniture.txt", "line\t(\t例\n", "line 1"),
        ("furniture.txt", "nowhere\t晨星\t晨星\n", "line or inline"),
        ("headings.toml", "[part\n", "headings.toml"),
        ("dictionary.txt", "一 二 三 四\n", "dictionary.txt, line 1"),
    ],
)
def test_a_table_that_cannot_be_read_is_an_error_that_names_it(
    tmp_path: Path, file: str, content: str, message: str
) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        check_lexicon(str(tmp_path))


def test_a_table_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes("unit,quantity,base,factor\n筐,count,筐,1\n".encode("gb18030"))
    with pytest.raises(LexiconError, match="not UTF-8"):
        check_lexicon(str(tmp_path))


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no such folder"):
        check_lexicon(str(tmp_path / "nothing"))
