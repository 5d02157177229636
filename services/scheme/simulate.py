"""What a scheme would cost one person for some bases, and what cities cost beside each other. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from db.scope import company
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal, has_errors, invalid
from domain.policy import Category
from domain.quote import STANDARD_KINDS, Quote, quote
from domain.scheme import Place, Terms, cost
from domain.scheme_check import check_terms
from domain.selection import Choice
from services.policy import book, unknown_city
from services.ports import Ports
from services.scheme.rows import SchemeRow, one

MOST_BASES: Final = 20
MOST_CITIES: Final = 6


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: terms as they are written, or else a scheme's version, or else the one that holds in the month.

    Without a scheme the terms need a city and category. The company lends its class of work injury and its
    housing-fund rate where the terms name none; a class given here goes first.
    """

    month: int
    bases: tuple[int, ...]
    scheme_id: int | None = None
    version_id: int | None = None
    terms: Terms | None = None
    city_code: str | None = None
    category: Category = Category.EMPLOYEE
    company_id: int | None = None
    injury_class: int | None = None


@dataclass(frozen=True, slots=True)
class Costing:
    """One base (fen) and what it costs; the fee comes on top of both sides."""

    base_fen: int
    quote: Quote
    fee_fen: int

    @property
    def total_fen(self) -> int:
        """Both sides and the fee."""
        return self.quote.total_fen + self.fee_fen


@dataclass(frozen=True, slots=True)
class CityCost:
    """A city's quote; `name` as the policies have it."""

    city_code: str
    name: str
    quote: Quote


async def simulate(ports: Ports, actor: Actor, trial: Trial) -> list[Costing]:
    """What each base would cost in the month, in the order asked for."""
    actor.require("scheme.read")
    if not 1 <= len(trial.bases) <= MOST_BASES:
        raise Refusal(invalid("bases", f"请给出 1 至 {MOST_BASES} 个基数", f"Give 1 to {MOST_BASES} bases"))
    scheme = None if trial.scheme_id is None else await one(actor, trial.scheme_id)
    place = Place(await book(ports.store), *_where(trial, scheme), trial.month)
    if place.city_code not in place.book.cities():
        raise Refusal(unknown_city(place.city_code))
    terms = chosen_terms(place, scheme, trial.version_id, trial.terms)
    rate, injury_class = await _unit(actor, trial, scheme)
    choice = terms.choice(rate, injury_class)
    found = [Costing(base, cost(place, terms, base, choice), terms.service_fee_fen) for base in trial.bases]
    # What leaves no lines leaves no fee either: a total of the fee alone would look like a price.
    return [each if each.quote.lines else replace(each, fee_fen=0) for each in found]


def _where(trial: Trial, scheme: SchemeRow | None) -> tuple[str, Category]:
    if scheme is not None:
        return scheme.city_code, scheme.category
    if trial.city_code is None or trial.terms is None:
        raise Refusal(
            invalid("schemeId", "请选择方案，或给出城市和方案内容", "Choose a scheme, or give a city and the terms")
        )
    return trial.city_code, trial.category


def chosen_terms(place: Place, scheme: SchemeRow | None, version_id: int | None, terms: Terms | None) -> Terms:
    """The terms that are tried. Written ones are refused for what they would not be saved for."""
    if terms is not None:
        problems = check_terms(place, terms)
        if has_errors(problems):
            raise Refusal(*problems)
        return terms
    assert scheme is not None  # noqa: S101 - without a scheme the terms were asked for
    if version_id is None:
        return scheme.at(place.month).terms
    found = next((v for v in scheme.versions if v.id == version_id), None)
    if found is None:
        raise Refusal(not_found("方案版本", "version of a scheme").at(field="versionId"))
    return found.terms


async def _unit(actor: Actor, trial: Trial, scheme: SchemeRow | None) -> tuple[int | None, int | None]:
    """The company's housing-fund rate and class of work injury, where there is a company to ask."""
    company_id = trial.company_id or (scheme.company_id if scheme else None)
    if company_id is None:
        return None, trial.injury_class
    owner = await company(actor, company_id)
    return owner.housing_rate_ppm, owner.injury_class if trial.injury_class is None else trial.injury_class


async def compare_cities(
    ports: Ports, actor: Actor, city_codes: Sequence[str], category: Category, base_fen: int, month: int, choice: Choice
) -> list[CityCost]:
    """One base in up to six cities, the standard kinds of the category, in the order asked for."""
    actor.require("quote.read")
    codes = list(dict.fromkeys(city_codes))
    if not 1 <= len(codes) <= MOST_CITIES:
        raise Refusal(invalid("cityCodes", f"请选择 1 至 {MOST_CITIES} 个城市", f"Choose 1 to {MOST_CITIES} cities"))
    policies = await book(ports.store)
    names = policies.cities()
    unknown: list[Problem] = [unknown_city(code).at(field="cityCodes") for code in codes if code not in names]
    if unknown:
        raise Refusal(*unknown)
    asked = replace(choice, kinds=frozenset(STANDARD_KINDS[category]))
    return [CityCost(code, names[code], quote(policies, code, category, month, base_fen, asked)) for code in codes]
