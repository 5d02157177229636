"""Quotes: what a month costs, before anything is enrolled or ordered."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.errors import Refusal
from domain.policy import Category
from domain.quote import Quote, quote
from domain.selection import Choice
from services.policy import book, unknown_city
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
        raise Refusal(unknown_city(wanted.city_code))
    return quote(policies, wanted.city_code, wanted.category, wanted.month, wanted.base_fen, wanted.choice)
