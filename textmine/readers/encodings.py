"""Bytes to text: which encoding a Chinese file is in, and how sure that is.

In order: a byte order mark; strict UTF-8; lines of UTF-8 among lines of another encoding; then the candidates
`CANDIDATES`, each decoded and scored by how Chinese the result looks. GBK and GB2312 are always read as GB18030,
which holds both. The text comes back exactly as decoded, line ends included; only a byte order mark is dropped.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from textmine.model import UsageError

CANDIDATES = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")
LOW_CONFIDENCE = 0.5  # below this the warning low_encoding_confidence is given
SAMPLE = 1 << 16  # bytes that are scored; whole files would cost seconds and decide nothing more

# These codecs drop the mark themselves.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GB_FAMILY = {"gbk", "gb2312", "gb18030"}

# Characters that abound in official prose, simplified and traditional: where they abound in a reading, it is right.
FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
    "定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因"
    "由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解"
    "问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少"
    "图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七"
    "海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目"
    "至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算"
    "低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精"
    "值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该"
    "铁价严首底亿镇乡村税企财监督审惠贫险创岗医幼托污染防绿碳园项投招融稳顷吨亩届厅署检察司案诉讼矛盾纠纷國會時來為"
    "個們這學產經發動對過說麼實體現機開關無長種還進業東書車見當兩從點電間與應問題達運議導將變結給級線統總網權條樣標"
    "樓構檢準決況濟爾狀獨環畫異療監盤確禮積穩節約純紀紅納終組織絕綠維緊編練縣續習職聯聽臺舉舊藝術處號補製複規視覺觀"
    "訂計訊討訓記設許訴評試話該詳認語誤課調請論諸證識護讀讓財責貨貧貿費資賽質軍輕輔輪輸農辦遠適選邊鄉醫釋針鎮鐵錢門"
    "陽階際隨險難領頭願類顯風飛飯館馬驗黨齊龍廣慶據擔擊擴數斷歡歸歷殺滿漢溫測湯潔區單員團圍圖場報壓審寫專層屬島師幫"
    "幹幾庫廠強復愛懷態慮憲戰戶務勞勢勝勵協厲參雙葉啟嚴園"
)
PUNCTUATION = re.compile("[\u2014\u2018-\u201d\u2026\u3001-\u3015\uff01-\uff5e]")
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


class Decoded(NamedTuple):
    """A text, the Python codec it was read with, the confidence from 0 to 1, and warning codes.

    `data.decode(encoding, "replace") == text`, except for a file of mixed encodings, whose `encoding` is that of most.
    """

    text: str
    encoding: str
    confidence: float
    warnings: tuple[str, ...] = ()


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of `data`; `encoding` (a Python codec name) overrides detection.

    Bytes that cannot be decoded become U+FFFD, with the warning `replacement_characters`. Raises UsageError for an
    encoding Python does not know.
    """
    if encoding is not None:
        return _told(data, encoding)
    for mark, name in MARKS:
        if data.startswith(mark):
            return _marked(data, name)
    text = _utf8(data)
    if text is not None and _surely_utf8(text):
        return _decoded(text, "utf-8", 1.0)
    return _lines(data) or _contest(data, text)


def without_surrogates(text: str) -> str:
    """`text` with every lone surrogate, which no file can hold, as U+FFFD. Offsets stay."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def warnings_of(text: str, confidence: float) -> tuple[str, ...]:
    """The warning codes a text and the confidence in its encoding call for."""
    low = ("low_encoding_confidence",) if confidence < LOW_CONFIDENCE else ()
    return (*low, "replacement_characters") if "\ufffd" in text else low


def _decoded(text: str, encoding: str, confidence: float) -> Decoded:
    return Decoded(text, encoding, confidence, warnings_of(text, confidence))


def _told(data: bytes, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name
        name = "gb18030" if name in GB_FAMILY else name
        text = data.decode(name, "replace")
    except (LookupError, ValueError) as error:  # ValueError: a name with a NUL; LookupError also: rot13 is no encoding
        raise UsageError(f"{encoding}: no text encoding that Python knows") from error
    return _decoded(without_surrogates(text.removeprefix("\ufeff")), name, 1.0)


def _marked(data: bytes, name: str) -> Decoded:
    if name == "utf-8-sig":
        body = data[len(codecs.BOM_UTF8) :]
        if _utf8(body) is None and (mixed := _lines(body)):
            return mixed._replace(encoding=name)
    return _decoded(data.decode(name, "replace"), name, 1.0)


def _utf8(data: bytes) -> str | None:
    """`data` as UTF-8, or None. A last character that is cut off is no fault: the file was cut, not its encoding."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and error.start > 0
        return data.decode("utf-8", "replace") if cut else None


def _surely_utf8(text: str) -> bool:
    """Whether bytes that are valid UTF-8 cannot well be anything else.

    A handful of GBK characters may be valid UTF-8 by chance, and read as Greek or Arabic; a handful of UTF-16
    characters may, and then hold control characters.
    """
    if _HAN.search(text):
        return True
    foreign = sum(not char.isascii() for char in text)
    return not _odd(text) and (foreign == 0 or foreign >= 8)


def _odd(text: str) -> bool:
    return "\0" in text or (len(text) < 16 and _CONTROL.search(text) is not None)


# --- lines of several encodings ---------------------------------------------------------------------------------


def _lines(data: bytes) -> Decoded | None:
    """Lines of Chinese UTF-8 among lines of something else, each decoded by itself; None where there are no such."""
    lines = data.splitlines(keepends=True)
    sure = [_chinese_utf8(line) for line in lines]
    if all(text is None for text in sure):
        return None
    readings = [_line(line) if text is None else ("utf-8", text) for line, text in zip(lines, sure, strict=True)]
    weight: Counter[str] = Counter()
    for line, (name, _) in zip(lines, readings, strict=True):
        if not line.isascii():
            weight[name] += len(line)
    encoding, most = weight.most_common(1)[0]
    confidence = 1.0 if len(weight) == 1 else LOW_CONFIDENCE * most / weight.total()
    return _decoded("".join(text for _, text in readings), encoding, round(confidence, 3))


def _chinese_utf8(line: bytes) -> str | None:
    """The line as UTF-8 where that is right: it decodes, and reads no less Chinese than it would in GB18030."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if _HAN.search(text) and score(text) >= score(line.decode("gb18030", "replace")) else None


def _line(line: bytes) -> tuple[str, str]:
    readings = [(name, line.decode(name, "replace")) for name in ("utf-8", "gb18030", "big5")]
    return max(readings, key=lambda reading: score(reading[1]))


# --- candidates -------------------------------------------------------------------------------------------------


def _contest(data: bytes, utf8: str | None) -> Decoded:
    """The candidate that reads most Chinese; `utf8` is the text where the data are valid UTF-8."""
    first = _NON_ASCII.search(data)
    start = max(0, first.start() - 256) // 2 * 2 if first else 0  # even, for UTF-16
    sample = data[start : start + SAMPLE]
    scores = {name: score(sample.decode(name, "replace")) for name in CANDIDATES}
    if utf8 is not None and not _odd(utf8):
        scores["utf-8"] = max(scores["utf-8"], 0.5)  # valid by design more likely than by chance
    best, second = sorted(CANDIDATES, key=lambda name: -scores[name])[:2]
    margin = min(1.0, scores[best] - max(0.0, scores[second]))
    confidence = max(0.0, 0.4 * scores[best] + 0.6 * margin)
    return _decoded(data.decode(best, "replace"), best, round(confidence, 3))


def score(text: str) -> float:
    """How Chinese a text looks: the mean worth of its characters, from -2 to 1. ASCII does not count."""
    counted = [(_worth(char), times) for char, times in Counter(text).items()]
    total = sum(times for worth, times in counted if worth)
    return sum(worth * times for worth, times in counted) / total if total else 0.1


@lru_cache(maxsize=1 << 16)
def _worth(char: str) -> float:
    if char.isascii() or char == "\u3000":
        return -2.0 if _CONTROL.match(char) else 0.0
    if char in FREQUENT or PUNCTUATION.match(char):
        return 1.0
    if not _HAN.match(char):
        return -2.0 if char == "\ufffd" else -1.0
    return 0.5 if _in_common_use(char) else -0.5


def _in_common_use(char: str) -> bool:
    """Whether a Chinese character is in the first level of GB 2312 or of Big5, which hold the usual ones."""
    for codec, last in (("gb2312", 0xD7), ("big5", 0xC6)):
        with suppress(UnicodeEncodeError):
            if char.encode(codec)[0] <= last:
                return True
    return False
