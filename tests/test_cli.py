"""The command line: what each verb says and does, its exit codes, and that --help and the README tell the truth."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from conftest import ARCHIVE, ROOT

from textmine import __version__
from textmine.cli import cli, main
from textmine.tables import COLUMNS, read_csv

REPORT = "青禾县{0}2021年工作总结\n一、业务工作\n（一）夯实基础。办结{1}件，同比增长5%。\n（二）改进服务。走访X户。\n"
VERBS = sorted(cli.commands)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name, organ in (("water", "水利局"), ("sports", "体育局")):
        (folder / f"{name}.txt").write_text(REPORT.format(organ, 12), encoding="utf-8")
    return folder


def _run(*arguments: str | Path, data: str | bytes | None = None) -> Result:
    return CliRunner().invoke(
        cli, [str(a) for a in arguments], input=data, catch_exceptions=False, standalone_mode=False
    )


def _exit_code(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int | str | None:
    """The exit code of the command as people start it."""
    monkeypatch.setattr(sys, "argv", ["textmine", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


# --- exit codes -----------------------------------------------------------------------------------------------------


def test_0_when_all_is_fine(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _exit_code(monkeypatch, "mine", archive, "-o", tmp_path / "out", "--no-tag", "-q", "--jobs", "1") == 0
    assert (tmp_path / "out" / "metrics.csv").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ["mine"],
        ["mine", "ARCHIVE"],
        ["mine", "NOTHING", "-o", "OUT"],
        ["mine", "ARCHIVE", "-o", "OUT", "--jobs", "0"],
        ["mine", "ARCHIVE", "-o", "OUT", "--format", "pickle"],
        ["mine", "ARCHIVE", "-o", "OUT", "--pattern", "{colour}", "--no-tag"],
        ["mine", "ARCHIVE", "-o", "ARCHIVE", "--no-tag"],
        ["mine", "ARCHIVE", "-o", "OUT", "--encoding", "nonsense", "--no-tag"],
        ["show", "ARCHIVE/water.txt", "--encoding", "nonsense", "--no-tag"],
        ["mine", "ARCHIVE", "-o", "OUT", "--lexicon", "NOTHING"],
        ["score", "ARCHIVE", "ARCHIVE"],
        ["no-such-verb"],
        ["mine", "ARCHIVE", "-o", "OUT", "--no-such-option"],
    ],
)
def test_2_for_wrong_usage(
    arguments: list[str],
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = {"ARCHIVE": archive, "OUT": tmp_path / "out", "NOTHING": tmp_path / "nothing"}
    code = _exit_code(monkeypatch, *(re.sub("^[A-Z]+", lambda m: str(names[m[0]]), a) for a in arguments))
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert said.err.strip()


def test_3_when_some_sources_failed(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "broken.docx").write_bytes(b"PK\x03\x04 no zip")
    assert _exit_code(monkeypatch, "mine", archive, "-o", tmp_path / "out", "--no-tag", "-q", "--jobs", "1") == 3
    assert "failures.csv" in capsys.readouterr().err
    assert [row["source"] for row in read_csv(tmp_path / "out" / "failures.csv")] == ["broken.docx"]


def test_4_when_none_succeeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "broken.docx").write_bytes(b"PK\x03\x04 no zip")
    assert _exit_code(monkeypatch, "mine", tmp_path / "archive", "-o", tmp_path / "out", "--no-tag", "-q") == 4


def test_4_for_an_empty_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archive").mkdir()
    assert _exit_code(monkeypatch, "mine", tmp_path / "archive", "-o", tmp_path / "out", "--no-tag", "-q") == 4


@pytest.mark.parametrize("verb", [["show", "--no-tag"], ["text"]])
def test_5_for_what_cannot_be_read(
    verb: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _exit_code(monkeypatch, *verb, tmp_path / "nothing.txt") == 5
    assert "nothing.txt" in capsys.readouterr().err


def test_5_for_what_cannot_be_written(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert _exit_code(monkeypatch, "mine", archive, "-o", tmp_path / "file" / "out", "--no-tag", "-q") in (2, 5)


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_130_when_interrupted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "textmine", "mine", "-", "-o", str(tmp_path / "out"), "--no-tag"]
    ready = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    # A shell's background jobs ignore SIGINT, and so would their children: CI may be one.
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=ready, text=True, preexec_fn=heed
    ) as process:
        assert process.stdin is not None
        try:
            _ = process.wait(timeout=1)  # it waits for its standard input by then
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said


# --- verbs ----------------------------------------------------------------------------------------------------------


def test_version() -> None:
    assert __version__ in _run("--version").output


def test_mine_says_what_it_did_on_stderr_alone(archive: Path, tmp_path: Path) -> None:
    done = _run("mine", archive, "-o", tmp_path / "out", "--no-tag", "-q")
    assert done.stdout == ""
    assert "2 reports: 4 measures, 6 metrics, 2 placeholders" in done.stderr


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_mine_writes_every_format(archive: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    _run("mine", archive, "-o", out, "--no-tag", "-q", "--format", form)
    files = {path.name for path in out.iterdir() if path.is_file()}
    assert files >= ({"textmine.xlsx"} if form == "xlsx" else {f"{table}.{form}" for table in COLUMNS})
    assert "manifest.json" in files


def test_mine_reads_standard_input(tmp_path: Path) -> None:
    data = REPORT.format("水利局", 7).encode("gb18030")
    _run("mine", "-", "-o", tmp_path / "out", "--no-tag", "-q", data=data)
    assert [row["encoding"].lower() for row in read_csv(tmp_path / "out" / "reports.csv")] == ["gb18030"]


def test_mine_takes_metadata_pattern_and_lexicon(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "meta.csv").write_text("source,region\nwater.txt,松溪县\n", encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "organs.csv").write_text("organ,aliases,field\n灯塔局,,01.5\n", encoding="utf-8")
    options = ("--metadata", tmp_path / "meta.csv", "--pattern", "{organ}", "--lexicon", tmp_path / "rules")
    _run("mine", archive, "-o", tmp_path / "out", "--no-tag", "-q", *options)
    rows = {row["source"]: row for row in read_csv(tmp_path / "out" / "reports.csv")}
    assert (rows["water.txt"]["region"], rows["water.txt"]["organ"]) == ("松溪县", "water")
    assert rows["sports.txt"]["region"] == "青禾县"


def test_mine_may_leave_formulas_unescaped(archive: Path, tmp_path: Path) -> None:
    (archive / "=1+1.txt").write_text(REPORT.format("水利局", 1), encoding="utf-8")
    for option, expected in (([], "'=1+1.txt"), (["--no-escape-formulas"], "=1+1.txt")):
        out = tmp_path / f"out{len(option)}"
        _run("mine", archive, "-o", out, "--no-tag", "-q", *option)
        with open(out / "reports.csv", encoding="utf-8-sig", newline="") as file:
            assert next(csv.DictReader(file))["source"] == expected


def test_show_says_what_was_found_and_why(archive: Path) -> None:
    shown = _run("show", archive / "water.txt", "--no-tag", "--why").output
    for words in (
        "青禾县水利局2021年工作总结",
        "一、业务工作",
        "办结【12件】",
        "<indicator.",
        "<label.heading",
        "<quantity.",
    ):
        assert words in shown
    assert "<indicator." not in _run("show", archive / "water.txt", "--no-tag").output


def test_text_is_the_source_unchanged(tmp_path: Path) -> None:
    source = "甲\r\n乙\x00丙\u3000[NextPage]。\r"
    (tmp_path / "a.txt").write_bytes(source.encode("utf-8"))
    assert _run("text", tmp_path / "a.txt").stdout_bytes.decode("utf-8") == source


def test_text_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("復議案件".encode("big5"))
    assert _run("text", tmp_path / "a.txt", "--encoding", "big5").output == "復議案件"


def test_tag_adds_columns_and_keeps_the_rest(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text('id,text,area\n1,"加固堤防，清淤河道，治理水土流失",甲\n', encoding="utf-8-sig")
    done = _run("tag", table)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["id", "text", "area", "tag_area", "area_name", "area_score", "area2", "evidence"]
    assert (rows[0]["id"], rows[0]["area"]) == ("1", "甲")
    assert re.fullmatch(r"\d\d\.\d{1,2}", rows[0]["tag_area"])


def test_check_says_how_many_examples_it_ran() -> None:
    done = _run("check")
    assert re.search(r"\d{3,} examples checked, 0 faults", done.stderr)
    assert (done.stdout, done.return_value) == ("", 0)


def test_check_fails_for_a_faulty_table(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(
        "unit,quantity,base,factor,example\n箩筐,count,箩筐,1,背篓12个\n", encoding="utf-8"
    )
    done = _run("check", tmp_path)
    assert done.stdout.startswith("units.csv, 箩筐: ")
    assert done.return_value == 1


def test_score_prints_one_json_object(archive: Path, tmp_path: Path) -> None:
    gold = {"report": {"report_year": 2021, "plan_year": None, "kind": "工作总结", "organ": "水利局"}}
    empty: dict[str, list[object]] = {"measures": [], "metrics": [], "placeholders": []}
    (archive / "water.json").write_text(json.dumps(gold | empty), encoding="utf-8")
    _run("mine", archive, "-o", tmp_path / "out", "--no-tag", "-q")
    done = _run("score", archive, tmp_path / "out")
    assert json.loads(done.stdout.strip().splitlines()[-1])["report_fields"] == 1.0
    assert "extra metric" in _run("score", archive, tmp_path / "out", "--detail").output


# --- what people read -----------------------------------------------------------------------------------------------


def test_help_names_every_verb_with_its_purpose() -> None:
    shown = _run("--help").output
    for name, command in cli.commands.items():
        assert re.search(rf"^  {name} +\S", shown, re.MULTILINE)
        assert command.help and command.help.strip().endswith(".")


@pytest.mark.parametrize("verb", VERBS)
def test_help_documents_every_option(verb: str) -> None:
    shown = _run(verb, "--help").output
    for parameter in cli.commands[verb].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{verb} {parameter.opts[0]} has no help"
            assert all(name in shown for name in parameter.opts)
        else:
            assert parameter.name and parameter.name.upper() in shown


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_verb_and_no_other() -> None:
    named = set(re.findall(r"^textmine ([a-z]+)", _readme(), re.MULTILINE))
    assert named == set(VERBS)


def test_the_readme_names_only_options_that_exist() -> None:
    commands = [command for verb in cli.commands.values() for command in getattr(verb, "commands", {"": verb}).values()]
    known = {name for command in commands for parameter in command.params for name in parameter.opts}
    named = set(
        re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"^.*pip install.*$", "", _readme(), flags=re.MULTILINE))
    )
    assert named - known - {"--help", "--quiet"} == set()


@pytest.mark.slow
def test_the_first_command_of_the_readme(tmp_path: Path, tree: Path) -> None:
    command = re.findall(r"^python3 -m venv .*$", _readme(), re.MULTILINE)[0]
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(list(read_csv(tree / "out" / "reports.csv"))) >= 12
    assert all(row["area"] for row in read_csv(tree / "out" / "measures.csv"))


@pytest.mark.slow
def test_the_notebook_lines_of_the_readme() -> None:
    block = re.findall(r"```python\n(.*?)```", _readme(), re.DOTALL)[0]
    done = subprocess.run([sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_sample_archive_is_where_the_readme_says() -> None:
    assert ARCHIVE.relative_to(ROOT).as_posix() in _readme()


def test_a_warning_is_a_sentence_without_the_place_in_the_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # main replaces it; put back after the test
    monkeypatch.setattr(sys, "argv", ["textmine", "--version"])
    with pytest.raises(SystemExit):
        main()
    warnings.showwarning(UserWarning("tasks.xlsx is not written"), UserWarning, "comparing.py", 134)
    assert capsys.readouterr().err == "Warning: tasks.xlsx is not written\n"
