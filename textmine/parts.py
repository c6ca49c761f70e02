"""Which part of a report (summary, problem, plan) its headings and paragraphs open.

The words that decide are those of data/headings.toml.
"""

from __future__ import annotations

import re

from textmine.model import Part, ReportFields
from textmine.phrases import MAX_HEADING, Phrases
from textmine.years import five_years, years_in

YEAR_WORDS = 40  # characters at the start of a paragraph in which a clause begins with the year that it plans for
INTENT = 120  # characters in which such a paragraph says that it intends something
# How a paragraph of a plan begins that only looks back (过去一年，…), and what shows that it then looks ahead.
_PAST = re.compile("(?:刚刚)?过去的?[一五]年[里来间中]?，")
_AHEAD = re.compile("新的一年|今年|我们(?:一定)?[要将]|[，。；][要将]")
_COUNTED_PROJECTS = re.compile(r"[一二三四五六七八九十\d]{1,3}[件项个]")


class Parts:
    """Tells the parts of one report, by its years and kind."""

    def __init__(self, fields: ReportFields, words: Phrases) -> None:
        self.fields = fields
        self.words = words
        self.government = fields.kind == "政府工作报告"
        self.next_year = fields.plan_year or (fields.report_year + 1 if fields.report_year else None)
        self.first: Part = "plan" if fields.kind == "工作计划" else "summary"

    def of_title(self, title: str, top: bool) -> Part | None:
        """The part that a heading names; of a heading inside a section only problems and plain plans count."""
        if len(title) > MAX_HEADING:
            return None
        if self.words.part_projects.search(title) and _COUNTED_PROJECTS.search(title):
            return "plan"
        if self.words.part_problem.search(title):
            return "problem"
        if not top:
            return "plan" if self.words.part_inner_plan.search(title) else None
        if self.fields.report_year and (span := five_years(title)):
            return "summary" if span[0] <= self.fields.report_year else "plan"
        slogan = self.words.part_slogan.search(title)  # what it names is the object of work
        reviews = self.words.part_sure_summary if slogan else self.words.part_summary
        plans = self.words.part_sure_plan if slogan else self.words.part_plan
        summary = bool(reviews.search(title)) or self._names_year(title, self.fields.report_year)
        plan = bool(plans.search(title)) or self._names_year(title, self.next_year)
        if summary and plan:
            return "plan" if self._names_year(title, self.fields.plan_year) else "summary"
        if not self.government and "今年以来" in title:
            return "summary"
        return "summary" if summary else "plan" if plan else None

    @staticmethod
    def _names_year(title: str, year: int | None) -> bool:
        return year is not None and year in years_in(title)

    def after_problems(self) -> Part:
        """The part of a section that follows the one on problems and does not say."""
        return "plan" if self.fields.plan_year or self.fields.kind in ("总结暨计划", "工作计划") else "summary"

    def of_annex(self, part: Part, title: str) -> Part:
        planned = self.fields.plan_year or self.government or self._names_year(title, self.next_year)
        return "plan" if planned else part

    def plans_too(self, title: str) -> bool:
        """Whether a heading that reviews names a plan beside: “十四五”时期发展成就和“十五五”时期主要目标任务."""
        return self.of_title(title, top=True) == "summary" and bool(self.words.part_plan.search(title))

    def opens_next_year(self, words: str) -> bool:
        """Whether a paragraph begins with the years to come, alone or with what is aimed at: 2021年目标：…"""
        if self.fields.report_year and (span := five_years(words[:12])):
            return span[0] > self.fields.report_year
        match = re.match("(.{4,5}?年)度?(?:，|的?(?:工作)?(?:目标|任务|重点|打算|计划))", words)
        return match is not None and self._names_year(match[1], self.next_year)

    def looks_back(self, words: str) -> bool:
        """Whether a paragraph is on the year, or the five years, that are over, and on no other."""
        span = five_years(words[:12])
        ended = span is not None and self.fields.report_year is not None and span[1] <= self.fields.report_year
        past = self.government and _PAST.match(words) is not None
        return (ended or past) and _AHEAD.search(words) is None

    def turn_to_plan(self, words: str) -> bool:
        """Whether a paragraph begins what is planned: 下一步，…, or the year to come with a word of intent."""
        clauses = re.finditer(r"(?:^|，)([^，。：]{4,10}?年)(?!\d{1,2}月|底|末|前)", words[:YEAR_WORDS])
        named = any(self._names_year(clause[1], self.next_year) for clause in clauses)
        return bool(named and self.words.paragraph_intends.search(words[:INTENT])) or bool(
            self.words.paragraph_turns_to_plan.search(words)
        )
