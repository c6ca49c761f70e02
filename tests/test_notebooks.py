"""The notebooks run from a checkout, each in a kernel of its own, as a reader would run them from top to bottom."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs the extra `notebooks`")
    nbclient = pytest.importorskip("nbclient", reason="needs the extra `notebooks`")
    pytest.importorskip("ipykernel", reason="needs the extra `notebooks`")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])))
    book = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(ROOT / "notebooks")}}
    )
    client.execute()  # raises CellExecutionError, with the traceback, where a cell fails
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.execution_count for cell in cells)


def test_the_notebook_that_teaches_shows_its_results() -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs the extra `notebooks`")
    book = nbformat.read(ROOT / "notebooks" / "4-teach-the-tagger.ipynb", as_version=4)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.outputs for cell in cells)
    assert not any(one.output_type == "error" for cell in book.cells for one in cell.get("outputs", []))
