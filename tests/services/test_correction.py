"""A3.1, E5: what a correction reaches and what it leaves alone: fixed bases, rounds, the person, and plain digests."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import orjson
import pytest

from app.container import Container
from app.worker import drain
from db.models.audit import Audit
from db.models.batch import BatchRow
from db.models.declaration import Declaration, Feedback
from db.models.enrollment import EnrollmentItem
from db.models.person import Person, PersonChange
from db.models.system import Idempotency
from domain.columns import ImportKind
from domain.declaration import Channel, Verdict
from domain.errors import Refusal
from domain.policy import Kind
from domain.scheme import BaseRule, BaseTerm
from services import batch, declaration, feedback
from services import person as people
from services.batch import ChannelAnswer, RowAnswer
from tests.factories import account, enrolled, key, person, sheet
from tests.services.test_declaration import answer, leavers, opened, submitted
from tests.services.test_scheme import NAME, RULED, made


async def asked(container: Container, batch_id: int, channel: Channel = Channel.HR) -> list[Feedback]:
    """The channel wants every row of the batch corrected; its feedback in the order of the rows."""
    rows = await BatchRow.filter(batch_id=batch_id).order_by("row_no")
    given = [RowAnswer(row.row_no, Verdict.CORRECTION, "信息与公安库不符") for row in rows]
    await answer(container, batch_id, channel, *given, rest=False)
    found = {row.batch_row_id: row for row in await Feedback.filter(batch_id=batch_id, state="open")}
    return [found[row.id] for row in rows]


def plain_digest(given: dict[str, Any]) -> str:
    """What anybody could compute from the plain input without a key."""
    return hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def test_a_fixed_base_is_not_the_rows(container: Container) -> None:
    """A3.1, A4.2: the scheme's fixed base stays; a declared one, the month and the fund's rate follow the row."""
    await made(container, replace(RULED, bases={Kind.PENSION: BaseTerm(BaseRule.FIXED, 800_000)}))
    batch_id = await submitted(container, sheet([person(1)]), scheme=NAME)
    (row,) = await asked(container, batch_id)
    cells = {"phone": "13912345678", "base": "12000", "start_month": "2026-12"}
    await feedback.correct(container.ports, await account("zhuanyuan"), row.id, cells, key())
    enrollment_id = (await BatchRow.get(id=row.batch_row_id)).enrollment_id
    found = {i.kind: i for i in await EnrollmentItem.filter(enrollment_id=enrollment_id)}
    assert (found["pension"].base_rule, found["pension"].declared_base_fen) == ("fixed", 800_000)
    assert (found["work_injury"].base_rule, found["work_injury"].declared_base_fen) == ("declared", 1_200_000)
    assert (found["pension"].start_month, found["work_injury"].start_month) == (202612, 202612)
    assert found["medical"].start_month == 202611


@pytest.mark.parametrize("together", [False, True])
async def test_corrections_before_the_worker_are_all_declared(container: Container, together: bool) -> None:
    """A3.1: two people corrected one after the other, or at the same moment, are both in a workbook of their own."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1), person(2), person(3)]))
    first, second, third = await asked(container, batch_id)
    acts = [feedback.correct(ports, maker, row.id, {"base": "12000"}, key()) for row in (first, second)]
    if together:
        await asyncio.gather(*acts)
    else:
        for act in acts:
            await act
    taken = await Declaration.filter(batch_id=batch_id, round__gt=1)
    assert {row.round for row in taken} == {2, 3}
    # A round that is only taken has no workbook: nobody sees it, and nothing can be handed in with it.
    assert {row.round for row in await declaration.of_batch(maker, batch_id)} == {1}
    assert await declaration.by_ids(maker, [row.id for row in taken]) == [None, None]
    with pytest.raises(Refusal, match="not_found"):
        await declaration.hand_in(ports, maker, taken[0].id, "R-1", date(2026, 11, 10))
    await drain(ports)
    declared = set()
    for row in await Declaration.filter(batch_id=batch_id, round__gt=1):
        assert (row.state, row.row_count) == ("made", 1)
        declared.add((await opened(container, row))[3][3])
    assert declared == {person(1)["证件号码"], person(2)["证件号码"]}
    await feedback.correct(ports, maker, third.id, {"base": "12000"}, key())
    await drain(ports)
    assert {row.round for row in await declaration.of_batch(maker, batch_id)} == {1, 2, 3, 4}
    for row in await Declaration.filter(batch_id=batch_id, round__gt=1):
        await declaration.declare_again(ports, batch_id, Channel.HR, row.round, [third.batch_row_id])
    assert await Declaration.filter(batch_id=batch_id, round__gt=1, row_count=1).count() == 3


async def test_a_corrected_person_is_corrected(container: Container) -> None:
    """E5, A3.1: name, phone and card reach the person, sealed and with what they were before."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1)]))
    (row,) = await asked(container, batch_id)
    with pytest.raises(Refusal, match="correction_too_far"):
        cells = {"name": "章甲一", "id_number": person(7)["证件号码"]}
        await feedback.correct(ports, maker, row.id, cells, key())
    assert await PersonChange.all().count() == 0
    cells = {"name": "章甲一", "phone": "13912345678", "bank_card": "6217000010001234569", "base": "12000"}
    await feedback.correct(ports, maker, row.id, cells, key())
    held = await BatchRow.get(id=row.batch_row_id)
    assert held.person_name == "章甲一"
    assert "name_mismatch" not in held.codes.split(",")
    known, vault = await Person.get(id=held.person_id), ports.store.vault
    assert known.name == "章甲一"
    assert vault.open_text(people.PHONE, known.id, known.phone_sealed) == "13912345678"
    assert known.phone_index == vault.index(people.PHONE, "13912345678")
    assert vault.open_text(people.BANK_CARD, known.id, known.bank_card_sealed) == "6217000010001234569"
    kept = {change.field: change for change in await PersonChange.filter(person_id=known.id)}
    assert set(kept) == {"name", "phone", "bank_card"}
    old = kept["phone"]
    assert vault.open_text(people.CHANGE_OLD, old.id, old.old_sealed) == person(1)["手机号"]
    assert (old.batch_id, old.changed_by_id, old.voided_at) == (batch_id, maker.staff_id, 0)
    line = await Audit.get(act="person.corrected", subject_id=known.id)
    assert orjson.loads(line.detail)["字段"] == ["name", "phone", "bank_card"]
    assert "13912345678" not in line.detail


async def test_a_leavers_corrected_name_reaches_the_person(container: Container) -> None:
    """E5: from a termination too; what agrees with the file leaves no history."""
    ports, maker = container.ports, await account("zhuanyuan")
    await enrolled(container, sheet([person(1), person(2)]))
    batch_id = await submitted(container, leavers(1, 2), kind=ImportKind.TERMINATE)
    first, second = await asked(container, batch_id)
    await feedback.correct(ports, maker, first.id, {"name": "章甲一"}, key())
    await feedback.correct(ports, maker, second.id, {"name": person(2)["姓名"]}, key())
    (change,) = await PersonChange.all()
    assert change.person_id == (await BatchRow.get(id=first.batch_row_id)).person_id
    assert (await Person.get(id=change.person_id)).name == "章甲一"


async def test_no_plain_digest_of_particulars_is_kept(container: Container) -> None:
    """A10.3: the key of an act remembers its input, but phones and account numbers only by keyed digest."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await submitted(container, sheet([person(1)]))
    (row,) = await asked(container, batch_id)
    once, cells = key(), {"phone": "13912345678"}
    await feedback.correct(ports, maker, row.id, cells, once)
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await feedback.correct(ports, maker, row.id, {"phone": "13912345679"}, once)
    kept = await Idempotency.get(act="feedback.correct", key=once)
    assert kept.input_hash != plain_digest({"id": row.id, "cells": cells})
    row_no = (await BatchRow.get(batch_id=batch_id)).row_no
    given = ChannelAnswer(Channel.FUND, (RowAnswer(row_no, Verdict.ACCEPTED, "", "110500001"),))
    once = key()
    await batch.record_channel(ports, maker, batch_id, given, once)
    await batch.record_channel(ports, maker, batch_id, given, once)
    other = ChannelAnswer(Channel.FUND, (RowAnswer(row_no, Verdict.ACCEPTED, "", "110500002"),))
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await batch.record_channel(ports, maker, batch_id, other, once)
    kept = await Idempotency.get(act="batch.channel_result", key=once)
    assert kept.input_hash != plain_digest({"id": batch_id, **asdict(given)})
