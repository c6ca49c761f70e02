"""The shape of the code: floors, imports, what no module holds; and that it finds its data wherever it is installed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

import textmine

PACKAGE = ROOT / "textmine"

# The floors, from the ground up. A module imports only what stands before it; those of one package may import each
# other. Change this list where the design changes, not to make a test pass.
FLOORS = (
    ("model", "files", "numerals", "lexicon"),
    (
        "readers",
        "traditional",
        "edits",
        "characters",
        "linebreaks",
        "furniture",
        "cleaning",
        "labels",
        "years",
        "places",
        "titles",
        "fields",
    ),
    ("phrases", "nodes", "parts", "paragraphs", "items", "ranking", "front", "tree", "outline", "words"),
    ("extractors", "features", "reading", "fitting", "taxonomy", "modelcache", "neighbours", "tagger", "mining"),
    ("tables", "texts", "metadata", "workers", "archive", "across", "comparing", "concepts"),
    ("reporting", "explaining", "display", "reviewing", "scoring", "floors", "checking"),
    ("__init__", "cli_review", "cli", "__main__"),
)
ORDER = [name for floor in FLOORS for name in floor]
HEAVY = {"sklearn", "scipy", "pandas", "lxml", "jieba", "rjieba", "pebble", "openpyxl", "pyarrow", "docx"}
MOST_LINES, MOST_OF_A_FUNCTION = 500, 50


@cache
def _modules() -> dict[str, ast.Module]:
    """Every module below textmine by its dotted name without `textmine.`."""
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def _place(module: str) -> str:
    """The name by which a module stands in FLOORS: that of its package, or its own."""
    return module.partition(".")[0]


def _imports(tree: ast.Module, everywhere: bool = True) -> Iterator[str]:
    """The modules that a module imports, outside `if TYPE_CHECKING`; not `everywhere`: those at its top level."""
    for node in tree.body if not everywhere else _outside_type_checking(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if base == "textmine")


def _outside_type_checking(tree: ast.Module) -> Iterator[ast.AST]:
    queue: list[ast.AST] = [tree]
    while queue:
        node = queue.pop()
        if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            yield node
            queue.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("module", _modules())
def test_a_module_imports_only_what_stands_below_it(module: str) -> None:
    place = _place(module)
    assert place in ORDER, f"{module} has no place: put it into FLOORS (tests/test_architecture.py)"
    for name in _imports(_modules()[module]):
        imported = _place(name.removeprefix("textmine.")) if name.startswith("textmine.") else ""
        if imported in ORDER and imported != place:  # not a name of the package itself, such as __version__
            below = ORDER.index(imported) < ORDER.index(place)
            assert below, f"{module} imports {imported}, which stands above it: move what it needs down, or it up"


@pytest.mark.parametrize("module", _modules())
def test_heavy_libraries_are_imported_where_they_are_used(module: str) -> None:
    heavy = {name.partition(".")[0] for name in _imports(_modules()[module], everywhere=False)} & HEAVY
    assert not heavy, f"{module} imports {', '.join(heavy)} at its top: do it inside the function that needs it"


@pytest.mark.parametrize("command", [["-m", "textmine", "--help"], ["-c", "import textmine, textmine.cli"]])
def test_the_command_starts_without_heavy_libraries(command: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True, cwd=ROOT
    ).stderr
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in said.splitlines()}
    assert "click" in loaded
    assert not loaded & (HEAVY | {"numpy"})


@pytest.mark.parametrize("module", _modules())
def test_what_no_module_holds(module: str) -> None:
    assert not {"utils", "util", "helpers", "common", "misc", "base"} & set(module.split(".")), module
    for node in ast.walk(_modules()[module]):
        assert not isinstance(node, ast.Global), f"{module} changes a global: pass it instead"
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names), f"{module} imports *: name what it needs"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{module}, line {node.lineno}: a bare except hides what went wrong"
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= MOST_OF_A_FUNCTION, f"{module}.{node.name} has {lines} lines: divide it"


@pytest.mark.parametrize("module", _modules())
def test_modules_are_short_and_say_what_they_are_for(module: str) -> None:
    path = PACKAGE / (module.replace(".", "/") + ".py")
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{module} has {lines} lines: divide it"
    assert ast.get_docstring(_modules()[module]) or lines == 0, f"{module} does not say what it is for"


def test_public_names_exist_and_nothing_else_does() -> None:
    assert all(getattr(textmine, name) is not None for name in textmine.__all__)
    assert dir(textmine) == sorted(textmine.__all__)
    with pytest.raises(AttributeError):
        _ = textmine.no_such_name  # type: ignore[attr-defined]


# --- wherever it is installed ---------------------------------------------------------------------------------------

FINDS_ITS_DATA = """
import textmine
from textmine.lexicon import Lexicon, corpora_dir
assert len(Lexicon.load().units) > 300
assert (corpora_dir() / "labels" / "areas.csv").is_file()
assert any((corpora_dir() / "archive").rglob("*.docx"))
text = "青禾县水利局2021年工作总结\\n一、防汛\\n（一）加固堤防。完成投资1.5亿元。"
assert len(textmine.mine(text, tag=False).metrics) == 1
print(textmine.__file__)
"""


def _run(python: str | Path, cwd: Path, path: Path | None) -> Path:
    """Where textmine was found by a Python started in an empty folder, having found its data."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    command = [str(python), "-c", FINDS_ITS_DATA]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_a_bare_checkout_finds_its_data_from_an_empty_folder(tmp_path: Path) -> None:
    assert _run(sys.executable, tmp_path, ROOT) == PACKAGE / "__init__.py"


@pytest.fixture(scope="session")
def wheel(tree: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tree / "dist"), str(tree)]
    subprocess.run(command, check=True, capture_output=True, cwd=tree)
    return next((tree / "dist").glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_what_the_tree_holds(wheel: Path, tree: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        held = {name for name in file.namelist() if ".dist-info/" not in name and not name.endswith("/")}
        assert any(name.endswith("LICENSE") for name in file.namelist())
    kept = [path for path in (tree / "textmine").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    expected = {path.relative_to(tree).as_posix() for path in kept}
    expected |= {
        f"textmine/{path.relative_to(tree).as_posix()}" for path in (tree / "corpora").rglob("*") if path.is_file()
    }
    assert expected - held == set(), "in the tree and not in the wheel"
    assert held - expected == set(), "in the wheel and not in the tree"


@pytest.mark.slow
def test_a_wheel_finds_its_data_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        file.extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    assert _run(sys.executable, tmp_path / "empty", tmp_path / "site") == tmp_path / "site" / "textmine" / "__init__.py"


@pytest.mark.slow
def test_an_editable_install_finds_its_data_from_an_empty_folder(tree: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install = [str(venv / "bin" / "pip"), "install", "--quiet", "-e", str(tree)]
    subprocess.run(install, check=True, capture_output=True, cwd=tree)
    (tmp_path / "empty").mkdir()
    assert _run(venv / "bin" / "python", tmp_path / "empty", None) == tree / "textmine" / "__init__.py"
