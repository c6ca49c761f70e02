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
