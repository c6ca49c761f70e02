"""Noun phrases: of the words before a number those that name what is counted, completed from the metric before."""

from __future__ import annotations

import re
from dataclasses import replace

from textmine.extractors.wording import Context, Head, Wording
from textmine.model import Metric

MAX_NOUN = 28  # characters of an indicator
LONG = 16  # characters of a left context beyond which only its last governing verb and object count


def phrase(left: str, context: Context, words: Wording) -> str:
    """The noun phrase of a left context, completed from the metric before where it is elliptical."""
    noun = core(stripped(left, words), words)
    head = context.head
    if not context.left and head.last:
        return head.last  # 审结386件1105人
    if not noun:
        return head.indicator or core(stripped(context.clause_before, words), words)
    alone = all(verb in words.bare_verbs for verb in noun.split("、"))  # 审结、执结X件
    rate = noun.endswith("率") and noun[:-1] in words.verbs and noun not in words.measured
    same_unit = (context.unit == head.unit or context.coordinate) and noun not in words.nouns
    apart = not (context.coordinate or context.among)  # 认领微心愿30个，圆梦28个
    lone = same_unit and ((len(noun) == 2 and (apart or noun in words.verbs)) or _is_two_verbs(noun, words))
    if (noun == "投入" or noun in words.attributes) and not head.indicator and 0 < len(head.topic) <= 8:
        return head.topic + noun  # 猫儿岩水库。总库容1.2亿立方米: of what, the item's heading says
    if rate and len(context.clause_before) >= 4:
        return _thing_of_clause(context.clause_before, words) + noun
    if context.coordinate and noun.endswith("率") and (likewise := LIKE_RATE.search(head.indicator)):
        return head.indicator[: likewise.start()] + noun  # 优良天数326天、优良率89%
    basis = words.reckoned.search(context.left)
    each = noun.startswith("人均") or bool(basis and OF_EACH.match(basis[0]))
    if context.among and same_unit and (act := words.bare_verb_end.search(head.indicator)):
        return noun + act[0]  # 来信来访办结30件，其中积案5件
    amount = noun in words.attributes and not (head.indicator.endswith("率") and words.whole.search(noun))
    if alone or rate or lone or amount or (each and noun.removeprefix("人均") in words.per_each):
        thing = inherited(context, words)
        return noun if thing.startswith(noun) else thing + noun  # 供水量2亿吨，日均供水60万吨
    if words.verb.match(noun) or words.whole.search(noun):
        return inherited(context, words) + noun if noun.startswith("涉及") and head.indicator else noun
    attribute = words.attribute_end.search(head.indicator) if context.among else None
    if attribute:  # 完成投资42亿元，其中交通9亿元
        return noun if noun.endswith(attribute[0][-2:]) else noun + attribute[0]
    if head.verb and (context.coordinate or context.among):
        return head.verb + noun
    return noun + _of_whole(head.indicator, words) if context.among and same_unit and len(noun) <= PART else noun


SETS = "批"  # of what, the next number says
PART = 3  # characters of a name that only tells a part from its whole: 转移就业9万人，其中县外6万人


def _of_whole(indicator: str, words: Wording) -> str:
    """What a part takes over from its whole: the rate of a rate (签约率92%，其中重点人群85%), else all of it."""
    if not indicator.endswith("率"):
        return indicator
    verb = indicator[-3:-1]
    return f"{verb}率" if verb in words.verbs else "率"


# By what was counted before: 带动农户1920户，每户增收.
OF_EACH = re.compile("[户人亩村店处座所家站]均|每[户人亩村店处座所家个站条台套]")


def inherited(context: Context, words: Wording) -> str:
    """What a bare verb or attribute takes in: the thing of the metric before, else the subject of the clause before."""
    head = context.head
    if head.indicator in words.bare_verbs:
        return ""
    if head.indicator:
        noun = words.bare_verb_end.sub("", head.noun or head.indicator)
        attribute = words.attribute_end.search(noun)
        return noun[: attribute.start()] if attribute and attribute.start() >= 3 else noun
    clause = stripped(context.clause_before, words)
    if subject := re.match("(.{2,14}?)(由|从|较|比)", clause):
        return subject[1]
    return _thing_of_clause(clause, words) or (head.topic if len(head.topic) <= 6 else "")


LIKE_RATE = re.compile("[一-鿿]{2}率$|优良天数$")


def _thing_of_clause(clause: str, words: Wording) -> str:
    """The thing of a clause without number: the object of 建强社工站, or a clause that is but a noun."""
    whole = core(stripped(clause, words), words)
    thing = _object_of(whole, words)
    return thing if thing != whole or (len(whole) <= 8 and not words.verb.search(whole)) else ""


def _is_two_verbs(noun: str, words: Wording) -> bool:
    """受理办结, 整改销号: two verbs that take in one thing."""
    return len(noun) == 4 and noun[:2] in words.bare_verbs and noun[2:] in words.bare_verbs


def _last_things(noun: str) -> str:
    """Of a long list of nouns the last ones, whole: at most MAX_NOUN characters."""
    while len(noun) > MAX_NOUN and "、" in noun:
        noun = noun.partition("、")[2]
    return noun[-MAX_NOUN:]


def _object_of(phrase: str, words: Wording) -> str:
    """A phrase without its leading verb: 推进“两癌”检查 → “两癌”检查."""
    match = words.verb.match(phrase)
    phrase = re.sub("(?<=[一-鿿])了?为期[^，。；的]{1,8}的", "", phrase)
    return phrase[match.end() :] if match and match.end() < len(phrase) else phrase


def stripped(left: str, words: Wording) -> str:
    """`left` without the filler at its ends."""
    text = left
    while True:
        before = text
        for pattern in words.head_filler:
            match = pattern.match(text)
            if match and match.end() and len(text) > match.end() - 1:
                text = text[match.end() :]
        text = _without_tail(text, words)
        if text == before:
            return text


def _without_tail(text: str, words: Wording) -> str:
    for pattern in words.tail_filler:
        match = pattern.search(text)
        if match and match.start() > 0:
            text = text[: match.start()]
        elif match:
            text = ""
    return text


def core(noun: str, words: Wording) -> str:
    """Of a long phrase what counts: after the examples before 等, from the last governing verb on."""
    noun = re.sub("（[^（）]{0,40}）", "", noun)
    match = re.match(r"(?P<before>.*)等(?P<rest>[^等]{3,})$", noun)
    listed = match and re.search("[、”]", match["before"])
    if match and listed and not re.match("(级|次|于|活动|工作|行动)", match["rest"]):
        verb = words.verb.match(match["before"])
        noun = (verb[0] if verb else "") + match["rest"]
    verbs = list(words.verb.finditer(QUOTED.sub(lambda m: "“" * len(m[0]), noun)))
    item = next((m.start() for m in reversed(verbs) if noun[m.start() - 1 : m.start()] == "、"), 0)
    if item and len({part[-1:] for part in noun.split("、")}) == 1 and noun.endswith(("率", "度", "量", "数")):
        return noun  # 见面率、答复率、满意率均达100%
    if item and noun[item:] not in words.verbs and not words.verb.match(noun):
        return noun[item:]
    if len(QUOTED.sub("", noun)) > LONG:
        strong = [m for m in verbs if m[0] not in words.weak_verbs]
        starts = [m.start() for m in strong if 4 <= len(noun) - m.start() <= 24 and len(noun) - m.end() >= 2]
        if starts and verbs[0].start() == 0 and "、" in noun and len(noun) <= 24:
            return noun  # 兑付粮食直补、良种补贴、农机购置补贴: one verb, several things
        noun = noun[starts[-1] :] if starts else _last_things(noun)
    return noun.lstrip("，、；：的和与及 ").rstrip("，、；：的 ")


QUOTED = re.compile("“[^”]{0,40}”")


def governing_verb(left: str, words: Wording) -> str:
    """The verb that governs what follows the number: 选派, 对接; with 等 after examples the verb before them."""
    text = stripped(left, words).removesuffix("等")
    found = list(words.verb.finditer(text))
    if not found:
        return ""
    last = found[-1]
    if last.end() == len(text) or left.rstrip().endswith("等"):
        return last[0] if last.end() == len(text) else found[0][0]
    return ""


def head_of(metric: Metric, words: Wording, topic: str) -> Head:
    """What the next metric may inherit from this one."""
    indicator = metric.indicator
    match = words.verb.match(indicator)
    shorter = match is not None and len(match[0]) < len(indicator) - 1  # 发电量 is all noun
    verb = match[0] if match and (shorter or metric.unit == SETS) else ""  # 选派3批30名医护
    noun = indicator[len(verb) :]
    if not verb:  # 12315平台受理投诉举报: the thing stands after the verb
        inner = [m.end() for m in words.verb.finditer(indicator) if m[0] in words.bare_verbs]
        ends = (end for end in inner if len(indicator) - end >= 3 and indicator[end] != "、")  # 审结、执结
        noun = next((indicator[end:] for end in ends), noun)
    return after_metric(Head(indicator, verb, noun, topic=topic), metric)


def after_metric(head: Head, metric: Metric) -> Head:
    """The head as the next metric sees it: what it inherits from, and how the metric right before it was."""
    moving = metric.rule == "indicator.movement_start"
    return replace(
        head, last=metric.indicator, unit=metric.unit, direction=metric.direction, basis=metric.basis, moving=moving
    )
