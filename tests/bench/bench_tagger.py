"""Times the tagger: fitting, loading from the cache, tagging 10,000 measures, beside their segmentation alone.

Segmentation is that of jieba itself and of textmine, which gives the same words (textmine/words.py).

    python tests/bench/bench_tagger.py

CPU seconds of this process; run it with OMP_NUM_THREADS=1 on a quiet machine.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from textmine.lexicon import Lexicon, corpora_dir
from textmine.tagger import Tagger
from textmine.taxonomy import merged, read_labels
from textmine.words import _tokenizer

MEASURES = 10_000
SCALE = 1e6 / MEASURES  # from seconds for all to microseconds for one


def seconds(task: Callable[[], Any]) -> float:
    start = time.process_time()
    task()
    return time.process_time() - start


def main() -> None:
    lexicon = Lexicon.load()
    labels = merged([read_labels(corpora_dir() / "labels" / "areas.csv", lexicon.areas)])
    tagger = Tagger.load(lexicon)
    words = tagger.words
    assert words is not None
    columns = [list(column) for column in zip(*((r.text, r.area, r.also, r.writer) for r in labels), strict=True)]
    print(f"fit {seconds(lambda: Tagger(words, lexicon.areas).fit(*columns)):.1f} s for {len(labels)} rows")
    print(f"load from the cache {seconds(lambda: Tagger.load(lexicon)) * 1000:.0f} ms")
    texts = list(itertools.islice(itertools.cycle(row.text for row in labels), MEASURES))
    jieba = _tokenizer(lexicon.dictionary)
    print(f"jieba's segmentation {seconds(lambda: [jieba.lcut(text) for text in texts]) * SCALE:.1f} us a measure")
    for _ in range(3):
        alone = seconds(lambda: [words.content_words(text) for text in texts]) * SCALE
        whole = seconds(lambda: tagger.tag(texts)) * SCALE
        print(f"textmine's {alone:.1f} us a measure, tagging beyond it {whole - alone:.1f} us, in all {whole:.1f} us")


if __name__ == "__main__":
    main()
