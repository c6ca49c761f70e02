"""What `show --why` names exists: a row of a table, or a rule by its name in the module."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from brace import lexicon
from conftest import ARCHIVE, ROOT

from textmine.display import as_text
from textmine.explaining import places, section_places
from textmine.lexicon import Lexicon
from textmine.mining import Tools, mine, mine_document
from textmine.model import Document, Mined
from textmine.readers import read_documents


def _exists(place: str, tables: Lexicon) -> bool:
    """Whether a place that is named can be found by a person who opens the file."""
    file, _, rest = place.partition(" ")
    if file == "units.csv":
        return rest in tables.units
    if file == "modifiers.csv":
        return rest in tables.modifiers
    if file == "placeholders.toml":
        return rest.removeprefix("kind ") in {row["name"] for row in tables.placeholders["kind"]}
    if file.endswith(".toml"):
        keys, _, row = rest.partition(" ")
        node: Any = getattr(tables, file.removesuffix(".toml"))
        for key in keys.split("."):
            node = node[key]
        return not row or row in node
    (path,) = (ROOT / "textmine").rglob(file)
    return re.search(rf'"(\w+\.)?{re.escape(rest)}"', path.read_text("utf-8")) is not None


def _archive() -> list[Mined]:
    files = sorted(path for path in ARCHIVE.rglob("*") if path.suffix in (".txt", ".docx", ".csv"))
    found = [item for path in files for item in read_documents(path, path.name)]
    return [mine_document(item, Tools(lexicon())) for item in found if isinstance(item, Document)]


def test_every_finding_of_the_sample_archive_has_a_rule_that_exists() -> None:
    named: dict[str, str] = {}
    for mined in _archive():
        for finding in (*mined.measures, *mined.metrics, *mined.placeholders):
            assert finding.rule and places(finding, lexicon()), f"no rule for {finding.text}"
            named |= dict.fromkeys(places(finding, lexicon()), finding.text)
        for section in mined.report.sections:
            named |= dict.fromkeys(section_places(section, lexicon()), section.title)
    assert len(named) > 60
    assert [(place, text) for place, text in named.items() if not _exists(place, lexicon())] == []


def test_a_place_that_is_none_is_noticed() -> None:
    assert _exists("units.csv 件", lexicon()) and not _exists("units.csv 无此", lexicon())
    assert _exists("indicators.py plain", lexicon()) and not _exists("indicators.py unheard_of", lexicon())
    assert _exists("headings.toml part.plan 打算", lexicon()) and not _exists("headings.toml part.plan 无此", lexicon())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("一、下一步打算\n力争办案12件左右。", "headings.toml part.plan 打算"),
        ("办案12件左右。", "units.csv 件; modifiers.csv 左右"),
        ("发案率下降12%。", "indicator.change; indicators.py change; units.csv %; wording.toml change.decrease 下降"),
        ("一、工作\n一是必须办案12件。\n二是普法。", "label.running; labels.py shi; wording.toml strength.firm 必须"),
        ("居全市第X，办案X件。", "quantity.rank; placeholders.toml kind quantity.rank"),
        ("深化平安X建设。", "name.rest; placeholders.py name.rest"),
    ],
)
def test_the_rows_behind_a_finding_are_named(text: str, words: str) -> None:
    assert words in as_text(mine(f"青禾县司法局工作总结\n{text}\n", tag=False), why=True)
    assert words not in as_text(mine(f"青禾县司法局工作总结\n{text}\n", tag=False))


def test_rows_of_a_persons_own_tables_are_named(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("unit,quantity,base,factor\n蓬,count,蓬,1\n", encoding="utf-8")
    own = Lexicon.load(tmp_path)
    mined = mine("青禾县林业局工作总结\n栽植红柳12蓬。\n", lexicon=own, tag=False)
    assert "units.csv 蓬" in as_text(mined, why=True, lexicon=own)
