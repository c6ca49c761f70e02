"""Encodings are found from the bytes alone, down to four characters; what cannot be found is said so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.model import UsageError
from textmine.readers.encodings import LOW_CONFIDENCE, decode, score, without_surrogates

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"

SIMPLIFIED = """清岚县人民政府2023年工作总结和2024年工作打算
各位代表：现在，我代表县人民政府，向大会报告工作，请予审议，并请政协委员和列席人员提出意见。
一、过去一年主要工作
（一）经济运行稳中有进。全县地区生产总值完成186.4亿元，同比增长6.2%；一般公共预算收入11.3亿元，税收占比提高2.1个百分点。
新开工重点项目42个，完工27个，“一企一策”帮助企业解决用工、融资、用地难题316件。签约引进精密铸造、冷链物流等项目19个。
（二）乡村振兴扎实推进。新建高标准农田3.8万亩，粮食总产达到21.6万吨，生猪出栏34万头；改造农村户厕5200座，硬化村组道路168公里。
柑橘、茶叶、中药材三大产业链产值突破40亿元，《清岚早茶》入选全国名特优新农产品名录，带动脱贫户就业7800余人。
（三）民生福祉持续增进。城镇新增就业4600人，发放创业担保贷款1.2亿元；新增公办幼儿园学位900个，县人民医院新院区投入使用。
办理法律援助案件583件，调解矛盾纠纷2790起，群众安全感满意度达98.7%。城区空气质量优良天数比例为93.4%，饮用水水源水质达标率100%。
同时，我们也清醒地看到，产业层次不高、财政收支矛盾突出、个别干部担当不够等问题仍然存在，需要认真加以解决。
二、下一步工作安排
一是坚定不移抓招商，力争全年引进亿元以上项目20个；二是毫不放松保安全，坚决遏制重特大事故发生；三是用心用情办实事，
完成老旧小区改造36个，加装电梯52部，建成社区食堂15家。让我们踔厉奋发、勇毅前行，为建设富裕和谐美丽的新清岚而努力奋斗！
"""

TRADITIONAL = """清嵐縣政府一百一十二年度施政報告
各位代表：現在我代表縣政府，向大會報告工作，請予審議，並請列席人員提出寶貴意見。
一、過去一年的主要工作
（一）經濟運行穩中有進。全縣生產總值完成一百八十六億元，較上年增長百分之六點二；稅收占比進一步提高，財政收支大體平衡。
新開工重點建設四十二項，協助企業解決用工、融資、用地難題三百餘件；引進精密鑄造、冷鏈物流等專案十九個，投資環境明顯改善。
（二）農村建設扎實推進。改善農田水利設施，糧食總產量達到二十一萬噸；修築鄉間道路，興建農產品運銷中心，茶葉與柑橘行銷海內外。
（三）民生福祉持續增進。輔導青年創業就業，擴充公立幼兒園，縣立醫院新院區正式啟用；辦理法律扶助案件，調解民間糾紛，維護社會秩序。
同時我們也清楚看到，產業層次不高、人口老化、交通壅塞等問題仍然存在，需要認真檢討，逐步加以解決。
二、下一年度的工作安排
第一，堅持招商引資，推動傳統產業轉型升級；第二，加強公共安全，確保人民生命財產；第三，照顧弱勢家庭，讓鄉親們共享發展的成果。
"""


def found(text: str, codec: str, length: int, slices: int = 300) -> float:
    """The share of random slices of `length` characters that `decode` gives back exactly."""
    dice = random.Random(f"{codec} {length}")
    right = 0
    for _ in range(slices):
        start = dice.randrange(len(text) - length)
        piece = text[start : start + length]
        right += decode(piece.encode(codec)).text == piece
    return right / slices


@pytest.mark.parametrize(
    ("codec", "floors"),  # the least share found of slices of 4, 10, 20 and 50 characters
    [
        ("gb18030", (0.997, 1, 1, 1)),
        ("utf-16-le", (0.98, 0.995, 1, 1)),
        ("utf-16-be", (0.98, 0.995, 1, 1)),
        ("utf-16", (1, 1, 1, 1)),
        ("utf-8", (1, 1, 1, 1)),
        ("utf-8-sig", (1, 1, 1, 1)),
    ],
)
def test_simplified_text_is_found_from_few_characters(codec: str, floors: tuple[float, ...]) -> None:
    assert all(found(SIMPLIFIED, codec, length) >= floor for length, floor in zip((4, 10, 20, 50), floors, strict=True))


@pytest.mark.parametrize("codec", ["big5", "gb18030", "utf-8"])
def test_traditional_text_is_found_from_four_characters(codec: str) -> None:
    assert [found(TRADITIONAL, codec, length) for length in (4, 10, 20, 50)] == [1, 1, 1, 1]


def test_four_byte_gb18030_is_found() -> None:
    assert found(SIMPLIFIED.replace("县", "㐀䶮"), "gb18030", 10) == 1


@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_whole_report_is_sure_and_exact(codec: str) -> None:
    text = SIMPLIFIED.replace("\n", "\r\n")
    result = decode(text.encode(codec))
    assert (result.text, result.encoding, result.warnings) == (text, codec, ())
    assert result.confidence > 0.8


def test_gb2312_with_a_character_outside_it_is_read_as_gb18030() -> None:
    assert decode("朱镕基同志的报告".encode("gbk"), "gb2312").text == "朱镕基同志的报告"


def test_samples() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("../shared/samples is not there")
    mixed = decode((SAMPLES / "mixed_utf8_gbk.txt").read_bytes())
    assert mixed.text == "一、UTF-8 部分。\n二、GBK 部分。\n"
    assert mixed.warnings == ("low_encoding_confidence",)
    assert decode((SAMPLES / "short_gbk.txt").read_bytes()).text == "一、工作总结\r\n"
    assert decode((SAMPLES / "trad_big5.txt").read_bytes()).encoding == "big5"
    assert decode((SAMPLES / "hostile_nul.txt").read_bytes()).text == "一、正文\x00含有\x00空字符\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("most", ["utf-8", "gb18030"])
def test_lines_of_two_encodings_do_not_become_mojibake(mark: bytes, most: str) -> None:
    lines = SIMPLIFIED.splitlines(keepends=True)
    other = {"utf-8": "gb18030", "gb18030": "utf-8"}[most]
    data = mark + b"".join(line.encode(other if place % 4 == 1 else most) for place, line in enumerate(lines))
    result = decode(data)
    assert result.text == SIMPLIFIED
    assert result.confidence < LOW_CONFIDENCE
    assert result.warnings == ("low_encoding_confidence",)
    assert result.encoding == ("utf-8-sig" if mark else most)


def test_utf8_with_a_bad_byte_is_still_utf8() -> None:
    lines = SIMPLIFIED.encode().split(b"\n")
    lines[3] = lines[3][:9] + b"\xff" + lines[3][9:]
    result = decode(b"\n".join(lines))
    assert result.text.replace("\ufffd", "") == SIMPLIFIED
    assert (result.encoding, result.confidence, result.warnings) == ("utf-8", 1.0, ("replacement_characters",))


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_cut_in_its_last_character_is_still_utf8(cut: int) -> None:
    result = decode("一、工作总结".encode()[:-cut])
    assert (result.text, result.encoding) == ("一、工作总\ufffd", "utf-8")
    assert result.warnings == ("replacement_characters",)


def test_gbk_cut_in_its_last_character_is_still_gbk() -> None:
    assert decode("一、工作总结和打算".encode("gbk")[:-1]).text == "一、工作总结和打\ufffd"


@pytest.mark.parametrize("text", ["", "plain English text", "Résumé of the naïve café", "Привет, мир", "日本語です"])
def test_other_utf8_stays_utf8(text: str) -> None:
    assert decode(text.encode()).text == text
    assert decode(text.encode()).encoding == "utf-8"


def test_noise_is_not_trusted() -> None:
    dice = random.Random(7)
    assert all(decode(dice.randbytes(size)).confidence < LOW_CONFIDENCE for size in (64, 1000, 100_000))


def test_a_told_encoding_counts() -> None:
    assert decode("工作".encode("gbk"), "GBK").encoding == "gb18030"
    assert decode(b"\xef\xbb\xbf\xe5", "utf-8") == ("\ufffd", "utf-8", 1.0, ("replacement_characters",))


@pytest.mark.parametrize("name", ["", "no-such", "rot13", "base64", "a\0b"])
def test_an_unknown_encoding_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="no text encoding"):
        decode(b"abc", name)


def test_lone_surrogates_become_replacement_characters_in_place() -> None:
    assert without_surrogates("一\ud800二\U00020000") == "一\ufffd二\U00020000"


def test_scores_rank_readings() -> None:
    data = "办理案件，同比增长".encode("gbk")
    assert score(data.decode("gbk")) > score(data.decode("big5", "replace"))
    assert score("办理案件") > score("鲎元圀") > score("\ufffd\x01")


@given(st.binary(max_size=200))
def test_any_bytes_give_text_that_the_named_codec_gives(data: bytes) -> None:
    result = decode(data)
    result.text.encode()  # no lone surrogates
    assert 0 <= result.confidence <= 1
    if len(data.splitlines()) < 2:
        assert result.text == data.decode(result.encoding, "replace")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_marked_text_comes_back_exactly(text: str) -> None:
    assert decode(text.encode("utf-16")).text == text
    assert decode(text.encode("utf-8-sig")).text == text
