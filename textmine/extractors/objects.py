"""The thing counted where it stands after the unit: 选派X名骨干, 总投资3.2亿元的水库."""

from __future__ import annotations

import re

from textmine.extractors.nouns import governing_verb, phrase, stripped
from textmine.extractors.wording import JOINS, SHARE_UNITS, Context, Named, Wording

MAX_OBJECT = 16  # characters of a noun after the unit
MAX_DEED = 24  # of a noun and what was done for it
# 为80户农户购买保险, 为小微企业80户减免房租: the deed is what counts, and for whom
FOR = re.compile(
    "(?:(?:^|[，；])(全年|累计|共|已)?(?P<whom>(?:为|对|给|向|帮助?|让)(?P<noun>[^，。；、的]{2,16})?)|方式为)$"
)


def noun_after(context: Context) -> str:
    """The noun right after the unit: 名骨干, 个体工商户税负."""
    match = re.match(r"[一-鿿“”]{2,16}", context.own_right)
    return match[0] if match and not re.match("左右|以上|以下|以内|的", match[0]) else ""


def after_unit(context: Context, words: Wording) -> Named | None:
    """选派X名骨干: the thing counted stands after the unit."""
    if context.right.startswith("的"):
        return of(context, words)
    right = _object(context, words)
    if right and (done := _done_to(context, words)):
        return Named(done)
    if (whom := FOR.search(context.left)) and (deed := _deed(context, whom, words)):
        return Named(deed)
    if len(right) < 2 and not (right and words.field_end.search(context.left)):
        return None
    if (field := words.field_end.search(context.left)) and re.match("[^，。；]{1,6}?(中|第|居|位列|排)", context.right):
        return Named(field[0] + re.split("中|里|居|位列|排", right)[0], aside=True)  # 列全省16个市第五
    verb = governing_verb(context.left, words)
    if verb:
        return Named(verb + before_verb(right, words, context.unit))
    plain = re.sub("(对|为|给|向|在|于|由)?(全[省市县区镇]|辖区|本地)?$", "", context.left)
    left = phrase(plain, Context("", ""), words) if plain == context.left or len(plain) > 1 else ""
    if context.right.startswith(("成功", "得到", "实现", "已", "完成", "达到", "通过")) and not left:
        return Named((context.head.noun or context.head.indicator) + right)
    if left and not left.endswith(("等", "对", "为", "在")):
        opening = words.verb.match(left)
        if len(left) > 8 and opening and len(right) >= 2:
            return Named(opening[0] + before_verb(right, words, context.unit))  # 完成国家部署的首批13个“一件事”落地
        return Named(left + right) if len(left) <= 8 else Named(left)
    verb = context.head.verb if context.coordinate or context.adjacent else ""
    return Named(verb + (before_verb(right, words, context.unit) if plain != context.left else right))


def _deed(context: Context, whom: re.Match[str], words: Wording) -> str:
    """What was done for those counted, who stand after the unit or before the number."""
    deed = re.split("[，。；：、！？\n]", context.own_right)[0][:MAX_DEED]
    if whom["noun"]:
        return whom["whom"] + deed if words.verb.match(deed) else ""
    return deed if words.verb.search(deed, 2) else ""


def _done_to(context: Context, words: Wording) -> str:
    """对X家企业进行检查: the act and what it is done to."""
    act = words.done_to.match(context.own_right) if context.left.endswith("对") else None
    return act["act"] + act["noun"] if act else ""


def _object(context: Context, words: Wording) -> str:
    """The noun phrase right after the unit, or nothing."""
    own = re.sub("（[^）]{0,12}）", "", context.own_right)
    examples = re.match(r"[^，。；：\d]{1,24}?等(?P<noun>[^，。；：、！？\n\d]{2,})", own)
    if examples and words.predicate.search(own[: examples.start("noun")]):
        examples = None  # 选派干部到信访等岗位: what they do there
    right = str(examples["noun"]) if examples else str(re.split(r"[，。；：、！？\n（）\d]", own)[0])
    if not right or not re.match(r"[一-鿿“]", right) or NO_OBJECT.match(right):
        return ""
    right = re.sub(f"(?:{JOINS})$|(?<=[一-鿿]{{2}})(?:已经?|均已)(?=[一-鿿]{{2}}).*", "", right)
    to_next_number = len(context.own_right) < len(context.right) and right == own
    if to_next_number and (carrier := _carrier(right, words)):
        return carrier
    if to_next_number and (words.attribute_end.search(right) or right.endswith("率")):
        # 316个重点项目完成投资530亿元; in 80人到位率100% the noun is the next number's
        noun = before_verb(right, words, context.unit)
        return noun if noun != right else ""
    return right[:MAX_OBJECT]


def _carrier(right: str, words: Wording) -> str:
    """147个国考断面水质优良率达98%: the rate is the next number's, the count is of those of whom it is told."""
    name = stripped(words.to.sub("", right), words)
    carrier = words.carrier.match(name)
    if carrier and name.startswith("中", carrier.end()):
        return carrier[0]  # 94个国考断面中Ⅲ类水质占82%
    if ranked := RANKED.match(right):
        return ranked[1]  # 在12个管理处中排名第二
    return carrier[0] if carrier and name.endswith(("率", "占比", "比例", "浓度", "指数")) else ""


NO_OBJECT = re.compile(
    "大关|关口|左右|以上|以内|以下|上下|的|和|及|与|以及|等|用于|用来|次|后|前|内|外(?![资贸来])|中(?![小医药型心])|为|在(?![建校册编岗职线])|是"
)


RANKED = re.compile("([^，。；、]{2,10}?)中(?:排|列|居|位)")
PLACE = re.compile("[区站所厅点馆室院]|中心|平台|设施|体系")  # 服务区, 监测站: with these a verb is part of a name


def before_verb(noun: str, words: Wording, unit: str) -> str:
    """A noun phrase up to the verb that follows it: 骨干驻村帮扶 → 骨干."""
    people = unit in words.people_units  # X千米管网改造: there the verb is the thing
    verbs = (
        m.start()
        for m in words.verb.finditer(noun)
        if m.start() >= 2 and (people or m.end() < len(noun)) and not PLACE.match(noun, m.end())
    )
    cut = next(verbs, None)
    cut = next((m.start() for m in words.predicate.finditer(noun[:cut]) if m.start() >= 2), cut)
    return noun if cut is None or noun[:cut] in words.adverbs else noun[:cut]


def of(context: Context, words: Wording) -> Named | None:
    """总投资3.2亿元的东河水库: number, 的, and what it belongs to."""
    right = re.split(r"[，。；：、！？\n\d]", context.own_right[1:])[0][:MAX_OBJECT]
    if context.unit not in SHARE_UNITS and (project := re.match(".*(?:项目|工程)", right)):
        right = project[0]  # 投资3亿元的水库工程主体完工
    if len(right) < 2:
        return None
    left = phrase(context.left, Context("", ""), words)
    noun = before_verb(right, words, context.unit)
    attribute = words.attribute_end.search(left)
    if attribute:
        return Named(noun + attribute[0])
    return Named(left + noun if context.unit in SHARE_UNITS or not left else left)  # 救出群众3人的事迹
