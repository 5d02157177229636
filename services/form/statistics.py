"""Why people leave, as they say themselves: by month, company and kind of leaving; small groups are merged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from db.scope import company_sql
from db.sql import fetch, fetch_tuples
from domain.actor import Actor
from domain.analysis import months_between
from domain.form import FEWEST, merged
from domain.form_questions import LEAVE_KINDS, LEAVE_REASONS, TOPICS, Form
from domain.period import BillingMonth
from services.form.public import ANSWERS
from services.ports import Ports

MERGED = ("其他（少于 3 人合并）", "others (fewer than 3, merged)")
_MOST_RATED = 5000
_REASONS = {value: (zh, en) for value, zh, en in LEAVE_REASONS}
_KINDS = {value: (zh, en) for value, zh, en in LEAVE_KINDS}


@dataclass(frozen=True, slots=True)
class Share:
    """So many people gave this main reason; `key` is empty for the groups that were merged."""

    key: str
    label: str
    label_en: str
    people: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One month, company or kind of leaving with its reasons; `key` is empty for those that were merged."""

    key: str
    label: str
    label_en: str
    people: int
    reasons: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean satisfaction with a topic in hundredths (500 is best), and how many said so."""

    topic: str
    label: str
    label_en: str
    mean: int
    answers: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leavers said. Everything is empty while fewer than three have answered."""

    answers: int
    reasons: tuple[Share, ...]
    by_month: tuple[Breakdown, ...]
    by_company: tuple[Breakdown, ...]
    by_kind: tuple[Breakdown, ...]
    ratings: tuple[Rating, ...]


async def leaving(ports: Ports, actor: Actor, from_month: int, to_month: int, company_id: int | None = None) -> Leaving:
    """Answers of leavers in scope whose last day of work lies in these months (both included).

    Refused: months_order, months_too_many.
    """
    actor.require("form.read")
    months_between(from_month, to_month)
    condition, values = company_sql(actor, "a.company_id")
    condition = f"{condition} AND a.form = ? AND a.month BETWEEN ? AND ?"
    values = [*values, Form.LEAVING.value, from_month, to_month]
    if company_id is not None:
        condition, values = f"{condition} AND a.company_id = ?", [*values, company_id]
    rows = await fetch(
        "SELECT a.month, a.company_id, c.name AS company, a.kind, a.reason, COUNT(*) AS n FROM form_answer a "
        f"JOIN company c ON c.id = a.company_id WHERE {condition} "
        "GROUP BY a.month, a.company_id, c.name, a.kind, a.reason",
        values,
    )
    companies = {str(r["company_id"]): (r["company"], r["company"]) for r in rows}
    return Leaving(
        sum(int(r["n"]) for r in rows),
        _shares(_counted(rows, lambda r: ""), "") if rows else (),
        _by(rows, lambda r: str(r["month"]), _month_label),
        _by(rows, lambda r: str(r["company_id"]), lambda key: companies[key]),
        _by(rows, lambda r: r["kind"], lambda key: _KINDS.get(key, (key, key))),
        await _ratings(ports, condition, values),
    )


def _month_label(key: str) -> tuple[str, str]:
    month = str(BillingMonth.of(int(key)))
    return month, month


Counted = Mapping[str, Mapping[str, int]]


def _counted(rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], str]) -> Counted:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for r in rows:
        found[key(r)][r["reason"]] += int(r["n"])
    return found


def _by(
    rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], str], label: Callable[[str], tuple[str, str]]
) -> tuple[Breakdown, ...]:
    counted = _counted(rows, key)
    shown, others = merged({name: sum(reasons.values()) for name, reasons in counted.items()})
    found = [Breakdown(name, *label(name), people, _shares(counted, name)) for name, people in sorted(shown.items())]
    if others:
        rest: Counter[str] = Counter()
        for name, reasons in counted.items():
            if name not in shown:
                rest.update(reasons)
        found.append(Breakdown("", *MERGED, others, _shares({"": rest}, "")))
    return tuple(found)


def _shares(counted: Counted, name: str) -> tuple[Share, ...]:
    shown, others = merged(counted[name])
    ordered = sorted(shown.items(), key=lambda each: (-each[1], each[0]))
    found = [Share(reason, *_REASONS.get(reason, (reason, reason)), people) for reason, people in ordered]
    return (*found, Share("", *MERGED, others)) if others else tuple(found)


async def _ratings(ports: Ports, condition: str, values: list[Any]) -> tuple[Rating, ...]:
    """Means over the newest answers; the ratings lie sealed, so each has to be opened."""
    said: dict[str, list[int]] = defaultdict(list)
    sql = f"SELECT a.id, a.answers_sealed FROM form_answer a WHERE {condition} ORDER BY a.id DESC LIMIT {_MOST_RATED}"
    for row_id, sealed in await fetch_tuples(sql, values):
        given = orjson.loads(ports.store.vault.open(ANSWERS, row_id, bytes(sealed)))
        for topic in TOPICS:
            if topic in given:
                said[topic].append(int(given[topic][0]))
    return tuple(
        Rating(topic, *words, round(100 * sum(said[topic]) / len(said[topic])), len(said[topic]))
        for topic, words in TOPICS.items()
        if len(said[topic]) >= FEWEST
    )
