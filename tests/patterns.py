"""Every regular expression of textmine, and for each of them texts that would make a careless one slow.

Patterns are caught where they are compiled: all modules are imported afresh and the cases mined while the functions of
`re` are watched. Calls that are not reached so are read from the source code; rows of the tables also stand alone.
"""

from __future__ import annotations

import ast
import pkgutil
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest
from brace import CASES, load_cases

import textmine

FUNCTIONS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
ONE_PLACE = ("match", "fullmatch")
PACKAGE = Path(textmine.__file__).parent
COMPILE = re.compile
NOT_READ = "(?!not read)"  # stands for a pattern that neither runs in the cases nor stands in the code


Attack = tuple[str, str]  # what stands first, and what is repeated after it


@dataclass(frozen=True)
class Found:
    """A pattern, where it is used (module.function:line) and whether it is only tried at one place of a text."""

    where: str
    pattern: re.Pattern[str]
    one_place: bool

    def run(self, text: str) -> None:
        if self.one_place:
            self.pattern.match(text)
        else:
            for _ in self.pattern.finditer(text):
                pass

    def attacks(self) -> set[Attack]:
        return attacks(self.pattern.pattern, self.pattern.flags & ~re.UNICODE)


def patterns() -> list[Found]:
    """All patterns, each once."""
    calls, modules = _watched()
    found = [*calls, *_unreached(calls, modules), *_of_tables()]
    return list({(one.pattern.pattern, one.pattern.flags, one.one_place): one for one in reversed(found)}.values())


# --- while textmine runs ----------------------------------------------------------------------------------------------


def _watched() -> tuple[list[Found], dict[str, ModuleType]]:
    """What is compiled while textmine is imported afresh and mines the cases and gets ready to compare; its modules."""
    found: list[Found] = []
    with pytest.MonkeyPatch.context() as patch, _afresh():
        for name in FUNCTIONS:
            patch.setattr(re, name, partial(_spied, getattr(re, name), name, found))
        modules = {name: import_module(name) for name in _modules()}
        mining, model, lexicon = (modules[f"textmine.{name}"] for name in ("mining", "model", "lexicon"))
        tools = mining.Tools(lexicon.Lexicon.load())
        for path in sorted(CASES.glob("*.toml")):
            for case in load_cases(path):
                mining.mine_document(model.Document("case.txt", case.text), tools)
        modules["textmine.across.mentions"].Reader(tools.lexicon)
        modules["textmine.across.tasks"].TaskWords(tools.lexicon)
        modules["textmine.across.series"].read_reports([], tools.lexicon)
    return found, modules


@contextmanager
def _afresh() -> Iterator[None]:
    """As if textmine had not been imported; afterwards its modules are those of before, and no others."""
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "textmine"}
    for name in before:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "textmine"]:
            del sys.modules[name]
        sys.modules.update(before)


def _modules() -> list[str]:
    path = [str(PACKAGE)]
    return [
        module.name
        for module in pkgutil.walk_packages(path, "textmine.")
        if not module.name.startswith(("textmine.__main__", "textmine.corpora"))
    ]


def _spied(function: Callable[..., Any], name: str, found: list[Found], pattern: Any, *args: Any, **named: Any) -> Any:
    frame = sys._getframe(1)
    if Path(frame.f_code.co_filename).is_relative_to(PACKAGE) and isinstance(pattern, str):
        flags = named.get("flags", args[-1] if name == "compile" and args else 0)
        where = f"{frame.f_globals['__name__']}.{frame.f_code.co_name}:{frame.f_lineno}"
        found.append(Found(where, COMPILE(pattern, flags), name in ONE_PLACE))
    return function(pattern, *args, **named)


# --- in the source code -----------------------------------------------------------------------------------------------


def _unreached(reached: list[Found], modules: dict[str, ModuleType]) -> Iterator[Found]:
    """The calls of `re` that were not reached; their patterns must stand in the code or in the names of the module."""
    lines = {(one.where.rpartition(".")[0], int(one.where.rpartition(":")[2])) for one in reached}
    for name, module in modules.items():
        for function, call in _calls(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))):
            within = range(call.lineno, (call.end_lineno or call.lineno) + 1)
            if not any((name, line) in lines for line in within):
                assert isinstance(call.func, ast.Attribute)
                where = f"{name}.{function}:{call.lineno}"
                pattern = _evaluated(call.args[0], module)
                if isinstance(pattern, str):
                    yield Found(where, COMPILE(pattern), call.func.attr in ONE_PLACE)
                elif pattern is None:
                    yield Found(where, COMPILE(NOT_READ), False)


def _calls(tree: ast.AST, function: str = "<module>") -> Iterator[tuple[str, ast.Call]]:
    """The calls of `re.something`, each with the function it stands in."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else function
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{name}" for name in FUNCTIONS}:
            yield inside, node
        yield from _calls(node, inside)


def _evaluated(node: ast.expr, module: ModuleType) -> str | bytes | None:
    """The value of a pattern written in the code, None where it comes from elsewhere."""
    try:
        value = eval(compile(ast.Expression(node), "pattern", "eval"), vars(module))
    except NameError:
        return None
    return value if isinstance(value, (str, bytes)) else None


# --- in the tables ----------------------------------------------------------------------------------------------------

TABLES = ("headings", "wording", "placeholders", "comparing")
META = re.compile(r"[\\\[\](){}?*+|^$]")


def _of_tables() -> Iterator[Found]:
    """The rows of the TOML tables that are no plain words, each alone."""
    for name in TABLES:
        table = tomllib.loads((PACKAGE / "data" / f"{name}.toml").read_text(encoding="utf-8"))
        for key, written in _strings(table, name):
            if META.search(written) and not key.endswith((".example", ".signs")) and "_examples." not in key:
                yield Found(f"{key} {written[:40]}", COMPILE(written.replace("{sign}", "[xX*×]")), False)
    for line in (PACKAGE / "data" / "furniture.txt").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) == 3 and not line.startswith("#"):
            yield Found(f"furniture {cells[1][:40]}", COMPILE(cells[1]), cells[0] != "inline")


def _strings(node: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield key, node
    elif isinstance(node, dict):
        for name, below in node.items():
            yield from _strings(below, f"{key}.{name}")
    elif isinstance(node, list):
        for below in node:
            yield from _strings(below, key)


# --- texts against a pattern ------------------------------------------------------------------------------------------

MOST_BRANCHES = 12  # of an alternation; a list of words repeats nothing that its first rows do not


def attacks(pattern: str, flags: int = 0) -> set[Attack]:
    """Texts against a pattern: what it matches, nearly matches, and each of its repetitions, over and over.

    >>> sorted(attacks("a(bc)+d"))
    [('', 'abc'), ('', 'abcd'), ('', 'bc'), ('a', 'bc')]
    """
    tree = parser.parse(pattern, flags)
    whole = _sample(tree, {})
    found = {("", whole), ("", whole[:-1])}
    for before, body in _repetitions(tree, "", {}):
        found |= {("", body), ("", before + body), (before, body)}
    return {(before, repeated) for before, repeated in found if repeated}


def _repetitions(tree: Any, before: str, groups: dict[int, str]) -> Iterator[tuple[str, str]]:
    """A text for each repeated part of a pattern, with one for what stands before it."""
    for operator, argument in tree:
        for inner in _inner(operator, argument):
            yield from _repetitions(inner, before, groups)
        if operator in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT) and argument[1] > 1:
            yield before, _sample(argument[2], groups)
        before += _sample([(operator, argument)], groups)


def _inner(operator: Any, argument: Any) -> list[Any]:
    """The parts that a part of a pattern is made of."""
    if operator is code.BRANCH:
        return list(argument[1][:MOST_BRANCHES])
    if operator in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
        return [argument[2]]
    if operator is code.SUBPATTERN:
        return [argument[3]]
    if operator in (code.ASSERT, code.ASSERT_NOT):
        return [argument[1]]
    return [argument] if operator is code.ATOMIC_GROUP else []


def _sample(tree: Any, groups: dict[int, str]) -> str:
    """A short text that a pattern matches, or nearly."""
    return "".join(_sample_of(operator, argument, groups) for operator, argument in tree)


def _sample_of(operator: Any, argument: Any, groups: dict[int, str]) -> str:
    if operator is code.LITERAL:
        return chr(argument)
    if operator in (code.ANY, code.NOT_LITERAL):
        return "展"
    if operator is code.IN:
        return _member(argument)
    if operator is code.GROUPREF:
        return groups.get(argument, "")
    if operator is code.SUBPATTERN:
        groups[argument[0]] = _sample(argument[3], groups)
        return groups[argument[0]]
    if operator in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
        return _sample(argument[2], groups) * max(1, argument[0])
    if operator is code.ASSERT_NOT or operator is code.AT:
        return ""
    parts = _inner(operator, argument)
    return _sample(parts[0], groups) if parts else ""


def _member(members: list[Any]) -> str:
    """A character of a set: of a negated one a Chinese character, for they exclude points."""
    operator, argument = members[0]
    if operator is code.NEGATE:
        return "展"
    if operator is code.CATEGORY:
        return {code.CATEGORY_DIGIT: "1", code.CATEGORY_SPACE: " ", code.CATEGORY_WORD: "a"}.get(argument, "展")
    return chr(argument if operator is code.LITERAL else argument[0])
