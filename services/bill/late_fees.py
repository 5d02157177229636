"""Late-fee lines of makeups: what the employer owes because a closed month is paid for only now.

What was charged stays as it was computed then, however much time passes, and is given back when its makeup is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from db.sql import fetch, marks
from domain.base_history import FUNDS
from domain.bill import LineType
from domain.city_rule import LocalRule, RuleTopic
from domain.contribution import Line
from domain.difference import Settlement
from domain.errors import Problem, Refusal, Severity
from domain.late_fee import START_RULE_NUMBERS, Charge, CityTerms, LateFeeRules, charge, late_fee_unknown, settled_fee
from domain.legal_basis import LegalBasis, default_basis, owes_late_fee
from domain.policy import Category, Kind, PolicyBook
from services.national_rules import load_late_fee
from services.policy import rules

NATIONAL: Final = Path(__file__).resolve().parents[2] / "policies" / "national"
_FUND_CHANNEL: Final = "公积金"
_CHANNELS: Final = ("社保", "税务", "")
"""Where the payment day of the social insurances is looked for first."""


@dataclass(frozen=True, slots=True)
class Charged:
    """What closed bills charged as late fee for one enrolment, kind and month (fen): all in all, and at first."""

    fen: int = 0
    first_fen: int = 0


async def charged_so_far(bill_ids: Sequence[int], enrollment_ids: Sequence[int]) -> dict[tuple[int, str, int], Charged]:
    """The late fees on these bills by enrolment, kind and month; nothing for those that were never charged any."""
    rows = await fetch(
        "SELECT enrollment_id, kind, belongs_month, SUM(employer_fen) AS fen, MAX(employer_fen) AS first_fen "
        f"FROM bill_line WHERE bill_id IN ({marks(bill_ids)}) AND enrollment_id IN ({marks(enrollment_ids)}) "
        "AND line_type = 'late_fee' GROUP BY enrollment_id, kind, belongs_month",
        [*bill_ids, *enrollment_ids],
    )
    return {
        (r["enrollment_id"], r["kind"], r["belongs_month"]): Charged(int(r["fen"]), int(r["first_fen"])) for r in rows
    }


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

    async def line(
        self, item: dict, belongs: int, now: Line | None, settlement: Settlement | None, charged: Charged
    ) -> tuple | None:
        """The line (run.COLUMNS without the first two) that brings an item's late fee of a month to what is owed.

        `now` is what the item owes for the month today. None where the fee is as it should be.
        """
        if Kind(item["kind"]) in FUNDS:
            return None
        if charged.first_fen:
            gone = now is None or not now.total_fen or not _may_owe(item)
            delta = settled_fee(charged.fen, charged.first_fen, gone=gone)
            return None if delta is None else _line(item, belongs, delta.fen, delta.reason)
        if settlement is None or settlement.line_type is not LineType.MAKEUP or not _may_owe(item):
            return None
        found = await self._charge(item["city_code"], belongs, settlement.employer_fen + settlement.employee_fen)
        return None if found is None else _line(item, belongs, found.fee.fee_fen, found.reason)

    async def _charge(self, city_code: str, belongs: int, amount_fen: int) -> Charge | None:
        """The fee of a makeup; None where none is owed, or it cannot be computed, which is told."""
        terms = await self._of_city(city_code)
        if terms is None:
            self._told[late_fee_unknown(self._names.get(city_code, city_code))] = None
            return None
        try:
            return charge(amount_fen, belongs, self._month, terms, national_rules())
        except Refusal as refusal:
            self._told |= dict.fromkeys(_notice(p) for p in refusal.problems)
            return None

    async def _of_city(self, city_code: str) -> CityTerms | None:
        if city_code not in self._terms:
            name = self._names.get(city_code, city_code)
            self._terms[city_code] = terms_of(name, (await rules([name]))[0])
        return self._terms[city_code]

    def problems(self) -> list[Problem]:
        """What stood in the way of late fees."""
        return list(self._told)


def _may_owe(item: dict) -> bool:
    """Whether there is an employer who may owe a late fee: by category, and by what the enrolment rests on."""
    category, basis = Category(item["category"]), item["legal_basis"]
    return category is not Category.FLEXIBLE and owes_late_fee(LegalBasis(basis) if basis else default_basis(category))


def _line(item: dict, belongs: int, fen: int, reason: dict) -> tuple:
    start = (item["person_id"], item["enrollment_id"], item["city_code"], item["kind"], LineType.LATE_FEE.value)
    return (*start, belongs, 0, 0, 0, 0, fen, 0, None, orjson.dumps(reason).decode())


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
