"""The policy area of a measure, with a probability, a runner-up, and the words that decided.

A linear model over the parts of words (features.py), fitted (fitting.py) from the label table corpora/labels/areas.csv;
the other measures of the same report are weighed in (neighbours.py). `Tagger` is a scikit-learn classifier by its
methods, not by inheritance: importing scikit-learn takes longer than tagging a report, and a tagger that comes from the
cache never needs it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textmine import fitting, modelcache
from textmine.features import VIEWS, Item, View, Vocabulary, item_of, wording
from textmine.lexicon import Area, Lexicon, split_cell
from textmine.model import Measure
from textmine.neighbours import batches, reports, weighed
from textmine.reading import Model, Reading
from textmine.taxonomy import NONE, Label, learnt_from, leaves, merged, phrases
from textmine.traditional import simplified
from textmine.words import Words, words_of

BATCH = 1000  # measures at a time
LEFT = 1e-9  # of the chances of other areas where a person has said which it is
UNKNOWN = "?"  # the writer of rows that name none


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

    `words`: the segmenter (default: with the dictionary of textmine). `taxonomy`: the scheme, code to Area; its names
    are given to tags, its phrases learnt from. `cost`: C of the support vector machines. `views`: weights of the whole
    text, of its first half, of its lead sentence. `parent`: weight of the machines that tell parents apart, beside
    those that tell areas apart. `mixed`: how often a row counts that has further areas; `keyword`: how often a phrase
    of the scheme counts.

    >>> Tagger.load().tag(["办结行政复议案件12件，纠错率8%。"])[0].area
    '18.2'
    """

    _estimator_type = "classifier"
    _corrected: Mapping[str, str] = {}  # what the user's own labels say of a text, by its wording

    def __init__(
        self,
        words: Words | None = None,
        taxonomy: Mapping[str, Area] | None = None,
        cost: float = 0.5,
        views: tuple[float, float, float] = (0.8, 0.5, 0.7),
        parent: float = 0.3,
        mixed: float = 3.0,
        keyword: float = 0.3,
    ) -> None:
        self.words = words
        self.taxonomy = taxonomy
        self.cost = cost
        self.views = views
        self.parent = parent
        self.mixed = mixed
        self.keyword = keyword

    @classmethod
    def load(
        cls,
        lexicon: Lexicon | None = None,
        labels: str | Path | None = None,
        taxonomy: str | Path | None = None,
    ) -> Tagger:
        """The tagger fitted from the labels of textmine and those in the file `labels` (columns text, area, also).

        `taxonomy`: a folder with a scheme of its own instead, areas.csv, and its labels, labels.csv; without labels the
        keywords of areas.csv must do. A text that stands in `labels` itself has the area it has there. The fitted
        tagger is kept in the user's cache folder. Raises UsageError where a file is missing or faulty.
        """
        lexicon = lexicon or Lexicon.load()
        areas, rows = learnt_from(lexicon.areas, labels, taxonomy)
        tagger = cls(words_of(lexicon.dictionary, lexicon.stopwords), areas)
        tagger._corrected = _corrections(rows[-1]) if labels is not None else {}
        key = modelcache.digest([lexicon.digest.encode(), repr((areas, rows)).encode()])
        arrays = modelcache.load(key)
        if arrays is None or not tagger._restore(arrays):
            tagger._fit_labels(merged(rows))
            modelcache.store(key, tagger._arrays())
        return tagger

    def _fit_labels(self, rows: Sequence[Label]) -> None:
        self.fit(
            [row.text for row in rows],
            [row.area for row in rows],
            [row.also for row in rows],
            [row.writer for row in rows],
        )

    # --- a scikit-learn classifier --------------------------------------------------------------------------------

    def fit(
        self,
        texts: Sequence[str],
        areas: Sequence[str],
        also: Sequence[str | Sequence[str]] | None = None,
        groups: Sequence[str] | None = None,
    ) -> Tagger:
        """Learn from texts, their areas, and further areas of each (codes, or codes joined by `;`).

        `groups`: who wrote each row; probabilities are calibrated on writers that were left out.
        """
        if len(texts) != len(areas):
            raise ValueError(f"{len(texts)} texts but {len(areas)} areas")
        words = self._words()
        scheme = leaves(self.taxonomy or {})
        others = [_codes(cell) for cell in (also if also is not None else [""] * len(texts))]
        writers = [group or UNKNOWN for group in (groups if groups is not None else [""] * len(texts))]
        rows = [
            fitting.Row(item_of(words, text), str(area), self.mixed if more else 1.0, writer, more)
            for text, area, more, writer in zip(texts, areas, others, writers, strict=True)
        ]
        rows += [
            fitting.Row(_described(words, phrase), code, self.keyword)
            for code, area in scheme.items()
            for phrase in phrases(area)
        ]
        settings = fitting.Settings(self.cost, tuple(self.views), self.parent)
        self.model_, self.sharpness_ = fitting.fit(rows, self._parents(), settings)
        self.classes_ = self.model_.classes
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[Any]:
        """The area of each text, `none` included where it was among the labels."""
        found: NDArray[Any] = self._fitted().classes[self.decision_function(texts).argmax(axis=1)]
        return found

    def predict_proba(self, texts: Sequence[str]) -> NDArray[Any]:
        """The probability of each area (columns as in `classes_`)."""
        return _softmax(self.decision_function(texts) * self.sharpness_)

    def decision_function(self, texts: Sequence[str]) -> NDArray[Any]:
        """The score of each area before calibration."""
        model, words = self._fitted(), self._words()
        found = [
            Reading(model, [item_of(words, text) for text in texts[start:end]]).scores
            for start, end in batches(list(texts), BATCH)
        ]
        return np.concatenate(found) if found else np.zeros((0, len(model.classes)), np.float32)

    def score(self, texts: Sequence[str], areas: Sequence[str]) -> float:
        """The share of texts whose area is predicted."""
        return float(np.mean(self.predict(texts) == np.asarray(areas, dtype=object)))

    def transform(self, texts: Sequence[str]) -> Any:
        """The probabilities as features for another model: an array, or as `set_output` says."""
        chances = self.predict_proba(texts)
        if getattr(self, "_output", "default") != "pandas":
            return chances
        from pandas import DataFrame

        index = getattr(texts, "index", None) if hasattr(texts, "iloc") else None  # of a Series; a list has a method
        return DataFrame(chances, columns=self.get_feature_names_out(), index=index)

    def fit_transform(self, texts: Sequence[str], areas: Sequence[str], **more: Any) -> Any:
        """`fit`, then `transform`."""
        return self.fit(texts, areas, **more).transform(texts)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """The names of the columns of `transform`: the codes of the areas."""
        return np.asarray(self._fitted().classes, dtype=object)

    def set_output(self, *, transform: str | None = None) -> Tagger:
        """Let `transform` return `default` (an array) or `pandas` (a DataFrame)."""
        if transform not in (None, "default", "pandas"):
            raise ValueError(f"set_output: {transform!r} is neither 'default' nor 'pandas'")
        if transform is not None:
            self._output = transform
        return self

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments of the constructor."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Tagger:
        """Change arguments of the constructor; they count from the next `fit` on."""
        unknown = params.keys() - self.get_params().keys()
        if unknown:
            raise ValueError(f"Invalid parameter {', '.join(sorted(unknown))} for estimator Tagger")
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(one_d_array=True, two_d_array=False, string=True),
        )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __repr__(self) -> str:
        own = {name: value for name, value in self.get_params().items() if name not in ("words", "taxonomy")}
        return f"Tagger({', '.join(f'{name}={value!r}' for name, value in own.items())})"

    # --- tags -----------------------------------------------------------------------------------------------------

    def tag(self, items: Sequence[Measure | str], allow_none: bool = False) -> list[Tag]:
        """The tags of measures or texts, in their order. With `allow_none` the answer may be `none`: no measure.

        Measures of one report that stand together are judged together, texts each by itself.
        """
        return [tag for start, end in batches(items, BATCH) for tag in self._tags(items[start:end], allow_none)]

    def _tags(self, items: Sequence[Measure | str], allow_none: bool) -> Iterator[Tag]:
        model, words = self._fitted(), self._words()
        reading = Reading(model, [item_of(words, item) for item in items])
        scores = reading.scores.astype(np.float64) * self.sharpness_
        if not allow_none:
            scores[:, model.classes == NONE] = -np.inf
        parents = self._parents()
        kin = [parents.get(code) or code for code in model.classes]
        chances = weighed(self._as_corrected(_softmax(scores), items), reports(items), kin)
        (first, score), (second, score2) = _best(chances)
        evidence = reading.evidence(first)
        names = [(str(code), self._name(str(code))) for code in model.classes]
        for row in zip(first.tolist(), score.tolist(), second.tolist(), score2.tolist(), evidence, strict=True):
            area, name = names[row[0]]
            yield Tag(area, name, row[1], names[row[2]][0], row[3], row[4])

    def _as_corrected(self, chances: NDArray[np.float64], items: Sequence[Measure | str]) -> NDArray[np.float64]:
        """The chances, where the user's labels hold an item's text all on the area that it has there."""
        if self._corrected:
            column = {code: number for number, code in enumerate(self._fitted().classes)}
            for row, item in enumerate(items):
                code = self._corrected.get(wording(item if isinstance(item, str) else item.text))
                if code is not None:
                    chances[row] *= LEFT  # not zero, so that the runner-up is still the likeliest other
                    chances[row, column[code]] = 1.0
        return chances

    def _name(self, code: str) -> str:
        area = (self.taxonomy or {}).get(code)
        return area.name if area else ""

    def _parents(self) -> dict[str, str]:
        return {code: area.parent for code, area in (self.taxonomy or {}).items()}

    def _words(self) -> Words:
        if self.words is not None:
            return self.words
        lexicon = Lexicon.load()
        return words_of(lexicon.dictionary, lexicon.stopwords)

    def _fitted(self) -> Model:
        if not hasattr(self, "model_"):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError("This Tagger is not fitted yet: call fit, or use Tagger.load()")
        return self.model_

    # --- keeping --------------------------------------------------------------------------------------------------

    def _arrays(self) -> dict[str, NDArray[Any]]:
        """The fitted model as arrays."""
        model = self._fitted()
        arrays: dict[str, NDArray[Any]] = {
            "classes": np.array([str(code) for code in model.classes]),
            "bias": model.bias,
            "sharpness": np.array(self.sharpness_),
        }
        arrays["words"] = np.frombuffer("\n".join(model.vocabulary.numbers).encode(), np.uint8)
        for name, view in zip(VIEWS, model.views, strict=True):
            arrays[f"{name}_index"], arrays[f"{name}_squares"] = view.index, view.squares
            arrays[f"{name}_said"] = view.said.astype(np.float16)
        return arrays

    def _restore(self, arrays: Mapping[str, NDArray[Any]]) -> bool:
        """Take over a model from arrays; False where they are none."""
        try:
            classes, bias = arrays["classes"].astype(object), arrays["bias"]
            words = arrays["words"].tobytes().decode().split("\n")
            vocabulary = Vocabulary({word: number for number, word in enumerate(words)})
            views = tuple(_view(arrays, name, len(words), len(classes)) for name in VIEWS)
            sharpness = float(arrays["sharpness"])
        except (KeyError, ValueError, TypeError):
            return False
        self.model_, self.sharpness_ = Model(classes, bias, vocabulary, views), sharpness
        self.classes_ = classes
        return True


def _corrections(labels: Sequence[Label]) -> dict[str, str]:
    """The areas of labelled texts, also by their texts in simplified characters, in which mining reads."""
    return {wording(text): row.area for row in labels for text in (simplified(row.text), row.text)}


def _codes(cell: str | Sequence[str]) -> tuple[str, ...]:
    return split_cell(cell) if isinstance(cell, str) else tuple(cell)


def _described(words: Words, phrase: str) -> Item:
    """A phrase of the scheme as a row to learn from: it would decide wherever it stood."""
    found = list(dict.fromkeys(words.content_words(phrase)))
    return Item(found, len(found), len(found))


def _view(arrays: Mapping[str, NDArray[Any]], name: str, words: int, areas: int) -> View:
    index, squares = arrays[f"{name}_index"], arrays[f"{name}_squares"]
    said = arrays[f"{name}_said"].astype(np.float32)
    if said.shape != (len(squares), areas) or index.shape != (words,) or not 0 <= index.max() < len(squares):
        raise ValueError(f"{name}: shapes do not fit")
    return View(index, said, squares)


def _best(chances: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """The columns with the highest chance of each row, and that chance; then the second highest."""
    rows = np.arange(len(chances))
    left = chances.copy()
    for _ in range(2):
        best = left.argmax(axis=1)
        yield best, chances[rows, best].round(4)
        left[rows, best] = -1


def _softmax(scores: NDArray[Any]) -> NDArray[np.float64]:
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return chances
