"""Floors: what was gained and lost is told, no figure falls in silence, and a changed gold is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

from textmine.archive import mine_archive
from textmine.floors import compare_with_floors, headline, intervals, pin
from textmine.model import UsageError
from textmine.scoring import Score, score
from textmine.workers import Options

DEVELOP = ROOT / "corpora" / "gold" / "develop"


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small gold folder `my gold`, and beside it `out`, the tables of its reports."""
    root = tmp_path_factory.mktemp("floors")
    (root / "my gold").mkdir()
    for path in sorted(DEVELOP.glob("*.json"))[:3]:
        shutil.copy(path, root / "my gold")
        shutil.copy(path.with_suffix(".txt"), root / "my gold")
    mine_archive(root / "my gold", root / "out", options=Options(tag=False), jobs=1)
    return root


@pytest.fixture
def folder(mined: Path, tmp_path: Path) -> Path:
    shutil.copytree(mined, tmp_path / "copy")
    return tmp_path / "copy"


def _score(folder: Path) -> Score:
    return score(folder / "my gold", folder / "out")


def _lose_metrics(folder: Path, count: int = 20) -> None:
    path = folder / "out" / "metrics.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text(head + "".join(rows[count:]), encoding="utf-8")


def _floors(folder: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((folder / "floors.toml").read_text(encoding="utf-8"))


def test_without_floors_there_is_nothing_to_compare(folder: Path) -> None:
    assert compare_with_floors(folder / "my gold", _score(folder)) is None


def test_what_is_lost_and_gained_is_told(folder: Path) -> None:
    gold, good = folder / "my gold", _score(folder)
    pin(gold, good)
    same = compare_with_floors(gold, good)
    assert same and (same.gained, same.lost, same.lowered) == ([], [], {})
    _lose_metrics(folder)
    worse = compare_with_floors(gold, _score(folder))
    assert worse and len(worse.lost) >= 15 and {"metric spans", "metric rows"} <= set(worse.lowered)
    assert all(now < floor for floor, now in worse.lowered.values())
    pin(gold, _score(folder), "a trial")
    better = compare_with_floors(gold, good)
    assert better and len(better.gained) >= 15 and "metric spans" not in better.lowered


def test_a_floor_falls_only_for_a_reason_that_is_written_down(folder: Path) -> None:
    gold = folder / "my gold"
    pin(gold, _score(folder))
    before = (folder / "floors.toml").read_bytes()
    _lose_metrics(folder)
    for reason in ("", "  "):
        with pytest.raises(UsageError, match=r"metric spans .* → .*--reason"):
            pin(gold, _score(folder), reason)
    assert (folder / "floors.toml").read_bytes() == before
    pin(gold, _score(folder), 'a "trial" of \\ signs')
    assert _floors(folder)["my gold"]["reason"] == 'a "trial" of \\ signs'


def test_a_changed_gold_is_noticed_and_lowers_no_floor_in_silence(folder: Path) -> None:
    gold = folder / "my gold"
    pin(gold, _score(folder))
    changed = next(gold.glob("*.json"))
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="the gold files changed"):
        compare_with_floors(gold, _score(folder))
    _lose_metrics(folder)
    with pytest.raises(UsageError, match="--reason"):
        pin(gold, _score(folder))
    pin(gold, _score(folder), "a harder gold")
    assert compare_with_floors(gold, _score(folder)) is not None


def test_floors_of_other_folders_stay(folder: Path) -> None:
    (folder / "floors.toml").write_text('[other]\ndigest = "1"\n[other.floors]\n"measures" = 0.5\n', encoding="utf-8")
    pin(folder / "my gold", _score(folder))
    assert _floors(folder)["other"] == {"digest": "1", "reason": "", "floors": {"measures": 0.5}}


@pytest.mark.parametrize(
    ("written", "says"), [('[x]\nreason = "a "b""', "line 2"), ('["my gold"]\nreason = ""', "no digest or no floors")]
)
def test_a_file_of_floors_that_cannot_be_read_is_named(folder: Path, written: str, says: str) -> None:
    (folder / "floors.toml").write_text(written, encoding="utf-8")
    for action in (compare_with_floors, pin):
        with pytest.raises(UsageError, match=rf"floors\.toml: .*{says}"):
            action(folder / "my gold", _score(folder))


def test_intervals_hold_the_figure_and_are_the_same_each_time(folder: Path) -> None:
    result = _score(folder)
    found = intervals(result, resamples=100)
    assert found == intervals(result, resamples=100)
    assert set(found) == set(headline(result))
    assert all(low <= headline(result)[name] <= high for name, (low, high) in found.items())
    assert any(low < high for low, high in found.values())


def test_the_command_lists_what_was_lost_and_fails(folder: Path) -> None:
    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "textmine", "score", str(folder / "my gold"), str(folder / "out"), *more]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    assert run("--pin").returncode == 0
    _lose_metrics(folder)
    worse = run("--intervals")
    assert worse.returncode == 1 and '"intervals"' in worse.stdout
    assert "\n- metric\t" in worse.stderr and "metric spans: " in worse.stderr and "below its floor" in worse.stderr
    refused = run("--pin")
    assert refused.returncode == 2 and "say why with --reason" in refused.stderr
    assert run("--pin", "--reason", "a trial").returncode == 0
    assert run().returncode == 0
