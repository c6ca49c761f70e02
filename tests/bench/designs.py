"""Designs of the tagger that were tried, each a function of training rows that returns a predictor of texts.

`evaluate_tagger.py` compares them. All are fitted on the same rows, and the scheme's keywords where they say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from textmine.features import pairs, unlabelled
from textmine.lexicon import Lexicon
from textmine.tagger import Tagger
from textmine.taxonomy import Label
from textmine.words import Words

Predictor = Callable[[Sequence[str]], Sequence[str]]
Design = Callable[[list[Label]], Predictor]
LEXICON = Lexicon.load()
WORDS = Words(LEXICON.dictionary, LEXICON.stopwords)


@cache
def words(text: str) -> tuple[str, ...]:
    return tuple(WORDS.content_words(unlabelled(text)))


def bigrams(text: str) -> list[str]:
    found = words(text)
    return [*found, *(f"{one} {two}" for one, two in pairwise(found))]


def parts(text: str) -> list[str]:
    return [part for word in dict.fromkeys(words(text)) for part in (word, *pairs(word))]


def characters(text: str) -> list[str]:
    runs = re.findall(r"[\u4e00-\u9fff]+", unlabelled(text))
    return [run[i : i + n] for run in runs for n in (2, 3, 4) for i in range(len(run) - n + 1)]


def plain(analyzer: Callable[[str], Sequence[str]], classifier: Callable[[], Any]) -> Design:
    """A classifier over tf-idf of the features of a text."""

    def fit(rows: list[Label]) -> Predictor:
        vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, dtype=np.float32)
        model = make_pipeline(vectorizer, classifier())
        predictor: Predictor = model.fit([r.text for r in rows], [r.area for r in rows]).predict
        return predictor

    return fit


def svm() -> Any:
    return LinearSVC(C=0.5, random_state=0)


def shipped(keywords: bool = True, **parameters: Any) -> Design:
    """The tagger itself, with other parameters."""

    def fit(rows: list[Label]) -> Predictor:
        return tagger_of(rows, keywords, **parameters).predict

    return fit


def tagger_of(rows: list[Label], keywords: bool = True, **parameters: Any) -> Tagger:
    tagger = Tagger(WORDS, LEXICON.areas if keywords else None, **parameters)
    also, writers = [row.also for row in rows], [row.writer for row in rows]
    return tagger.fit([row.text for row in rows], [row.area for row in rows], also, writers)


def voting(rows: list[Label]) -> Predictor:
    """The tagger; then its probabilities for each sentence, averaged, are added to those of the whole text."""
    tagger = tagger_of(rows)

    def predict(texts: Sequence[str]) -> Sequence[str]:
        sentences = [[s for s in re.split(r"(?<=[。；！])", text) if len(s) > 5] or [text] for text in texts]
        chances = tagger.predict_proba([sentence for row in sentences for sentence in row])
        starts = np.cumsum([0, *map(len, sentences)])[:-1]
        mean = np.add.reduceat(chances, starts, axis=0) / np.array([len(row) for row in sentences])[:, None]
        found: Sequence[str] = tagger.classes_[(tagger.predict_proba(texts) + mean).argmax(axis=1)]
        return found

    return predict


def averaged(rows: list[Label]) -> Predictor:
    """The mean of the tagger's probabilities and those of a complement naive Bayes over the same parts."""
    tagger = tagger_of(rows, keywords=False)
    vectorizer = TfidfVectorizer(analyzer=parts, sublinear_tf=True)
    bayes = make_pipeline(vectorizer, ComplementNB(alpha=0.05)).fit([r.text for r in rows], [r.area for r in rows])

    def predict(texts: Sequence[str]) -> Sequence[str]:
        scores = bayes.predict_log_proba(texts)
        powers = np.exp(8 * (scores - scores.max(axis=1, keepdims=True)))
        other = powers / powers.sum(axis=1, keepdims=True)
        found: Sequence[str] = tagger.classes_[(tagger.predict_proba(texts) + other).argmax(axis=1)]
        return found

    return predict


DESIGNS: dict[str, Design] = {
    "keywords of the scheme alone, no label": lambda rows: tagger_of([]).predict,
    "words, linear SVM": plain(words, svm),
    "words and word bigrams, linear SVM": plain(bigrams, svm),
    "character 2- to 4-grams, linear SVM": plain(characters, svm),
    "words and their pairs of characters (parts), linear SVM": plain(parts, svm),
    "parts, complement naive Bayes": plain(parts, lambda: ComplementNB(alpha=0.05)),
    "parts, multinomial logistic regression": plain(parts, lambda: LogisticRegression(C=20, max_iter=100)),
    "parts and keywords, linear SVM": shipped(views=(1, 0, 0), parent=0, mixed=1),
    "… and lead": shipped(views=(1, 0, 0.8), parent=0, mixed=1),
    "… and first half": shipped(parent=0, mixed=1),
    "… and hierarchy": shipped(mixed=1),
    "… and mixed rows three times (**shipped**)": shipped(),
    "shipped, no keywords": shipped(keywords=False),
    "shipped, mean with complement naive Bayes": averaged,
    "shipped, and sentences vote": voting,
}
