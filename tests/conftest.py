"""What several tests share: folders, the sample archive mined once, and how long hypothesis searches."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from textmine.archive import Archive, mine_archive
from textmine.lexicon import Lexicon
from textmine.workers import Options

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
ARCHIVE = ROOT / "corpora" / "archive"

# The same examples every time, so that only a change breaks the suite. TEXTMINE_FUZZ=5000 searches anew, and longer.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=int(os.environ.get("TEXTMINE_FUZZ", "1000")))
settings.load_profile("fuzz" if "TEXTMINE_FUZZ" in os.environ else "suite")


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture(scope="session")
def mined_archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, Path]:
    """The sample archive without policy areas, and the folder of its tables."""
    out = tmp_path_factory.mktemp("mined") / "out"
    return mine_archive(ARCHIVE, out, options=Options(tag=False), jobs=2), out


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder ../shared/samples: real and hostile files that are no part of the project."""
    return _shared("samples")


@pytest.fixture(scope="session")
def shared_gold() -> Path:
    return _shared("gold")


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, as a clone would be: without what git ignores."""
    copy = tmp_path_factory.mktemp("clone") / "textmine"
    ignored = shutil.ignore_patterns(
        ".git", ".venv*", "*.egg-info", "build", "dist", "__pycache__", ".*_cache", "out", ".hypothesis"
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    return copy
