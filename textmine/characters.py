"""Characters to their plain forms: full-width letters, the typist's spaces and points, doubled punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from textmine.edits import apply, substitute
from textmine.model import CleanText

HAN = "一-鿿㐀-䶿\U00020000-\U0003134f〇"
POINTS = "，。；：、！？“”（）《》"

# Word's, the web's and the typist's other spaces and line ends; controls, NULs and soft hyphens go altogether.
SPACES = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
LINE_ENDS = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
INVISIBLE = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f"


def _folds() -> dict[int, str]:
    """Full-width letters, digits, signs of arithmetic and placeholder signs to their plain forms."""
    table = {}
    for code in range(0xFF01, 0xFF5F):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain.isalnum() or plain in "%+*#@&=_/":
            table[code] = plain
    return table


FOLDS = _folds()
# Chinese text typed with an ASCII keyboard: a comma or a colon beside a Han character is the Chinese one.
ASCII_POINTS = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
ASCII_QUOTES = re.compile(rf'"(?=[^"\n]{{1,60}}")([^"\n]*[{HAN}][^"\n]*)"')
ASCII_POINT = re.compile(rf"(?<=[{HAN}”）》%])[,;:!?()]|[,;:!?()](?=[{HAN}“《（])")
POINT_IN_NUMBER = re.compile(r"(?<=[\dxX*])．(?=[\dxX*])")


def fold_characters(text: CleanText) -> CleanText:
    folded = text.text.translate(FOLDS)
    return text if folded == text.text else CleanText(folded, text.origins)


def fold_points(text: CleanText) -> CleanText:
    text = substitute(POINT_IN_NUMBER, ".", text)
    text = substitute(MIDDLE_DOT, ".", text)
    text = apply(text, ((m.start(), m.end(), f"“{m[1]}”") for m in ASCII_QUOTES.finditer(text.text)))
    return apply(text, ((m.start(), m.end(), ASCII_POINTS[m[0]]) for m in ASCII_POINT.finditer(text.text)))


MIDDLE_DOT = re.compile(r"(?<=\d)·(?=\d{1,3}[万亿元%％])")  # 2477·1万元
# A full stop typed with an ASCII keyboard, but for the point of a label (一.加强); few texts end their sentences so.
ASCII_STOP = re.compile(rf"(?<=[{HAN}”）》%])\.(?=[{HAN}“《（①-⑳_xX*×○\s]|$)")
LABEL_POINT = re.compile(r"^\s*第?[一二三四五六七八九十]{1,3}$")
FEW_STOPS = 3


def fold_stops(text: CleanText) -> CleanText:
    """The stops of a text whose sentences end in ASCII ones: those are more than its Chinese ones."""
    found = [match for match in ASCII_STOP.finditer(text.text) if not _labels(text.text, match.start())]
    if len(found) < max(FEW_STOPS, text.text.count("。") + 1):
        return text
    return apply(text, ((match.start(), match.end(), "。") for match in found))


def _labels(text: str, point: int) -> bool:
    """Whether the point ends a label: nothing but a Chinese numeral stands before it in its line."""
    line = text.rfind("\n", 0, point) + 1
    return point - line <= 8 and LABEL_POINT.match(text[line:point]) is not None


drop_invisible = partial(substitute, re.compile(f"[{INVISIBLE}]"), "")
unify_line_ends = partial(substitute, re.compile(LINE_ENDS), "\n")
unify_spaces = partial(substitute, re.compile(f"[{SPACES}]"), " ")


SPACE_IN_CHINESE = re.compile(
    rf"(?<=[{HAN}{POINTS}\d%xX*×]) +(?=[{HAN}{POINTS}%‰])|(?<=[{HAN}{POINTS}]) +(?=[\dxX*×])"
    rf"|(?:(?<=[{HAN}]\d)|(?<=[{HAN}] \d)|(?<=\d \d)) (?=\d(?: \d){{0,6}} ?[{HAN}%])"  # 1 2 6 0人
    r"|(?<=\d) (?=\d{3}(?!\d))|(?<=[\dxX*×]\.) (?=[\dxX*×])|(?<=\d) (?=\.\d)|^ +| +$",
    re.MULTILINE,
)
DOUBLED = re.compile(r"([，。；：、！？])(?=\1)|[，、](?=[，。；])|(?<=\d)。(?=\.\d)")

drop_spaces = partial(substitute, SPACE_IN_CHINESE, "")
drop_doubled = partial(substitute, DOUBLED, "")
