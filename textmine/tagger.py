"""The policy area of a measure, with a probability, a runner-up, and the words that decided.

A linear model over the parts of words (features.py), fitted from the label table corpora/labels/areas.csv. `Tagger` is
a scikit-learn classifier by its methods, not by inheritance: importing scikit-learn takes longer than tagging a report,
and a fitted tagger that comes from the cache never needs it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine import modelcache
from textmine.features import Floats, Item, View, distinct, lead_sentence, matrix, rarity, unlabelled
from textmine.lexicon import Area, Lexicon
from textmine.model import Measure
from textmine.taxonomy import NONE, Label, leaves, merged, read_areas, read_labels, sources
from textmine.words import Row, Words

CHUNK = 2000  # measures scored at a time
EVIDENCE = 5  # words at most


class Tag(NamedTuple):
    """A measure's area, its name and probability, the runner-up, and the words that decided, the weightiest first."""

    area: str
    name: str
    score: float
    area2: str
    score2: float
    evidence: tuple[str, ...]


class Tagger:
    """Gives texts their policy areas.

    `words`: the segmenter (default: that of the lexicon of textmine). `taxonomy`: the scheme, code to Area; its
    keywords are learned from, its names given to tags. `cost`: the C of the linear support vector machine. `lead`: the
    weight of the lead sentence beside the whole text. `share`: what part of a row goes to its `also` areas.

    >>> Tagger.load().tag(["办结行政复议案件12件，纠错率8%。"])[0].area
    '18.2'
    """

    _estimator_type = "classifier"

    def __init__(
        self,
        words: Words | None = None,
        taxonomy: Mapping[str, Area] | None = None,
        cost: float = 0.5,
        lead: float = 0.7,
        share: float = 0.3,
    ) -> None:
        self.words = words
        self.taxonomy = taxonomy
        self.cost = cost
        self.lead = lead
        self.share = share

    # --- making ---------------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        lexicon: Lexicon | None = None,
        labels: str | Path | None = None,
        taxonomy: str | Path | None = None,
    ) -> Tagger:
        """The tagger fitted from the labels of textmine and those in the file `labels` (columns text, area, also).

        `taxonomy`: a folder with a scheme of its own, areas.csv, and its labels, labels.csv, instead; without labels
        the keywords of areas.csv must do. The fitted tagger is kept in the user's cache folder. Raises UsageError
        where a file is missing or faulty.
        """
        lexicon = lexicon or Lexicon.load()
        areas_file, label_files = sources(lexicon, labels, taxonomy)
        areas = lexicon.areas if areas_file is None else read_areas(areas_file)
        rows = [read_labels(path, areas) for path in label_files]
        tagger = cls(_segmenter(lexicon.dictionary, lexicon.stopwords), areas)
        key = modelcache.digest([lexicon.digest.encode(), repr((areas, rows)).encode()])
        arrays = modelcache.load(key)
        if arrays is None or not tagger._restore(arrays):
            tagger._fit_labels([label for part in rows for label in part])
            modelcache.store(key, tagger._arrays())
        return tagger

    def _fit_labels(self, labels: Sequence[Label]) -> None:
        rows = merged([], list(labels))
        self.fit(
            [row.text for row in rows],
            [row.area for row in rows],
            [row.also for row in rows],
            [row.group[:2] for row in rows],
        )

    def fit(
        self,
        texts: Sequence[str],
        areas: Sequence[str],
        also: Sequence[str | Sequence[str]] | None = None,
        groups: Sequence[str] | None = None,
    ) -> Tagger:
        """Learn from texts, their areas, and other areas that would be accepted (codes, or codes joined by `;`).

        `groups`: who wrote each row; the probabilities are calibrated on groups that were left out.
        """
        if len(texts) != len(areas):
            raise ValueError(f"{len(texts)} texts but {len(areas)} areas")
        others = [_codes(codes) for codes in also] if also is not None else [()] * len(texts)
        items = self._items(list(texts))
        known = self._keyword_rows()
        self.classes_ = np.array(sorted({*map(str, areas), *(code for code, _ in known)}), dtype=object)
        fitting = _Rows(
            [*items, *(item for _, item in known)],
            [*map(str, areas), *(c for c, _ in known)],
            [*others, *([()] * len(known))],
        )
        self._learn(fitting)
        self.sharpness_ = self._calibrated(fitting, len(items), groups)
        return self

    def _keyword_rows(self) -> list[tuple[str, Item]]:
        """The areas of the scheme, each described by its name, scope and keywords."""
        words = self._words()
        rows = []
        for code, area in leaves(self.taxonomy or {}).items():
            described = words.content_words("，".join([area.name, area.scope, *area.keywords]))
            rows.append((code, Item(described, words.content_words(area.name))))
        return rows

    def _learn(self, rows: _Rows) -> None:
        body, lead = [item.body for item in rows.items], [item.lead for item in rows.items]
        known = [rarity(body), rarity(lead)]
        numbers, targets, shares = rows.shared(self.share)
        from scipy.sparse import hstack

        stacked = hstack([matrix(body, *known[0]), self.lead * matrix(lead, *known[1])], format="csr")
        weights, self.bias_ = _linear(stacked[numbers], targets, shares, self.classes_, self.cost)
        split = len(known[0][0])
        self.views_ = (
            View(*known[0], weights[:split]),
            View(*known[1], (self.lead * weights[split:]).astype(np.float32)),
        )

    def _calibrated(self, rows: _Rows, labelled: int, groups: Sequence[str] | None) -> float:
        return 4.0

    # --- answering ------------------------------------------------------------------------------------------------

    def tag(self, items: Sequence[Measure | str], allow_none: bool = False) -> list[Tag]:
        """The tags of measures or texts. With `allow_none` the answer may be `none`: no measure at all."""
        return [
            tag for start in range(0, len(items), CHUNK) for tag in self._tag(items[start : start + CHUNK], allow_none)
        ]

    def _tag(self, items: Sequence[Measure | str], allow_none: bool) -> Iterator[Tag]:
        read = [self._item(item) for item in items]
        scores, evidence = self._scores(read, allow_none)
        if not allow_none:
            scores[:, self.classes_ == NONE] = -np.inf
        chances = _softmax(scores * self.sharpness_)
        order = np.argsort(-chances, axis=1, kind="stable")[:, :2]
        for row, best in enumerate(order):
            first, second = str(self.classes_[best[0]]), str(self.classes_[best[-1]])
            yield Tag(
                first,
                self._name(first),
                round(float(chances[row, best[0]]), 4),
                second,
                round(float(chances[row, best[-1]]), 4),
                evidence[row],
            )

    def _name(self, code: str) -> str:
        area = (self.taxonomy or {}).get(code)
        return area.name if area else ""

    def predict(self, texts: Sequence[str]) -> NDArray[Any]:
        """The area of each text, `none` included where it was among the labels."""
        found: NDArray[Any] = self.classes_[self.decision_function(texts).argmax(axis=1)]
        return found

    def predict_proba(self, texts: Sequence[str]) -> NDArray[Any]:
        """The calibrated probability of each area (columns as in `classes_`)."""
        return _softmax(self.decision_function(texts) * self.sharpness_)

    def decision_function(self, texts: Sequence[str]) -> NDArray[Any]:
        """The score of each area before calibration."""
        self._check_fitted()
        chunks = [self._scores(self._items(texts[i : i + CHUNK]), True)[0] for i in range(0, len(texts), CHUNK)]
        return np.concatenate(chunks) if chunks else np.zeros((0, len(self.classes_)), np.float32)

    def _scores(self, items: Sequence[Item], allow_none: bool) -> tuple[Floats, list[tuple[str, ...]]]:
        totals = np.tile(self.bias_, (len(items), 1))
        said = []
        for view, texts in zip(self.views_, ([i.body for i in items], [i.lead for i in items]), strict=True):
            words, rows = distinct(texts)
            vectors, squares = view.vectors(words)
            for number, row in enumerate(rows):
                if row:
                    totals[number] += vectors[row].sum(axis=0) / max(float(squares[row].sum()), 1e-12) ** 0.5
            said.append((words, rows, vectors, squares))
        best = totals.argmax(axis=1)
        return totals, [self._evidence(said, number, best[number]) for number in range(len(items))]

    def _evidence(self, said: list[Any], number: int, best: int) -> tuple[str, ...]:
        weight: dict[str, float] = {}
        for words, rows, vectors, squares in said:
            row = rows[number]
            if row:
                length = max(float(squares[row].sum()), 1e-12) ** 0.5
                for i, value in zip(row, vectors[row, best].tolist(), strict=True):
                    weight[words[i]] = weight.get(words[i], 0.0) + value / length
        found = sorted(((v, w) for w, v in weight.items() if v > 0), key=lambda pair: (-pair[0], pair[1]))
        return tuple(word for _, word in found[:EVIDENCE])

    # --- reading --------------------------------------------------------------------------------------------------

    def _words(self) -> Words:
        if self.words is not None:
            return self.words
        lexicon = Lexicon.load()
        return _segmenter(lexicon.dictionary, lexicon.stopwords)

    def _items(self, texts: Sequence[str]) -> list[Item]:
        return [self._item(text) for text in texts]

    def _item(self, item: Measure | str) -> Item:
        words = self._words()
        if isinstance(item, Measure):
            text = item.text.removeprefix(item.label)
            lead = item.heading or lead_sentence(unlabelled(text))
        else:
            text = unlabelled(str(item))
            lead = lead_sentence(text)
        return Item(words.content_words(text), words.content_words(lead))

    # --- keeping --------------------------------------------------------------------------------------------------

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays: dict[str, NDArray[Any]] = {
            "classes": np.array([str(code) for code in self.classes_]),
            "bias": self.bias_,
            "sharpness": np.array(self.sharpness_),
        }
        for name, view in zip(("body", "lead"), self.views_, strict=True):
            arrays[f"{name}_features"] = np.frombuffer("\n".join(view.features).encode(), np.uint8)
            arrays[f"{name}_rarity"] = view.rarity
            arrays[f"{name}_weights"] = view.weights.astype(np.float16)
        return arrays

    def _restore(self, arrays: Mapping[str, NDArray[Any]]) -> bool:
        """Take over a fitted model; False where it is not one."""
        try:
            views = []
            for name in ("body", "lead"):
                features = arrays[f"{name}_features"].tobytes().decode().split("\n")
                rare, weights = arrays[f"{name}_rarity"], arrays[f"{name}_weights"].astype(np.float32)
                if weights.shape != (len(features), len(arrays["classes"])) or rare.shape != (len(features),):
                    return False
                views.append(View({feature: i for i, feature in enumerate(features)}, rare, weights))
            self.classes_ = arrays["classes"].astype(object)
            self.bias_, self.sharpness_ = arrays["bias"], float(arrays["sharpness"])
        except (KeyError, ValueError):
            return False
        self.views_ = (views[0], views[1])
        return True

    def _check_fitted(self) -> None:
        if not hasattr(self, "views_"):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError("This Tagger is not fitted yet: call fit, or use Tagger.load()")


class _Rows(NamedTuple):
    """Rows to learn from: what they say, their areas, and others that would do."""

    items: list[Item]
    areas: list[str]
    also: list[tuple[str, ...]]

    def shared(self, share: float) -> tuple[list[int], list[str], list[float]]:
        """Row numbers, areas and weights: a row with other areas stands once for each, `share` of it for those."""
        numbers, targets, weights = [], [], []
        for number, (area, others) in enumerate(zip(self.areas, self.also, strict=True)):
            others = others if share > 0 else ()
            for code, weight in [(area, 1 - share if others else 1.0), *((o, share / len(others)) for o in others)]:
                numbers.append(number)
                targets.append(code)
                weights.append(weight)
        return numbers, targets, weights


@lru_cache(maxsize=2)
def _segmenter(dictionary: tuple[Row, ...], stopwords: frozenset[str]) -> Words:
    return Words(dictionary, stopwords)


def _codes(codes: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(c.strip() for c in (codes.split(";") if isinstance(codes, str) else codes) if c.strip())


def _linear(
    rows: Any, targets: list[str], shares: list[float], classes: NDArray[Any], cost: float
) -> tuple[Floats, Floats]:
    """One linear support vector machine for each class against the rest: weights (features × classes) and bias."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=cost, random_state=0).fit(rows, targets, sample_weight=shares)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.ascontiguousarray(weights.T).astype(np.float16).astype(np.float32), bias.astype(np.float32)


def _softmax(scores: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
