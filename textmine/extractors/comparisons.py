"""Numbers set against others: gaps, movements, changes, multiples, shares and ranks.

Each rule returns None where it does not fit.
"""

from __future__ import annotations

import re

from textmine.extractors.nouns import OF_EACH, core, inherited, phrase, stripped
from textmine.extractors.objects import noun_after
from textmine.extractors.wording import DEGREE, RANKS, SHARE_UNITS, Context, Named, Wording
from textmine.model import Direction

PLAIN_VERBS = ("达到", "为", "是", "有", "相当于")


def gap(context: Context, words: Wording) -> Named | None:
    """高于全市1.9个百分点: the metric before, set against a basis."""
    match = words.gap.search(context.left)
    if not match:
        return None
    noun = phrase(context.left[: match.start()], context, words)
    basis = re.sub(
        r"^(高于|低于|快于|慢于|高出|低出|领先|好于|优于|超过|多于|少于|超额完成|超出|超)", "", match[0]
    ).removesuffix("了")
    if match[0].startswith("超额完成"):
        noun += match[0]
    return Named(noun, basis=basis, keeps_head=True)


def movement_end(context: Context, words: Wording) -> Named | None:
    """提高到91%, 降至2%: the end of a movement."""
    match = words.to.search(context.left)
    if not match or (match["of"] and context.unit not in ("倍", *SHARE_UNITS)):  # 扩大到全市12个县 tells where
        return None
    direction = _direction(match)
    noun = phrase(_without_each(context.left[: match.start()], words), context, words)
    carried = context.head.basis if context.head.moving else ""
    return Named(noun, direction, match["of"] or reckoned_basis(context.left, words) or carried)


def _direction(moved: re.Match[str]) -> Direction:
    return "increase" if moved["up"] else "decrease" if moved["down"] else ""


def movement_start(context: Context, words: Wording) -> Named | None:
    """由40%提高到52%, 从2018年的6.1%提升到…: the start of a movement; what follows the number tells."""
    match = words.source.search(context.left) if words.moves_on.match(context.right) else None
    if not match:
        return None
    return Named(phrase(_without_each(match["np"], words), context, words))


def _without_each(left: str, words: Wording) -> str:
    """规上企业亩均税收 without 亩均, which is the basis; 人均补助 is a name."""
    basis = words.reckoned.search(left)
    return left.replace(basis[0], "", 1) if basis and OF_EACH.match(basis[0]) and basis[0] != "人均" else left


def change(context: Context, words: Wording) -> Named | None:
    """同比增长18.9%, 办结率较上年提高1.7个百分点: the number is itself a change."""
    left = re.sub("(了|近|约|超|超过|逾|达|力争|不低于|不少于|不超过)+$", "", context.left)
    noun = words.change_noun.search(left)
    match = noun or words.change.search(left)
    if not match:
        return None
    verb = match["noun"] if noun else match["verb"]
    basis = words.compared.search(left) or words.basis.search(left)
    bare = left[: match.start()]
    for found in words.basis.finditer(left):  # 按可比价格计算比上年增长: two of them
        bare = bare.replace(found[0], "", 1)
    bare = DEGREE.sub("", bare)
    direction: Direction = "increase" if verb in words.increase else "decrease"
    empty = not stripped(bare, words)
    if verb == "净增" and empty and not context.head.indicator:
        return None  # 净增12家企业: its noun stands behind
    inherits = empty and context.head.indicator and words.compared.search(left)
    if verb in words.named_changes and not inherits:  # 户均增收1740元: the verb says what
        each = basis and OF_EACH.match(basis[0])
        own = inherited(context, words) if empty and each else core(stripped(bare, words), words)
        return Named(own + verb, direction, basis[0] if basis else "")
    if empty and not context.head.indicator and noun_after(context):
        return Named(verb + noun_after(context), direction)  # 降低900多万户税负: the noun stands after the unit
    whole = bare + verb if noun and not empty else bare
    return Named(phrase(whole, context, words), direction, basis[0] if basis else "", keeps_head=True)


def against(context: Context, words: Wording) -> Named | None:
    """比全国平均低了4个百分点, 较上年同期高出4.1个百分点: a gap, or a change where it is set against the past."""
    match = words.against.search(context.left)
    if not match:
        return None
    noun = phrase(context.left[: match.start()], context, words)
    past = re.search("上年|上届|去年|同期|年初|上月|往年|前年|年前", match["of"]) and not re.search(
        "目标|计划|任务|预期", match["of"]
    )
    up = match["word"][0] in "高多快大领"
    direction: Direction = ("increase" if up else "decrease") if past else ""
    return Named(noun, direction, match["than"] + match["of"], keeps_head=True)


def multiple(context: Context, words: Wording) -> Named | None:
    """不低于全国平均的1.2倍: so many times something."""
    match = words.multiple.search(context.left) if context.unit in ("倍", *SHARE_UNITS) else None
    if not match:
        return None
    plain = match["word"] in PLAIN_VERBS
    doubtful = plain if context.unit == "%" else context.unit != "倍"
    if doubtful and not words.whole_field.search(match["of"]):
        return None
    modifier = "" if plain else match["word"]
    return Named(phrase(context.left[: match.start()], context, words), basis=match["of"], modifier=modifier)


def of_task(context: Context, words: Wording) -> Named | None:
    """完成年度任务的108%: the metric before, as a share of what was set."""
    match = words.of_task.search(context.left) if context.unit in ("%", "个百分点") else None
    if not match:
        return None
    return Named(phrase(context.left[: match.start()], context, words) + match["task"], keeps_head=True)


def share(context: Context, words: Wording) -> Named | None:
    """占全国9成: the metric before, or the noun before 占, and the whole it is a share of."""
    match = words.share.search(context.left)
    if not match or context.unit not in SHARE_UNITS:
        return None
    before = context.left[: match.start()]
    noun = phrase(before, context, words)
    return Named(f"{noun}占{match['of']}" if match["of"] else f"{noun}占比", keeps_head=True)


def rank_of(context: Context, words: Wording) -> Named:
    """居全国首位, 由第六位升至第四: a rank, its field, and whether it is the end of a movement."""
    moved = words.to.search(context.left)
    direction = _direction(moved) if moved else ""
    left = context.left[: moved.start()] if moved else context.left
    match = words.rank.search(left)
    before = left[: match.start()] if match else left
    basis = (match["field"] or "") if match else ""
    if match and not basis and (contest := re.search("(获得?|夺得|取得)([^，。；]{2,12})$", before)):
        basis, before = contest[2], before[: contest.start()]
    before = re.sub(RANK_VERBS, "", re.sub("(由|从)(上年|去年|前年)?的?$", "", before))
    if not basis and (placed := words.placed.search(before)):  # 居全国位次由第19位前移到第16位
        basis = placed["field"]
    inside = before + ("中" if match and match[0].startswith("中") else "")
    if not basis and (among := re.search("在([^，。；]{2,24}?)[中里]$", inside)):  # 在全国中医院“国考”中列第五
        basis = among[1]
    if moved:
        basis = moved["of"] or basis or context.head.basis
    return Named(phrase(before, context, words), direction, basis, keeps_head=True)


RANK_VERBS = re.compile(rf"(并|继续|连续[^，。；]{{0,8}}|{RANKS}|均|保持|获得?|在)+$")


def reckoned_basis(left: str, words: Wording) -> str:
    """What the number is reckoned by: 户均, 每月."""
    match = words.reckoned.search(left)
    return match[0] if match else ""
