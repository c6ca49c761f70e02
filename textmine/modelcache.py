"""Fitted taggers kept in the user's cache folder: arrays in .npz files named by the hash of all they depend on.

There is no pickle in them, so a foreign file can do no harm; one that is broken or not ours is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textmine.files import whole_file

Arrays = Mapping[str, NDArray[Any]]
KEPT = 4  # files; the oldest beyond these are removed
CODE = ("features.py", "fitting.py", "reading.py", "tagger.py", "taxonomy.py")  # what a fitted model depends on
LIBRARIES = ("numpy", "scipy", "scikit-learn", "jieba", "rjieba")


def folder() -> Path:
    """The cache folder: $TEXTMINE_CACHE, or `textmine` in the platform's folder for caches."""
    own = os.environ.get("TEXTMINE_CACHE")
    if own:
        return Path(own)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(base) / "textmine" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "textmine"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "textmine"


def digest(pieces: Iterable[bytes]) -> str:
    """A hash of `pieces`, of the code that fits and of the libraries' versions."""
    code = [Path(__file__).with_name(name).read_bytes() for name in CODE]
    total = hashlib.sha256()
    for piece in [*pieces, *code, *(f"{name} {_version(name)}".encode() for name in LIBRARIES)]:
        total.update(len(piece).to_bytes(8, "big") + piece)
    return total.hexdigest()


def load(key: str) -> dict[str, NDArray[Any]] | None:
    """The arrays kept under `key`, or None where there are none that can be trusted."""
    try:
        with np.load(_file(key), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return arrays if str(arrays.pop("key", "")) == key else None


def store(key: str, arrays: Arrays) -> None:
    """Keep the arrays under `key`: whole or not at all. A folder that cannot be written to is no error."""
    with contextlib.suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        with whole_file(_file(key)) as file:
            np.savez(file, allow_pickle=False, key=np.array(key), **arrays)
        _prune()


def _prune() -> None:
    files = sorted(folder().glob("tagger-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT:]:
        path.unlink(missing_ok=True)


def _file(key: str) -> Path:
    return folder() / f"tagger-{key[:32]}.npz"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
