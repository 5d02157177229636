"""Staff read questionnaires: who was asked, and what they answered, masked where it is sensitive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.models.person import Person
from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from db.transaction import work
from domain.actor import Actor, not_found
from domain.errors import Refusal
from domain.form import LinkState, shown_masked
from domain.form_questions import QUESTIONS, SENSITIVE, Form, Question
from domain.particulars import mask
from domain.reason import stated
from services.form.public import ANSWERS
from services.paging import Page, Window, page_of
from services.person import BANK_CARD, ID_NUMBER, PHONE
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link; `state` says `expired` of an open one that is late."""

    id: int
    form: str
    company_id: int
    person_id: int | None
    batch_row_id: int | None
    name: str
    state: str
    expires_at: int
    opened_at: int
    answered_at: int
    created_by: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which links: of a form, in a state, of a company or a batch, of people whose name begins so."""

    form: Form | None = None
    state: LinkState | None = None
    company_id: int | None = None
    batch_id: int | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A particular that is otherwise on file; both masked. What is not on file is ""."""

    question: Question
    on_file: str
    answered: str


@dataclass(frozen=True, slots=True)
class AnswersView:
    """The answers of one link, in the order of the questions, and what differs from the person's particulars."""

    link_id: int
    form: Form
    month: int
    created_at: int
    entries: tuple[tuple[Question, tuple[str, ...]], ...]
    differences: tuple[Difference, ...]


_SELECT = "SELECT l.*, s.display_name AS created_by FROM form_link l LEFT JOIN staff s ON s.id = l.created_by_id "


async def find(ports: Ports, actor: Actor, wanted: Filter, window: Window) -> Page[LinkRow]:
    """Links of companies in scope, newest first."""
    now = ports.store.clock()
    condition, values = company_sql(actor, "l.company_id")
    for column, value in (("form", wanted.form), ("company_id", wanted.company_id)):
        if value is not None:
            condition, values = f"{condition} AND l.{column} = ?", [*values, value]
    if wanted.state in (LinkState.OPEN, LinkState.EXPIRED):
        side = ">" if wanted.state is LinkState.OPEN else "<="
        condition, values = f"{condition} AND l.state = 'open' AND l.expires_at {side} ?", [*values, now]
    elif wanted.state is not None:
        condition, values = f"{condition} AND l.state = ?", [*values, wanted.state.value]
    if wanted.batch_id is not None:
        rows_of = "SELECT r.id FROM batch_row r WHERE r.batch_id = ?"
        condition, values = f"{condition} AND l.batch_row_id IN ({rows_of})", [*values, wanted.batch_id]
    if wanted.search.strip():
        escaped = wanted.search.strip().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        condition, values = f"{condition} AND l.name LIKE ? ESCAPE '!'", [*values, f"{escaped}%"]
    total = int(await fetch_value(f"SELECT COUNT(*) FROM form_link l WHERE {condition}", values))
    if window.before_id:
        condition, values = f"{condition} AND l.id < ?", [*values, window.before_id]
    rows = await fetch(f"{_SELECT} WHERE {condition} ORDER BY l.id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([_row(r, now) for r in rows], window, total)


async def by_ids(ports: Ports, actor: Actor, ids: Sequence[int]) -> list[LinkRow | None]:
    """Links in the order asked for; None for those out of scope."""
    if not ids:
        return []
    scope, values = company_sql(actor, "l.company_id")
    rows = await fetch(f"{_SELECT} WHERE l.id IN ({marks(ids)}) AND {scope}", [*ids, *values])
    found = {r["id"]: _row(r, ports.store.clock()) for r in rows}
    return [found.get(i) for i in ids]


async def answers(ports: Ports, actor: Actor, link_id: int) -> AnswersView | None:
    """What the person answered, masked; None while they have not. Refused: not_found."""
    actor.require("form.read")
    link, answer = await _answered(ports, actor, link_id)
    if answer is None:
        return None
    given, form = _opened(ports, answer), Form(link.form)
    entries = tuple((q, shown_masked(q, given[q.name])) for q in QUESTIONS[form] if q.name in given)
    differences = await _differences(ports, link, given) if form is Form.ONBOARDING else ()
    return AnswersView(link.id, form, answer["month"], answer["created_at"], entries, differences)


async def reveal(ports: Ports, actor: Actor, link_id: int, name: str, reason: str) -> str | None:
    """A sensitive answer in the open, for a stated reason, noted before it is shown. None where there is none."""
    actor.require("form.read")
    actor.require("person.reveal")
    why = stated(
        reason, "查看原因", "why you need to see it", "例如：录入参保信息", "For example: entering it into a sheet"
    )
    link, answer = await _answered(ports, actor, link_id)
    question = next((q for q in QUESTIONS[Form(link.form)] if q.name == name and q.answer in SENSITIVE), None)
    if answer is None or question is None:
        raise Refusal(not_found("答案", "answer"))
    async with work(ports.store, actor) as unit:
        await unit.audit("form.reveal", "form_link", link.id, link.company_id, 问题=question.label, 原因=why)
    return next(iter(_opened(ports, answer).get(name, ())), None)


async def _answered(ports: Ports, actor: Actor, link_id: int) -> tuple[LinkRow, dict[str, Any] | None]:
    (link,) = await by_ids(ports, actor, [link_id])
    if link is None:
        raise Refusal(not_found("问卷", "questionnaire"))
    rows = await fetch("SELECT * FROM form_answer WHERE link_id = ?", [link_id])
    return link, rows[0] if rows else None


def _opened(ports: Ports, answer: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    plain = orjson.loads(ports.store.vault.open(ANSWERS, answer["id"], bytes(answer["answers_sealed"])))
    return {name: tuple(values) for name, values in plain.items()}


async def _differences(ports: Ports, link: LinkRow, given: Mapping[str, Sequence[str]]) -> tuple[Difference, ...]:
    person = await Person.get_or_none(id=link.person_id) if link.person_id else None
    if person is None:
        return ()
    vault, row_id = ports.store.vault, person.id
    on_file = {
        "name": person.name,
        "id_number": vault.open_text(ID_NUMBER, row_id, person.id_number_sealed) or "",
        "phone": vault.open_text(PHONE, row_id, person.phone_sealed) or "",
        "bank_card": vault.open_text(BANK_CARD, row_id, person.bank_card_sealed) or "",
    }
    found = []
    for question in QUESTIONS[Form.ONBOARDING]:
        told = next(iter(given.get(question.name, ())), "")
        if question.name in on_file and told and told != on_file[question.name]:
            found.append(Difference(question, mask(on_file[question.name]), mask(told)))
    return tuple(found)


def _row(r: dict[str, Any], now: int) -> LinkRow:
    values = {name: r[name] for name in LinkRow.__dataclass_fields__}
    values["created_by"] = r["created_by"] or ""
    if r["state"] == LinkState.OPEN and r["expires_at"] <= now:
        values["state"] = LinkState.EXPIRED.value
    return LinkRow(**values)
