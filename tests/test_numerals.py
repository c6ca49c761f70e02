"""Numbers as reports write them, and their values."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest

from textmine import numerals
from textmine.numerals import Number, chinese, fold, parse, scale_factor, to_chinese


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", "0"),
        ("318", "318"),
        ("12,480", "12480"),
        ("1,234,567.89", "1234567.89"),
        (".52", "0.52"),
        ("６．５", "6.5"),
        ("零", "0"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("两百", "200"),
        ("三百二十", "320"),
        ("三百零二", "302"),
        ("一百二", "120"),
        ("一千零五十", "1050"),
        ("两千三", "2300"),
        ("三万五", "35000"),
        ("一万零五十", "10050"),
        ("一亿两千万", "120000000"),
        ("二〇二一", "2021"),
        ("一九八九", "1989"),
        ("二○○八", "2008"),
        ("九十五点六", "95.6"),
        ("零点五", "0.5"),
        ("百分之八", "8"),
        ("百分之九十五点六", "95.6"),
        ("万分之二", "2"),
        ("三分之一", "1"),
        ("壹佰贰拾", "120"),
    ],
)
def test_a_number_has_its_value(written: str, value: str) -> None:
    number = parse(written)
    assert number is not None
    assert (number.value, number.masked) == (Decimal(value), False)


@pytest.mark.parametrize(
    ("written", "per"), [("百分之八", 100), ("万分之二", 10_000), ("三分之一", 3), ("八", 1), ("8", 1)]
)
def test_a_fraction_tells_what_it_is_of(written: str, per: int) -> None:
    number = parse(written)
    assert number is not None
    assert number.per == per


@pytest.mark.parametrize(
    ("written", "value", "per"), [("九成五", "9.5", 10), ("三成半", "3.5", 10), ("〇成一", "0.1", 10), ("一半", "1", 2)]
)
def test_tenths_and_halves_have_a_value(written: str, value: str, per: int) -> None:
    assert parse(written) == Number(Decimal(value), per=per)


def test_a_masked_share_is_still_of_a_hundred() -> None:
    assert parse("百分之X") == Number(None, masked=True, per=100)


@pytest.mark.parametrize(
    "written", ["X", "xx", "***", "×", "_", "X.X", "11.X", "20xx", "x,xxx", "Ｘ", "＊＊", "□", "#", "百分之X"]
)
def test_a_masked_number_has_no_value(written: str) -> None:
    number = parse(written)
    assert number is not None
    assert number.masked
    assert number.value is None


@pytest.mark.parametrize(
    "written", ["", " ", "件", "若干", "点", "点五六十", "百分之", "分之一", "零分之一", "1.2.3", "一点", "abc", "-5"]
)
def test_other_text_is_no_number(written: str) -> None:
    assert parse(written) is None


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (12_345_678, "一千二百三十四万五千六百七十八"),
    ],
)
def test_whole_numbers_in_chinese(number: int, written: str) -> None:
    assert to_chinese(number) == written
    assert chinese(written) == number


@pytest.mark.parametrize("number", [-1, 10**8])
def test_numbers_beyond_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        to_chinese(number)


@pytest.mark.parametrize(
    ("scale", "factor"),
    [
        ("", 1),
        ("十", 10),
        ("百", 100),
        ("千", 1000),
        ("万", 10**4),
        ("百万", 10**6),
        ("千万", 10**7),
        ("亿", 10**8),
        ("十亿", 10**9),
        ("万亿", 10**12),
    ],
)
def test_scales(scale: str, factor: int) -> None:
    assert scale_factor(scale) == factor


def test_decimals_stay_exact() -> None:
    number = parse("0.1")
    assert number is not None
    assert number.value == Decimal("0.1")


def test_full_width_and_legal_forms_fold() -> None:
    assert fold("６．５％") == "6.5%"
    assert fold("叁佰") == "三百"


def test_the_examples_of_the_module() -> None:
    result = doctest.testmod(numerals)
    assert result.attempted >= 3
    assert result.failed == 0
