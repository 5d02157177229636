"""Confirming rows that are not certain: until then they draft bills and close none (待确认)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.models.policy import Policy
from db.sql import fetch, marks
from db.transaction import Store, Work, once
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.policy import Confidence, period_text, place_text
from services.policy.book import book, versions_by_ids
from services.ports import Ports

_LONGEST_SOURCE = 500


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether a row may close bills. `at` is 0, `by` and `source` None where nobody had to or did confirm it."""

    confirmed: bool
    at: int
    by: str | None
    source: str | None


async def confirm(ports: Ports, actor: Actor, ids: Sequence[int], source: str, key: str) -> int:
    """Confirms rows, naming what they were checked against; answers how many were waiting for it.

    Rows that need no confirmation stay as they are. Refused: policy_source_missing, not_found, policy_retired.
    """
    actor.require("policy.confirm")
    source = " ".join(source.split())
    wanted = sorted(set(ids))
    if not source or len(source) > _LONGEST_SOURCE:
        raise Refusal(_source_missing())

    async def run(unit: Work) -> int:
        rows = await Policy.filter(id__in=wanted).select_for_update()
        if not wanted or len(rows) < len(wanted):
            raise Refusal(not_found("政策", "policy"))
        named = await versions_by_ids(ports.store, wanted)
        retired = [named[r.id] for r in rows if r.retired_at]
        if retired:
            raise Refusal(*(_retired(place_text(v), period_text(v)) for v in retired))
        waiting = [r for r in rows if r.confidence != Confidence.HIGH and not r.confirmed_at]
        for row in waiting:
            row.confirmed_at, row.confirmed_by_id, row.confirmed_source = unit.now, actor.staff_id, source
            await row.save(update_fields=["confirmed_at", "confirmed_by_id", "confirmed_source"])
            text = f"{place_text(named[row.id])} {period_text(named[row.id])}"
            await unit.audit("policy.confirm", "policy", row.id, 政策=text, 依据=source)
        return len(waiting)

    return await once(ports.store, actor, "policy.confirm", key, {"ids": wanted, "source": source}, run)


async def confirmations(ids: Sequence[int]) -> list[Confirmation]:
    """For each row whether it is confirmed, by whom and against what. A row of high confidence is from the start."""
    rows = await fetch(
        "SELECT p.id, p.confidence, p.confirmed_at, p.confirmed_source, s.display_name FROM policy p "
        f"LEFT JOIN staff s ON s.id = p.confirmed_by_id WHERE p.id IN ({marks(ids)})",
        list(ids),
    )
    found = {
        r["id"]: Confirmation(
            r["confidence"] == Confidence.HIGH or r["confirmed_at"] > 0,
            r["confirmed_at"],
            r["display_name"],
            r["confirmed_source"],
        )
        for r in rows
    }
    return [found.get(i, Confirmation(False, 0, None, None)) for i in ids]


async def unconfirmed_counts(store: Store, wanted: Sequence[tuple[str, int]]) -> list[int]:
    """How many rows in force wait for confirmation, for each city code and month."""
    rows = await fetch("SELECT id FROM policy WHERE retired_at = 0 AND confidence <> 'high' AND confirmed_at = 0")
    waiting = {r["id"] for r in rows}
    by_city = defaultdict(list)
    for each in (await book(store)).versions:
        if each.id in waiting:
            by_city[each.city_code].append(each)
    return [sum(v.covers(month) for v in by_city[code]) for code, month in wanted]


async def unconfirmed_on_bill(store: Store, bill_id: int) -> list[Problem]:
    """What keeps a bill from being closed: each unconfirmed row it rests on, with how many lines."""
    rows = await fetch(
        "SELECT l.policy_id, p.retired_at, COUNT(*) AS n FROM bill_line l JOIN policy p ON p.id = l.policy_id "
        "WHERE l.bill_id = ? AND p.confidence <> 'high' AND p.confirmed_at = 0 GROUP BY l.policy_id, p.retired_at",
        [bill_id],
    )
    named = await versions_by_ids(store, [r["policy_id"] for r in rows])
    lines: Counter[tuple[str, str, bool]] = Counter()
    for r in rows:
        row = named[r["policy_id"]]
        lines[place_text(row), period_text(row), bool(r["retired_at"])] += int(r["n"])
    return [_unconfirmed(place, period, retired, n) for (place, period, retired), n in sorted(lines.items())]


def _unconfirmed(place: str, period: str, retired: bool, lines: int) -> Problem:
    confirm_it = ("请复核人员在城市政策页核对后确认", "Have a reviewer check and confirm it on the city policies page")
    draft_again = ("该政策已有新版本，请重新计算账单", "The policy has a newer version: compute the bill again")
    remedy, remedy_en = draft_again if retired else confirm_it
    return Problem(
        "policies_unconfirmed",
        f"{place} {period} 的政策待确认，本账单有 {lines} 行用到，不能关账",
        f"The policy {place} {period} waits for confirmation; {lines} lines of this bill rest on it",
        remedy,
        remedy_en,
        value=f"{lines} 行",
    )


def _source_missing() -> Problem:
    return Problem(
        "policy_source_missing",
        f"请写明核对的依据（不超过 {_LONGEST_SOURCE} 字）",
        f"Say what it was checked against (at most {_LONGEST_SOURCE} characters)",
        "例如：文号、网址，或经办机构答复的日期与电话",
        "For example a document number, an address, or the bureau's answer with date and phone",
        field="source",
    )


def _retired(place: str, period: str) -> Problem:
    return Problem(
        "policy_retired",
        f"{place} {period} 已被新版本替换",
        f"{place} {period} was replaced by a newer version",
        "请刷新页面，确认新版本",
        "Reload the page and confirm the newer version",
    )
