"""Measures the tagger and writes corpora/labels/evaluation: tables (evaluation.md) and pictures.

    python tests/bench/evaluate_tagger.py [--gold ../shared/gold] [--keep-designs]

Cross-validation is grouped by writer: fitted on the rows of four writers (and those of w6 and w7, who
wrote what the others lacked), tested on the fifth's. Needs matplotlib. `--keep-designs` leaves the table
of designs as it stands: fitting fifteen of them six times each takes half an hour.
"""

from __future__ import annotations

import argparse
import collections
import csv
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from designs import DESIGNS, LEXICON, Predictor, tagger_of

from textmine.lexicon import corpora_dir
from textmine.model import CleanText, Measure, Span
from textmine.reviewing import kappa
from textmine.tagger import Tagger
from textmine.taxonomy import NONE, Label, read_labels
from textmine.traditional import simplify

WRITERS = ("w1", "w2", "w3", "w4", "w5")
OUT = corpora_dir() / "labels" / "evaluation"
LABELS = corpora_dir() / "labels" / "areas.csv"


class Figures(NamedTuple):
    """Shares of right answers, strictly and with `also`, at two digits and in full; F1 of `none`."""

    area: float
    area_also: float
    sub: float
    sub_also: float
    none: float

    @staticmethod
    def of(rows: Sequence[Label], found: Sequence[str]) -> Figures:
        kept = [(row, code) for row, code in zip(rows, found, strict=True) if row.area != NONE]
        shares = [
            np.mean([code[:n] in {c[:n] for c in (row.area, *(row.also if also else ()))} for row, code in kept])
            for n in (2, 4)
            for also in (False, True)
        ]
        both = sum(row.area == code == NONE for row, code in zip(rows, found, strict=True))
        all_none = sum(row.area == NONE for row in rows) + sum(code == NONE for code in found)
        return Figures(*map(float, shares), 2 * both / all_none if all_none else float("nan"))

    def cells(self) -> str:
        return f"{self.area:.3f} | {self.area_also:.3f} | {self.sub:.3f} | {self.sub_also:.3f} | {self.none:.2f}"


TITLE = "# The tagger, measured\n\nMade by `python tests/bench/evaluate_tagger.py`.\n\n## As shipped\n"
DESIGNS_TITLE = "## Designs\n"
HEAD = "area | with also | sub-area | with also | none F1"


def gold_texts(folder: Path) -> list[Label]:
    table = csv.DictReader((folder / "areas.csv").read_text(encoding="utf-8").splitlines())
    return [Label(r["text"], r["area"], tuple(filter(None, re.split("[,;]", r["also"])))) for r in table]


def gold_measures(folder: Path) -> tuple[list[Measure], list[Label]]:
    """The annotated measures of the reports of a folder, as mining would hand them to the tagger."""
    items, labels = [], []
    for path in sorted(folder.glob("*.json")):
        source = path.with_suffix(".txt").read_bytes().decode("utf-8")
        text = simplify(CleanText(source, range(len(source)))).text
        for m in json.loads(path.read_text(encoding="utf-8"))["measures"]:
            span = Span(m["start"], m["end"])
            words = span.of(text).replace("\n", "")
            own = {"measure_id": f"{path.stem}-m", "label": m["label"], "heading": m["heading"]}
            items.append(Measure(**own, text=words, span=span))
            labels.append(Label(words, m["area"], tuple(m["also"])))
    return items, labels


def left_out(rows: list[Label], fit: Callable[[list[Label]], Predictor]) -> Iterator[tuple[list[Label], list[str]]]:
    """Each writer's rows, with the answers of a model that has not seen them."""
    for writer in WRITERS:
        predict = fit([row for row in rows if row.writer != writer])
        own = [row for row in rows if row.writer == writer]
        yield own, list(predict([row.text for row in own]))


def joined(parts: Iterator[tuple[list[Label], list[str]]]) -> tuple[list[Label], list[str]]:
    rows, found = zip(*parts, strict=True)
    return [row for part in rows for row in part], [code for part in found for code in part]


def designs(rows: list[Label], gold: list[Label]) -> Iterator[str]:
    yield f"{len(rows):,} labelled rows.\n"
    yield f"| design | by writer: {HEAD} | real paragraphs: {HEAD} | s |"
    yield "|---" * 12 + "|"
    for name, fit in DESIGNS.items():
        crossed = Figures.of(*joined(left_out(rows, fit)))
        start = time.process_time()
        predict = fit(rows)
        seconds = time.process_time() - start
        real = Figures.of(gold, predict([row.text for row in gold])).cells() if gold else "| | | | "
        yield f"| {name} | {crossed.cells()} | {real} | {seconds:.1f} |"
        print(name, crossed.cells(), real, f"{seconds:.1f}", flush=True)


def kept_designs() -> Iterator[str]:
    """The table of designs as it was measured last."""
    yield (OUT / "evaluation.md").read_text(encoding="utf-8").partition(DESIGNS_TITLE)[2].partition("\n## ")[0]


def learning_curve(rows: list[Label], gold: list[Label]) -> Iterator[str]:
    """Fitted on 10, 20, 40, 60 rows of each sub-area, of all writers but w5; tested on w5 and on real paragraphs."""
    yield f"| rows a sub-area | writer w5: {HEAD} | real paragraphs: {HEAD} |"
    yield "|---" * 11 + "|"
    test = [row for row in rows if row.writer == "w5"]
    pool = [row for row in rows if row.writer != "w5"]
    random.Random(0).shuffle(pool)
    for size in (10, 20, 40, 60):
        taken: collections.Counter[str] = collections.Counter()
        train = []
        for row in pool:
            taken[row.area] += 1
            if taken[row.area] <= size:
                train.append(row)
        tagger = tagger_of(train)
        cells = [Figures.of(part, tagger.predict([r.text for r in part])).cells() for part in (test, gold) if part]
        yield f"| {size} | {' | '.join(cells)} |"


# --- confusions and reliability ---------------------------------------------------------------------------------


def confusion_picture(rows: list[Label], found: list[str], path: Path) -> None:
    codes = sorted({row.area[:2] for row in rows} | {code[:2] for code in found})
    counts = np.zeros((len(codes), len(codes)))
    for row, code in zip(rows, found, strict=True):
        counts[codes.index(row.area[:2]), codes.index(code[:2])] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = plt.subplots(figsize=(8.4, 6.4))
    axes.imshow(np.sqrt(shares), cmap="Blues")
    names = [f"{c} {LEXICON.areas[c].name_en}" if c in LEXICON.areas else NONE for c in codes]
    axes.set_xticks(range(len(codes)), [NONE if c == NONE[:2] else c for c in codes], fontsize=7)
    axes.set_yticks(range(len(codes)), names, fontsize=7)
    for i, j in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[i, j] > 0.4 else "black"
        axes.text(j, i, int(counts[i, j]), ha="center", va="center", fontsize=5, color=colour)
    axes.set_xlabel("found")
    axes.set_ylabel("label")
    figure.tight_layout()
    figure.savefig(path, dpi=110, bbox_inches="tight")
    plt.close(figure)


def worst(rows: list[Label], found: list[str]) -> Iterator[str]:
    pairs = collections.Counter((r.area, code) for r, code in zip(rows, found, strict=True) if code != r.area)
    fine = collections.Counter((r.area, code) for r, code in zip(rows, found, strict=True) if code in r.also)
    yield "| label | found | rows | of them accepted by also |\n|---|---|---|---|"
    for (area, code), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:20]:
        yield f"| {titled(area)} | {titled(code)} | {count} | {fine[area, code]} |"


def titled(code: str) -> str:
    return f"{code} {LEXICON.areas[code].name}" if code in LEXICON.areas else code


def reliability(scores: Sequence[float], right: Sequence[bool]) -> tuple[list[tuple[float, float, int]], float]:
    """Mean score, share right and number of answers in ten bins of the score, and the expected calibration error."""
    bins = []
    for low in np.arange(10) / 10:
        inside = [i for i, score in enumerate(scores) if low < score <= low + 0.1 + 1e-9]
        if inside:
            mean = float(np.mean([scores[i] for i in inside]))
            bins.append((mean, float(np.mean([right[i] for i in inside])), len(inside)))
    return bins, sum(abs(mean - share) * count for mean, share, count in bins) / len(scores)


def reliability_picture(curves: dict[str, list[tuple[float, float, int]]], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(4.6, 4.2))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for name, bins in curves.items():
        axes.plot([b[0] for b in bins], [b[1] for b in bins], marker="o", markersize=3, label=name)
    axes.set_xlabel("score")
    axes.set_ylabel("share of right answers")
    axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def crossed_scores(rows: list[Label]) -> tuple[list[Label], list[str], list[float]]:
    labels, found, scores = [], [], []
    for writer in WRITERS:
        tagger = tagger_of([row for row in rows if row.writer != writer])
        own = [row for row in rows if row.writer == writer]
        chances = tagger.predict_proba([row.text for row in own])
        labels += own
        found += [str(code) for code in tagger.classes_[chances.argmax(axis=1)]]
        scores += chances.max(axis=1).tolist()
    return labels, found, scores


# --- the second reading -----------------------------------------------------------------------------------------


def agreement() -> Iterator[str]:
    """The first label (that before a correction: note `was CODE`) against the second reader's."""
    table = [row for row in csv.DictReader(LABELS.read_text(encoding="utf-8").splitlines()) if row["second"]]
    corrected = [re.search(r"was ([\d.]+)", row["note"]) for row in table]
    first = [was[1] if was else row["area"] for was, row in zip(corrected, table, strict=True)]
    pairs = [(one, row["second"]) for one, row in zip(first, table, strict=True)]
    wide = [(a[:2], b[:2]) for a, b in pairs]
    yield f"{len(pairs)} rows. Sub-area: {same(pairs):.1%}, kappa {kappa(pairs):.3f}."
    yield f"Area: {same(wide):.1%}, kappa {kappa(wide):.3f}.\n"
    yield "| area | rows | same sub-area | same area | kappa (this area or not) |\n|---|---|---|---|---|"
    for area in sorted({a for a, _ in wide}):
        own = [pair for pair in pairs if pair[0][:2] == area]
        within = same([(a[:2], b[:2]) for a, b in own])
        binary = kappa([(str(a == area), str(b == area)) for a, b in wide])
        name = titled(area) if area in LEXICON.areas else NONE
        yield f"| {name} | {len(own)} | {same(own):.0%} | {within:.0%} | {binary:.2f} |"


def same(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(a == b for a, b in pairs) / len(pairs)


# --- all of it --------------------------------------------------------------------------------------------------


def shipped(gold: Path, tagger: Tagger) -> Iterator[str]:
    """The figures of the tagger that ships, on every test there is."""
    yield f"| test | rows | {HEAD} |\n" + "|---" * 7 + "|"
    if gold.is_dir():
        texts = gold_texts(gold)
        tags = tagger.tag([row.text for row in texts], allow_none=True)
        figures = Figures.of(texts, [tag.area for tag in tags])
        yield f"| paragraphs of real government reports | {len(texts)} | {figures.cells()} |"
    own = {f"measures of invented reports, {half}": corpora_dir() / "gold" / half for half in ("develop", "measure")}
    for name, folder in {"measures of real reports": gold, **own}.items():
        items, labels = gold_measures(folder) if folder.is_dir() else ([], [])
        if items:
            for how, asked in ((name, items), (f"{name}, each by itself", [label.text for label in labels])):
                found = [tag.area for tag in tagger.tag(asked)]
                yield f"| {how} | {len(labels)} | {Figures.of(labels, found).cells()} |"


def calibration(rows: list[Label], gold: Path, tagger: Tagger) -> Iterator[str]:
    labels, found, scores = crossed_scores(rows)
    tests: dict[str, tuple[Sequence[float], list[bool]]] = {
        "writers left out": (scores, [row.area == code for row, code in zip(labels, found, strict=True)])
    }
    confusion_picture(labels, found, OUT / "confusion.png")
    if gold.is_dir():
        texts = gold_texts(gold)
        tags = tagger.tag([row.text for row in texts], allow_none=True)
        strict = [tag.area == row.area for tag, row in zip(tags, texts, strict=True)]
        lenient = [tag.area in (row.area, *row.also) for tag, row in zip(tags, texts, strict=True)]
        tests["real paragraphs"] = ([tag.score for tag in tags], strict)
        tests["real paragraphs, with also"] = ([tag.score for tag in tags], lenient)
    curves = {name: reliability(*test) for name, test in tests.items()}
    reliability_picture({name: bins for name, (bins, _) in curves.items()}, OUT / "reliability.png")
    yield "## Reliability\n\n![reliability](reliability.png)\n\n| answers | expected calibration error |\n|---|---|"
    yield from (f"| {name} | {error:.3f} |" for name, (_, error) in curves.items())
    yield "\n## Confusions, writers left out\n\n![confusion matrix](confusion.png)\n"
    yield from worst(labels, found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=Path(__file__).parents[3] / "shared" / "gold")
    parser.add_argument("--keep-designs", action="store_true")
    options = parser.parse_args()
    rows = read_labels(LABELS, LEXICON.areas)
    gold = gold_texts(options.gold) if options.gold.is_dir() else []
    tagger = Tagger.load(LEXICON)
    OUT.mkdir(exist_ok=True)
    sections: list[tuple[str, Iterator[str]]] = [
        (TITLE, shipped(options.gold, tagger)),
        (DESIGNS_TITLE, kept_designs() if options.keep_designs else designs(rows, gold)),
        ("## Learning curve\n", learning_curve(rows, gold)),
        ("", calibration(rows, options.gold, tagger)),
        ("## Second reading\n", agreement()),
    ]
    lines = [line for title, part in sections for line in [title, *part, ""]]
    text = re.sub("\n{3,}", "\n\n", "\n".join(lines))
    (OUT / "evaluation.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
