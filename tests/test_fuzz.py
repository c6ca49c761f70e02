"""The fuzzer's seeds hold without it; with it (the extra `fuzz`), a minute of coverage-guided search finds nothing."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import fuzz
import pytest
from conftest import ROOT

from textmine.model import Mined, ReadError

SECONDS = int(os.environ.get("TEXTMINE_ATHERIS", "60"))  # for a longer search
# The same search each time, so that what fails is what was changed; with 0, another each time.
SEED = os.environ.get("TEXTMINE_ATHERIS_SEED", "1")


def test_no_seed_fails_and_every_door_has_some() -> None:
    seeds = list(fuzz.seeds())
    assert {seed[0] for seed in seeds} == set(range(len(fuzz.DOORS)))
    for seed in seeds:
        fuzz.one_input(seed)


def test_what_breaks_an_invariant_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(mined: Mined) -> list[str]:
        return ["12件 stands elsewhere"] if "12件" in mined.report.text else []

    monkeypatch.setattr(fuzz, "broken", breaks)
    fuzz.one_input(fuzz.through(fuzz.mine_utf8, "办结11件。".encode()))
    with pytest.raises(fuzz.Broken, match="stands elsewhere"):
        fuzz.one_input(fuzz.through(fuzz.mine_utf8, "办结12件。".encode()))


def test_only_errors_that_name_their_source_are_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "case.txt: no report"

    def refuse(*told: object) -> None:
        raise ReadError(said)

    monkeypatch.setattr(fuzz, "read_bytes", refuse)
    fuzz.one_input(fuzz.through(fuzz.read_plain, b"1"))
    said = "no report"
    with pytest.raises(fuzz.Broken, match="does not name its source"):
        fuzz.one_input(fuzz.through(fuzz.read_plain, b"1"))


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed: `pip install '.[fuzz]'`, which has wheels for Linux on x86 only",
)
def test_a_minute_of_fuzzing_finds_nothing(tmp_path: Path) -> None:
    """Bounded by the fuzzer's own clock, and by ours where it hangs."""
    command = [sys.executable, str(ROOT / "tests" / "fuzz.py"), str(SECONDS), str(tmp_path / "learned"), SEED]
    paths = os.pathsep.join([str(ROOT), *sys.path])
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS + 120,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]  # atheris tells the exception on stdout
    done = re.search(r"Done (\d+) runs", run.stderr)
    assert done and int(done[1]) > len(list(fuzz.seeds()))
    covered = [int(found) for found in re.findall(r"\bcov: (\d+)", run.stderr)]
    assert covered[-1] > covered[0] > 1000, "the fuzzer does not see the code it runs"
