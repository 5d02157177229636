"""Quotes: what a month costs, before anything is enrolled or ordered."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.errors import Problem, Refusal
from domain.policy import Category
from domain.quote import Quote, quote
from domain.selection import Choice
from services.policy import book
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a quote is asked for: base in fen, month as yyyymm."""

    city_code: str
    category: Category
    month: int
    base_fen: int
    choice: Choice


async def quoted(ports: Ports, actor: Actor, wanted: Wanted) -> Quote:
    """The quote by the policies in force; kinds that cannot be computed are in it with their reasons."""
    actor.require("quote.read")
    policies = await book(ports.store)
    if wanted.city_code not in policies.cities():
        raise Refusal(_city_unknown(wanted.city_code))
    return quote(policies, wanted.city_code, wanted.category, wanted.month, wanted.base_fen, wanted.choice)


def _city_unknown(code: str) -> Problem:
    return Problem(
        "city_unknown",
        "没有该城市的政策",
        "There are no policies for this city",
        "请从城市列表中选择",
        "Choose from the list of cities",
        field="cityCode",
        value=code,
    )
