"""Nothing lost, nothing doubled: transactions, idempotency keys, leases and ids."""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from app import worker
from app.container import Container
from db import outbox
from db.ids import IdMaker, LeaseLost, made_at
from db.models.audit import Audit
from db.models.batch import Batch, BatchRow
from db.models.enrollment import Enrollment
from db.models.person import Person
from db.models.system import Outbox
from db.sql import fetch, fetch_value
from db.transaction import work
from domain.errors import Refusal
from services import approval, batch
from services.reactions import GIVEN_UP, REACTIONS
from services.staff import SYSTEM
from tests.factories import account, checked, company_id, enrolled, key, later, person, sheet
from tests.moved_clock import MovedClock


async def test_an_act_that_fails_leaves_nothing(container: Container) -> None:
    before = await Audit.all().count(), await Outbox.all().count()
    with pytest.raises(RuntimeError, match="half way"):
        async with work(container.ports.store, SYSTEM) as unit:
            await unit.audit("test.act", "batch", 1)
            await unit.emit("live", {"topic": "x", "message": {}})
            raise RuntimeError("half way")
    assert (await Audit.all().count(), await Outbox.all().count()) == before


async def test_the_same_key_answers_the_first_result(container: Container) -> None:
    """Same key and input: one batch. Same key and other input: refused, and nothing is added."""
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([person(1)]))
    one = await batch.confirm(ports, maker, batch_id, "the-same-key")
    two = await batch.confirm(ports, maker, batch_id, "the-same-key")
    assert one == two == batch_id
    other = await checked(container, sheet([person(2)]))
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await batch.confirm(ports, maker, other, "the-same-key")
    assert (await Batch.get(id=other)).state == "checked"


async def test_two_confirmations_at_once_make_one_approval(container: Container) -> None:
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet([person(1)]))
    answers = await asyncio.gather(
        *(batch.confirm(ports, maker, batch_id, f"confirm-key-{n}") for n in range(4)), return_exceptions=True
    )
    assert answers.count(batch_id) == 1
    assert all(isinstance(a, Refusal) for a in answers if a != batch_id)
    assert await fetch_value("SELECT COUNT(*) FROM approval WHERE subject_id = ?", [batch_id]) == 1


async def test_two_batches_with_the_same_person_enrol_them_once(container: Container) -> None:
    """Both were checked while neither was enrolled; the second one's row is rejected when it is submitted."""
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    batches = [
        await checked(container, sheet([person(1)])),
        await checked(container, sheet([person(1), person(2)]), company="蓝天餐饮管理有限公司"),
    ]
    for batch_id in batches:
        await batch.confirm(ports, maker, batch_id, key())
        waiting = (await approval.of_batches(reviewer, [batch_id]))[0]
        assert waiting is not None
        await approval.decide(ports, reviewer, waiting.id, True, "", key())
    await asyncio.gather(*(batch.submit(ports, maker, batch_id, key()) for batch_id in batches))
    states = sorted(await BatchRow.filter(person_name=person(1)["姓名"]).values_list("state", flat=True))
    assert states == ["rejected", "submitted"]
    refused = await BatchRow.filter(state="rejected").get()
    assert "晨光" not in (refused.result_reason or "")
    assert "蓝天" not in (refused.result_reason or "")
    assert await Enrollment.all().count() == 2
    assert await Person.all().count() == 2


async def test_nobody_approves_their_own(container: Container) -> None:
    """A4.5: an administrator holds both permissions and still needs somebody else."""
    ports, admin = container.ports, await account("admin")
    batch_id = await checked(container, sheet([person(1)]))
    await batch.confirm(ports, admin, batch_id, key())
    waiting = (await approval.of_batches(admin, [batch_id]))[0]
    assert waiting is not None
    with pytest.raises(Refusal, match="own_request"):
        await approval.decide(ports, admin, waiting.id, True, "", key())
    assert (await Batch.get(id=batch_id)).state == "in_review"


async def test_a_check_that_dies_half_way_goes_on_without_doubling(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the second chunk; when the lease has run out another one finishes the job."""
    # The package exports the function of the same name, so the module is fetched by its path.
    checking = importlib.import_module("services.batch.check")
    monkeypatch.setattr(checking, "CHUNK", 3)
    written = 0
    whole = checking._write

    async def dying(*given: Any) -> None:
        nonlocal written
        if written == 2:
            raise asyncio.CancelledError
        written += 1
        await whole(*given)

    monkeypatch.setattr(checking, "_write", dying)
    with pytest.raises(asyncio.CancelledError):
        await checked(container, sheet([person(n) for n in range(1, 11)]))
    assert await BatchRow.all().count() == 6
    monkeypatch.setattr(checking, "_write", whole)
    claimed = {effect.topic for effect in await outbox.claim(container.ports.store.clock)}
    assert "batch.check" not in claimed, "the dead worker's lease is still running"
    await later(container, minutes=2)
    await worker.drain(container.ports)
    done = await Batch.get()
    assert (done.state, done.checked_rows, done.ok_rows, await BatchRow.all().count()) == ("checked", 10, 10, 10)


async def test_an_effect_is_claimed_by_one_relay(container: Container) -> None:
    async with work(container.ports.store, SYSTEM) as unit:
        for number in range(20):
            await unit.emit("live", {"topic": f"t{number}", "message": {}})
    clock = container.ports.store.clock
    claims = await asyncio.gather(*(outbox.claim(clock, 50) for _ in range(3)))
    ids = [effect.id for claim in claims for effect in claim]
    assert len(ids) == len(set(ids)) == await Outbox.filter(done_at=0).count()


async def test_a_failing_effect_is_given_up_and_somebody_is_told(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last attempt the batch fails with a reason; it does not stay `checking` for ever."""

    async def broken(ports: Any, payload: Any) -> None:
        raise ValueError("out of order")

    monkeypatch.setitem(REACTIONS, "batch.check", broken)
    batch_id = await checked(container, sheet([person(1)]))
    for _ in range(outbox.MOST_ATTEMPTS):
        await later(container, hours=1)
        await worker.drain(container.ports)
    failed = await Batch.get(id=batch_id)
    assert failed.state == "failed"
    assert "check_broken" in (failed.failure or "")
    assert (await Outbox.get(topic="batch.check")).last_error == "ValueError: out of order"


async def _one_effect(container: Container, topic: str = "live") -> outbox.Claim:
    async with work(container.ports.store, SYSTEM) as unit:
        row_id = await unit.emit(topic, {"topic": "x", "message": {}})
    return next(c for c in await outbox.claim(container.ports.store.clock) if c.id == row_id)


async def test_a_claim_is_no_attempt(container: Container) -> None:
    """E9: a backlog that outlasts the lease is claimed again and again, and burns nothing."""
    clock = container.ports.store.clock
    first = await _one_effect(container)
    for _ in range(outbox.MOST_ATTEMPTS + 2):
        await later(container, minutes=2)
        again = next(c for c in await outbox.claim(clock) if c.id == first.id)
        assert again.token != first.token
    assert (await Outbox.get(id=first.id)).attempts == 0
    assert await outbox.begin(clock, first.id, first.token) is None, "the token of a stale task opens nothing"
    begun = await outbox.begin(clock, first.id, again.token)
    assert begun is not None
    assert begun.attempts == 1


async def test_a_task_that_comes_twice_is_begun_once(container: Container) -> None:
    clock = container.ports.store.clock
    claim = await _one_effect(container)
    both = await asyncio.gather(*(outbox.begin(clock, claim.id, claim.token) for _ in range(2)))
    assert [b is None for b in both].count(True) == 1
    begun = next(b for b in both if b is not None)
    assert await outbox.failed(clock, begun, "not now")
    assert await outbox.begin(clock, claim.id, claim.token) is None, "put back: not before it is due"
    await later(container, minutes=1)
    assert await outbox.begin(clock, claim.id, "") is not None, "due again, and nobody holds it"


async def test_a_zombie_marks_nothing(container: Container) -> None:
    """A worker that slept through its lease finds another one's token in the row."""
    clock = container.ports.store.clock
    claim = await _one_effect(container)
    zombie = await outbox.begin(clock, claim.id, claim.token)
    assert zombie is not None
    assert await outbox.extend(clock, zombie)
    await later(container, minutes=2)
    heir = await outbox.begin(clock, claim.id, claim.token)
    assert heir is not None
    assert heir.attempts == 2
    before = await fetch("SELECT * FROM outbox WHERE id = ?", [claim.id])
    assert not await outbox.extend(clock, zombie)
    assert not await outbox.done(clock, zombie)
    assert not await outbox.failed(clock, zombie, "late")
    assert not await outbox.give_up(clock, zombie, "late")
    assert await fetch("SELECT * FROM outbox WHERE id = ?", [claim.id]) == before
    assert await outbox.done(clock, heir)
    assert not await outbox.give_up(clock, heir, "done is done")
    assert (await Outbox.get(id=claim.id)).failed_at == 0


async def test_attempts_without_an_end_make_a_suspect(container: Container) -> None:
    """Two beginnings that nobody ended; one that ended badly is no suspect, however often it failed."""
    clock = container.ports.store.clock
    claim = await _one_effect(container)
    for attempt in range(1, 4):
        assert outbox.suspected(claim.token) is (attempt > 2)
        begun = await outbox.begin(clock, claim.id, claim.token)
        assert begun is not None
        assert begun.attempts == attempt
        await later(container, minutes=2)
        claim = next(c for c in await outbox.claim(clock) if c.id == claim.id)
    begun = await outbox.begin(clock, claim.id, claim.token)
    assert begun is not None
    assert await outbox.failed(clock, begun, "refused by the other side")
    await later(container, minutes=20)
    claim = next(c for c in await outbox.claim(clock) if c.id == claim.id)
    assert not outbox.suspected(claim.token)


async def test_a_clean_up_that_fails_is_tried_again(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given up is marked when its clean-up has worked, with one audit line; or after as many attempts more."""

    async def broken(ports: Any, payload: Any) -> None:
        raise ValueError("out of order")

    monkeypatch.setitem(REACTIONS, "live", broken)
    monkeypatch.setitem(GIVEN_UP, "live", broken)
    claim = await _one_effect(container)
    rounds = 0
    while (await Outbox.get(id=claim.id)).failed_at == 0:
        rounds += 1
        await later(container, hours=1)
        await worker.drain(container.ports)
        assert rounds <= 2 * outbox.MOST_ATTEMPTS
    assert rounds == 2 * outbox.MOST_ATTEMPTS
    assert await Audit.filter(act="outbox.given_up", subject_id=claim.id).count() == 1
    assert "ValueError: out of order" in str((await Outbox.get(id=claim.id)).last_error)


async def test_ids_of_many_makers_never_meet(container: Container) -> None:
    clock = container.ports.store.clock
    makers = [IdMaker(clock) for _ in range(5)]
    for maker in makers:
        await maker.claim()
    ids = [i for maker in makers for block in (1, 5000, 3) for i in maker.block(block)]
    assert len(set(ids)) == len(ids)
    for maker in makers:
        own = maker.block(100)
        assert own == sorted(own)
    # A block of 5,000 runs ahead of a standing clock; the next holder of the node begins after it.
    last = makers[0].one()
    await makers[0].release()
    heir = IdMaker(clock)
    await heir.claim()
    assert heir.one() > last
    assert abs(made_at(last) - clock()) < 10


async def test_a_maker_whose_lease_ran_out_refuses(container: Container, clock: MovedClock) -> None:
    maker = IdMaker(clock)
    await maker.claim()
    clock.forward(hours=1)
    with pytest.raises(LeaseLost):
        maker.one()


async def test_a_rolled_back_counter_leaves_no_gap(container: Container) -> None:
    async with work(container.ports.store, SYSTEM) as unit:
        assert await unit.next_number("test") == 1
    with pytest.raises(RuntimeError):
        async with work(container.ports.store, SYSTEM) as unit:
            assert await unit.next_number("test") == 2
            raise RuntimeError
    async with work(container.ports.store, SYSTEM) as unit:
        assert await unit.next_number("test") == 2


async def test_transactions_are_seen_whole(container: Container) -> None:
    """A reader outside sees either nothing or everything of an act."""
    await enrolled(container, sheet([person(1)]))
    async with in_transaction():
        await Batch.filter(company_id=await company_id()).update(month=202612)
    assert (await Batch.get()).month == 202612
