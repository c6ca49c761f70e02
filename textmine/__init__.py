"""textmine: archives of Chinese government work reports to tables of measures, metrics, placeholders and policy areas.

>>> from textmine import mine
>>> mined = mine("云州市司法局2021年工作总结\\n一、办案。\\n（一）办结复议案件12件。", tag=False)  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Public names and their modules; loaded when first asked for (PEP 562), so that `textmine --help` is instant.
_HOMES = {
    "read": "mining",
    "mine": "mining",
    "mine_archive": "archive",
    "Options": "workers",
    "load": "tables",
    "to_frames": "tables",
    "compare": "comparing",
    "panel": "concepts",
    "kwic": "concepts",
    "score": "scoring",
    "show": "display",
    "Lexicon": "lexicon",
    "Tagger": "tagger",
    "Words": "words",
    "Document": "model",
    "Failure": "model",
    "Measure": "model",
    "Metric": "model",
    "Mined": "model",
    "Placeholder": "model",
    "Report": "model",
    "Section": "model",
    "Span": "model",
    "TextmineError": "model",
    "ReadError": "model",
    "LexiconError": "model",
    "UsageError": "model",
}
__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:
    from textmine.archive import mine_archive
    from textmine.comparing import compare
    from textmine.concepts import kwic, panel
    from textmine.display import show
    from textmine.lexicon import Lexicon
    from textmine.mining import mine, read
    from textmine.model import (
        Document,
        Failure,
        LexiconError,
        Measure,
        Metric,
        Mined,
        Placeholder,
        ReadError,
        Report,
        Section,
        Span,
        TextmineError,
        UsageError,
    )
    from textmine.scoring import score
    from textmine.tables import load, to_frames
    from textmine.tagger import Tagger
    from textmine.words import Words
    from textmine.workers import Options


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"textmine.{_HOMES[name]}"), name)
    raise AttributeError(f"module textmine has no attribute {name}")


def __dir__() -> list[str]:
    return sorted(__all__)
