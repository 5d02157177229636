"""Late-fee lines of makeups: what the employer owes because a closed month is paid for only now."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import orjson

from domain.base_history import FUNDS
from domain.bill import LineType
from domain.city_rule import LocalRule, RuleTopic
from domain.difference import Settlement
from domain.errors import Problem, Refusal, Severity
from domain.late_fee import START_RULE_NUMBERS, CityTerms, LateFeeRules, charge, late_fee_unknown
from domain.policy import Category, Kind, PolicyBook
from services.national_rules import load_late_fee
from services.policy import rules

NATIONAL: Final = Path(__file__).resolve().parents[2] / "policies" / "national"
_FUND_CHANNEL: Final = "公积金"
_CHANNELS: Final = ("社保", "税务", "")
"""Where the payment day of the social insurances is looked for first."""


@cache
def national_rules() -> LateFeeRules:
    """The dated national rows; the file is part of the product and is read once."""
    return load_late_fee(NATIONAL)


class LateFees:
    """The late fees of one bill's month (yyyymm). Cities without a payment day are told, once each."""

    def __init__(self, month: int, policies: PolicyBook) -> None:
        self._month = month
        self._names = policies.cities()
        self._terms: dict[str, CityTerms | None] = {}
        self._told: dict[Problem, None] = {}

    async def line(self, item: dict, belongs: int, settlement: Settlement) -> tuple | None:
        """The line (run.COLUMNS without the first two) for an item's makeup of a month; None where none is owed."""
        if settlement.line_type is not LineType.MAKEUP or Kind(item["kind"]) in FUNDS:
            return None
        if Category(item["category"]) is Category.FLEXIBLE:
            return None
        terms = await self._of_city(item["city_code"])
        if terms is None:
            self._told[late_fee_unknown(self._names.get(item["city_code"], item["city_code"]))] = None
            return None
        amount = settlement.employer_fen + settlement.employee_fen
        try:
            found = charge(amount, belongs, self._month, terms, national_rules())
        except Refusal as refusal:
            self._told |= dict.fromkeys(_notice(p) for p in refusal.problems)
            return None
        if found is None:
            return None
        start = (item["person_id"], item["enrollment_id"], item["city_code"], item["kind"], LineType.LATE_FEE.value)
        return (*start, belongs, 0, 0, 0, 0, found.fee.fee_fen, 0, None, orjson.dumps(found.reason).decode())

    async def _of_city(self, city_code: str) -> CityTerms | None:
        if city_code not in self._terms:
            name = self._names.get(city_code, city_code)
            self._terms[city_code] = terms_of(name, (await rules([name]))[0])
        return self._terms[city_code]

    def problems(self) -> list[Problem]:
        """What stood in the way of late fees."""
        return list(self._told)


def terms_of(city: str, found: list[LocalRule]) -> CityTerms | None:
    """The terms that staff have set for the city (by name); None while its payment day has not been set."""
    pay_day = _number(city, found, RuleTopic.PAY_WINDOW)
    if pay_day is None:
        return None
    return CityTerms(pay_day, START_RULE_NUMBERS.get(_number(city, found, RuleTopic.LATE_FEE_START) or 0))


def _number(city: str, found: list[LocalRule], topic: RuleTopic) -> int | None:
    """The topic's number for the social insurances: the fund's own rules are left out."""
    mine = [r for r in found if r.topic is topic and r.city == city and r.number is not None]
    mine = [r for r in mine if r.channel != _FUND_CHANNEL]
    order = {channel: place for place, channel in enumerate(_CHANNELS)}
    mine.sort(key=lambda r: order.get(r.channel, len(order)))
    return mine[0].number if mine else None


def _notice(problem: Problem) -> Problem:
    return Problem(
        problem.code,
        problem.message,
        problem.message_en,
        problem.remedy,
        problem.remedy_en,
        severity=Severity.NOTICE,
        field=problem.field,
        value=problem.value,
    )
