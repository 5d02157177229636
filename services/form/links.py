"""Links to questionnaires: made for people, made anew, called off."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from db.models.form import FormLink
from db.scope import company, company_sql
from db.sql import fetch, fetch_tuples, insert_many, marks
from db.transaction import Work, once, work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.form import LABELS, LIFE_DAYS, MOST_LINKS, LinkState
from domain.form_questions import Form
from domain.particulars import check_name, check_phone
from domain.reason import stated
from services.form import refusals
from services.form.sources import Recipient, of_batch, of_enrollments
from services.ports import Ports

PREFILL = "form_link.prefill"
LIFE_MS = LIFE_DAYS * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class NewLinks:
    """Whom a questionnaire goes to: rows of a batch (none named: all), enrolments, or people by name and phone.

    Exactly one of the three; `people` also needs the company.
    """

    form: Form
    batch_id: int | None = None
    row_ids: tuple[int, ...] = ()
    enrollment_ids: tuple[int, ...] = ()
    company_id: int | None = None
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The links that were made, with their tokens (told this once), and how many people had an open one already.

    A repetition of the same request answers the same links without tokens.
    """

    ids: tuple[int, ...]
    tokens: dict[int, str]
    skipped: int = 0


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def create(ports: Ports, actor: Actor, new: NewLinks, key: str) -> Made:
    """Makes a link for each person who has none open.

    Refused: not_found, form_source, form_batch_kind, form_nobody, form_too_many, and what is wrong with names and
    phones (row 1 is the first person).
    """
    actor.require("form.write")
    if sum((new.batch_id is not None, bool(new.enrollment_ids), bool(new.people))) != 1:
        raise Refusal(refusals.one_source())
    tokens: dict[int, str] = {}
    skipped: list[int] = []

    async def run(unit: Work) -> int:
        people = await _recipients(ports, actor, new)
        waiting = await _waiting(unit, new.form, people)
        wanted = [each for each in people if each.mark not in waiting]
        skipped.append(len(people) - len(wanted))
        if not people:
            raise Refusal(refusals.nobody())
        if not wanted:
            raise Refusal(refusals.all_have_one(len(people)))
        if len(wanted) > MOST_LINKS:
            raise Refusal(refusals.too_many(len(wanted)))
        ids = [unit.new_id() for _ in wanted]
        tokens.update({row_id: secrets.token_urlsafe(32) for row_id in ids})
        rows = zip(ids, wanted, strict=True)
        await insert_many("form_link", _COLUMNS, [_values(unit, new.form, i, tokens[i], each) for i, each in rows])
        for company_id, count in sorted(Counter(each.company_id for each in wanted).items()):
            label = LABELS[new.form][0]
            await unit.audit("form.create", "form_link", ids[0], company_id, 问卷=label, 人数=count)
        return ids[0]

    given = {
        "form": new.form.value,
        "batch": new.batch_id,
        "rows": list(new.row_ids),
        "enrollments": list(new.enrollment_ids),
        "company": new.company_id,
        # A digest of what may be phones: the key's row keeps a digest of this again.
        "people": digest(orjson.dumps(new.people).decode()),
    }
    first = await once(ports.store, actor, "form.create", key, given, run)
    if tokens:
        return Made(tuple(tokens), tokens, skipped[-1])
    again = await FormLink.get(id=first)
    same = FormLink.filter(created_by_id=actor.staff_id, created_at=again.created_at, form=new.form, id__gte=first)
    return Made(tuple([link.id for link in await same.order_by("id")]), {})


async def resend(ports: Ports, actor: Actor, link_id: int) -> str:
    """A new token for an open or expired link; the old one is dead at once. Refused: not_found, form_link_ended."""
    async with work(ports.store, actor) as unit:
        link = await _locked(actor, link_id)
        if link.state != LinkState.OPEN:
            raise Refusal(refusals.ended(LinkState(link.state)))
        token = secrets.token_urlsafe(32)
        link.token_hash, link.expires_at = digest(token), unit.now + LIFE_MS
        await link.save(update_fields=["token_hash", "expires_at"])
        await unit.audit("form.resend", "form_link", link.id, link.company_id, 问卷=LABELS[Form(link.form)][0])
    return token


async def cancel(ports: Ports, actor: Actor, link_id: int, reason: str) -> int:
    """Calls a link off; whoever holds it finds nothing. Refused: not_found, form_link_ended, reason_needed."""
    why = stated(reason, "取消原因", "why it is cancelled", "例如：已线下收集", "For example: collected on paper")
    async with work(ports.store, actor) as unit:
        link = await _locked(actor, link_id)
        if link.state != LinkState.OPEN:
            raise Refusal(refusals.ended(LinkState(link.state)))
        link.state = LinkState.CANCELLED
        await link.save(update_fields=["state"])
        await unit.audit(
            "form.cancel", "form_link", link.id, link.company_id, 问卷=LABELS[Form(link.form)][0], 原因=why
        )
    return link_id


async def _locked(actor: Actor, link_id: int) -> FormLink:
    actor.require("form.write")
    link = await FormLink.filter(id=link_id).select_for_update().first()
    scope, values = company_sql(actor, "id")
    if link is None or not await fetch(f"SELECT id FROM company WHERE id = ? AND {scope}", [link.company_id, *values]):
        raise Refusal(not_found("问卷", "questionnaire"))
    return link


async def _recipients(ports: Ports, actor: Actor, new: NewLinks) -> list[Recipient]:
    if new.batch_id is not None:
        return await of_batch(ports, actor, new.form, new.batch_id, new.row_ids)
    if new.enrollment_ids:
        return await of_enrollments(ports, actor, new.form, new.enrollment_ids)
    if new.company_id is None:
        raise Refusal(refusals.one_source())
    if len(new.people) > MOST_LINKS:
        raise Refusal(refusals.too_many(len(new.people)))
    owner = await company(actor, new.company_id)
    problems: list[Problem] = []
    found = []
    for row, (name, phone) in enumerate(new.people, start=1):
        checks = check_name(name), check_phone(phone)
        problems += [p.at(row=row) for check in checks if not check.valid for p in check.problems]
        plain = {"name": checks[0].normalized, "phone": checks[1].normalized}
        found.append(Recipient(owner.id, plain["name"], plain, mark=f"phone:{plain['phone']}"))
    if problems:
        raise Refusal(*problems)
    return list({each.mark: each for each in found}.values())


async def _waiting(unit: Work, form: Form, people: Sequence[Recipient]) -> set[str]:
    """The marks of those who have an open link of this kind with the same company, or answered for the same row."""
    companies = sorted({each.company_id for each in people})
    if not companies:
        return set()
    rows = await fetch_tuples(
        "SELECT id, company_id, person_id, batch_row_id, state, expires_at, prefill_sealed FROM form_link "
        f"WHERE company_id IN ({marks(companies)}) AND form = ? AND (state = 'answered' AND batch_row_id IS NOT NULL "
        "OR state = 'open' AND expires_at > ?)",
        [*companies, form.value, unit.now],
    )
    found: set[str] = set()
    for row_id, company_id, person_id, batch_row_id, state, _, sealed in rows:
        if state == LinkState.ANSWERED:
            found.add(f"row:{batch_row_id}")
        elif person_id is not None:
            found.add(f"person:{company_id}:{person_id}")
        elif sealed is not None:
            kept = orjson.loads(unit.store.vault.open(PREFILL, row_id, bytes(sealed)))
            found.add(f"phone:{kept.get('phone', '')}")
    by_row = {each.mark for each in people if f"row:{each.batch_row_id}" in found}
    return found | by_row


_COLUMNS = (
    *("id", "form", "company_id", "person_id", "batch_row_id", "name", "token_hash", "prefill_sealed", "state"),
    *("expires_at", "opened_at", "answered_at", "created_by_id", "created_at"),
)


def _values(unit: Work, form: Form, row_id: int, token: str, each: Recipient) -> tuple:
    sealed = unit.store.vault.seal(PREFILL, row_id, orjson.dumps(each.prefill))
    known = (each.company_id, each.person_id, each.batch_row_id, each.name)
    until = unit.now + LIFE_MS
    return (
        *(row_id, form.value, *known, digest(token), sealed, LinkState.OPEN.value),
        *(until, 0, 0, unit.actor.staff_id, unit.now),
    )
