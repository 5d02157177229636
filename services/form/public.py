"""What a person without an account does: opens a questionnaire by its token, and answers it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from db.clock import business_day
from db.models.company import Company
from db.models.form import FormAnswer, FormLink
from db.transaction import work
from domain.actor import Actor
from domain.errors import Refusal
from domain.form import LABELS, LinkState, check_answers, month_of
from domain.form_questions import Form
from domain.particulars import mask
from services.form import refusals
from services.form.links import PREFILL, digest
from services.ports import Ports

ANSWERS = "form_answer.answers"
PERSON = Actor(0, "本人（问卷）", frozenset())
"""Who acts where somebody without an account answers."""

_QUARTER_MS = 15 * 60_000
_HOUR_MS = 60 * 60_000
MOST_MISSES = 10
"""Tokens that are none, from one address in a quarter of an hour."""
MOST_OPENED = 600
MOST_ANSWERED = 120
"""Requests from one address in an hour: a whole office may share one."""
_LONGEST_TOKEN = 100
_LONGEST_ANSWER = 4000


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What the person sees: the company's name and, masked, what is known of them by question."""

    form: Form
    company: str
    prefill: tuple[tuple[str, str], ...]
    expires_at: int


async def open_form(ports: Ports, token: str, ip: str) -> OpenForm:
    """Opens a questionnaire. Refused: form_too_often, form_link_invalid, form_link_expired, form_link_answered."""
    await _limited(ports, "open", ip, MOST_OPENED)
    link = await _found(ports, token, ip)
    if not link.opened_at:
        await FormLink.filter(id=link.id, opened_at=0).update(opened_at=ports.store.clock())
    owner = await Company.get(id=link.company_id)
    known = orjson.loads(ports.store.vault.open(PREFILL, link.id, link.prefill_sealed)) if link.prefill_sealed else {}
    masked = tuple((name, mask(value)) for name, value in known.items())
    return OpenForm(Form(link.form), owner.name, masked, link.expires_at)


async def answer(ports: Ports, token: str, given: Mapping[str, Sequence[str]], ip: str) -> Form:
    """Takes the answers, once; they are sealed, and only what is charted stands beside them.

    Refused as in `open_form`, and with everything that is wrong with the answers.
    """
    await _limited(ports, "answer", ip, MOST_ANSWERED)
    link = await _found(ports, token, ip)
    form = Form(link.form)
    short = {name: [v[:_LONGEST_ANSWER] for v in values[:50]] for name, values in given.items()}
    clean, problems = check_answers(form, short, business_day(ports.store.clock()))
    if problems:
        raise Refusal(*problems)
    async with work(ports.store, PERSON) as unit:
        fresh = await FormLink.filter(id=link.id).select_for_update().get()
        # Between the check and the lock the link may have been answered, called off or made anew.
        _usable(fresh, unit.now)
        if fresh.token_hash != link.token_hash:
            raise Refusal(refusals.invalid_link())
        row_id = unit.new_id()
        await FormAnswer.create(
            id=row_id,
            link_id=link.id,
            form=form,
            company_id=link.company_id,
            answers_sealed=ports.store.vault.seal(ANSWERS, row_id, orjson.dumps(clean)),
            reason=clean.get("main_reason", ("",))[0],
            kind=clean.get("kind", ("",))[0],
            month=month_of(form, clean),
            created_at=unit.now,
        )
        fresh.state, fresh.answered_at = LinkState.ANSWERED, unit.now
        await fresh.save(update_fields=["state", "answered_at"])
        await unit.audit("form.answer", "form_link", link.id, link.company_id, 问卷=LABELS[form][0])
    return form


async def _found(ports: Ports, token: str, ip: str) -> FormLink:
    """The link of a token, looked up by its digest; what is no token of ours counts against the address."""
    misses = f"form:miss:{ip}"
    if await ports.limiter.seen(misses) >= MOST_MISSES:
        raise Refusal(refusals.too_often(_QUARTER_MS))
    link = await FormLink.get_or_none(token_hash=digest(token)) if 20 <= len(token) <= _LONGEST_TOKEN else None
    if link is None or link.state == LinkState.CANCELLED:
        await ports.limiter.hit(misses, MOST_MISSES, _QUARTER_MS)
        raise Refusal(refusals.invalid_link())
    _usable(link, ports.store.clock())
    return link


def _usable(link: FormLink, now: int) -> None:
    if link.state == LinkState.ANSWERED:
        raise Refusal(refusals.answered())
    if link.state != LinkState.OPEN:
        raise Refusal(refusals.invalid_link())
    if link.expires_at <= now:
        raise Refusal(refusals.expired())


async def _limited(ports: Ports, what: str, ip: str, most: int) -> None:
    if wait := await ports.limiter.hit(f"form:{what}:{ip}", most, _HOUR_MS):
        raise Refusal(refusals.too_often(wait))
