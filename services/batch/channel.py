"""Recording what one channel answered, row by row: its kinds begin or end, the others wait for theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import orjson

from db.models.batch import Batch
from db.sql import execute, fetch_tuples, fetch_value, insert_many, marks
from db.transaction import Work, once
from domain.actor import Actor
from domain.batch import BatchAct, BatchState, RowState, next_state
from domain.columns import ImportKind
from domain.declaration import CHANNEL_LABELS, REGISTERING, Channel, Verdict, row_state
from domain.errors import Refusal
from domain.precheck import StopReason
from services import housing_account
from services.batch import content, item
from services.batch.lock import locked
from services.batch.result_problems import empty, not_by_channel, number_taken, reason_needed, row_not_waiting
from services.batch.returned import Returned, open_feedback
from services.batch.standing import Standing, standings
from services.bill.stale import mark_stale
from services.housing_account import FundAnswer
from services.ports import Ports

_RESULT = ("id", "batch_row_id", "batch_id", "channel", "state", "reason", "recorded_by_id", "created_at")


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """A channel's answer to one row of the sheet; `account` is the housing-fund number it told, plain and tidy."""

    row_no: int
    verdict: Verdict
    reason: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """Answers of one channel; `accept_rest` accepts every other row that still waits for it."""

    channel: Channel
    answers: tuple[RowAnswer, ...] = ()
    accept_rest: bool = False


async def record_channel(ports: Ports, actor: Actor, batch_id: int, answer: ChannelAnswer, key: str) -> int:
    """Writes one channel's answer into rows, items and enrolments. Answers the batch's id."""
    actor.require("batch.submit")

    async def run(unit: Work) -> int:
        await recorded(ports, unit, batch_id, answer)
        return batch_id

    # Answers may name account numbers, which not even a plain digest of is kept.
    answers = orjson.dumps([asdict(one) for one in answer.answers]).decode()
    digest = ports.store.vault.index("channel_result.answers", answers)
    given = {"id": batch_id, "channel": answer.channel, "answers": digest, "rest": answer.accept_rest}
    return await once(ports.store, actor, "batch.channel_result", key, given, run)


async def recorded(
    ports: Ports, unit: Work, batch_id: int, answer: ChannelAnswer, *, keep_numbers_apart: bool = False
) -> Recording:
    """As `record_channel`, within an open act.

    A number that belongs to somebody else refuses everything, unless `keep_numbers_apart` leaves just it out.
    """
    batch = await locked(unit.actor, batch_id)
    next_state(BatchState(batch.state), BatchAct.RECORD_RESULT)
    if batch.kind not in (ImportKind.ENROLL, ImportKind.TERMINATE):
        raise Refusal(not_by_channel())
    recording = Recording(ports, unit, batch, (answer.channel,), {a.row_no: a for a in answer.answers}, answer.channel)
    problems = [
        reason_needed(a.row_no, a.reason)
        for a in answer.answers
        if a.verdict is not Verdict.ACCEPTED and not a.reason.strip()
    ]
    if problems or not (answer.answers or answer.accept_rest):
        raise Refusal(*(problems or [empty()]))
    await recording.run(answer.accept_rest)
    if recording.clashing and not keep_numbers_apart:
        raise Refusal(*(number_taken(row_no) for row_no in recording.clashing))
    await settle(recording)
    return recording


@dataclass
class Recording:
    """One act of recording for these channels: what it answers, and what it has changed so far."""

    ports: Ports
    unit: Work
    batch: Batch
    channels: tuple[Channel, ...]
    wanted: dict[int, RowAnswer]
    said_by: Channel | None
    accepted: int = 0
    rejected: int = 0
    answered: int = 0
    months: set[int] = field(default_factory=set)
    returned: list[Returned] = field(default_factory=list)
    clashing: list[int] = field(default_factory=list)

    async def run(self, accept_rest: bool) -> None:
        """Answers every row, chunk by chunk. Refused when a row that was named does not wait."""
        left = set(self.wanted)
        only = None if accept_rest else sorted(left)
        async for rows in standings(self.ports, self.batch, self.channels, only):
            chunk: list[tuple[Standing, list[Channel], RowAnswer]] = []
            for row in rows:
                silent = row.silent(self.channels)
                answer = self.wanted.get(row.row_no)
                if answer is None and accept_rest and silent:
                    answer = RowAnswer(row.row_no, Verdict.ACCEPTED)
                if answer is not None and silent:
                    left.discard(row.row_no)
                    chunk.append((row, silent, answer))
            if chunk:
                await self._write(chunk)
        if left:
            raise Refusal(*(row_not_waiting(row_no, self.said_by) for row_no in sorted(left)))

    async def _write(self, chunk: Sequence[tuple[Standing, list[Channel], RowAnswer]]) -> None:
        self.answered += len(chunk)
        ids = iter(self.unit.store.ids.block(sum(len(silent) for _, silent, _ in chunk)))
        who = (self.unit.actor.staff_id, self.unit.now)
        await insert_many(
            "channel_result",
            _RESULT,
            (
                (next(ids), row.id, self.batch.id, c, a.verdict.value, a.reason[:400] or None, *who)
                for row, silent, a in chunk
                for c in silent
            ),
        )
        if self.batch.kind == ImportKind.TERMINATE:
            await self._stop(chunk)
        else:
            await self._begin(chunk)
        await self._states(chunk)

    async def _begin(self, chunk: Sequence[tuple[Standing, list[Channel], RowAnswer]]) -> None:
        """Items of the channels become effective or rejected; what is to be corrected stays submitted."""
        groups: dict[tuple[Verdict, frozenset], list[int]] = defaultdict(list)
        for row, silent, answer in chunk:
            kinds = row.kinds_of([c for c in silent if c in REGISTERING])
            if kinds and answer.verdict is not Verdict.CORRECTION:
                groups[answer.verdict, kinds].append(row.enrollment_id)
                if answer.verdict is Verdict.ACCEPTED:
                    self.months.add(row.start_month)
        for (verdict, kinds), ids in groups.items():
            await item.begin(ids, kinds, accepted=verdict is Verdict.ACCEPTED)
        await self._fund(chunk, {})

    async def _stop(self, chunk: Sequence[tuple[Standing, list[Channel], RowAnswer]]) -> None:
        """Items of the channels that accepted end with the row's last month; the others stay in force."""
        accepted = [(row, silent) for row, silent, a in chunk if a.verdict is Verdict.ACCEPTED]
        opened = await self._opened([row.id for row, _ in accepted])
        groups: dict[tuple[int, str, frozenset], list[int]] = defaultdict(list)
        for row, silent in accepted:
            checked = opened[row.id].row
            kinds = row.kinds_of([c for c in silent if c in REGISTERING])
            if kinds and checked.last_month:
                groups[checked.last_month, checked.stop_reason or "", kinds].append(row.enrollment_id)
                self.months.add(checked.last_month)
        for (last_month, reason, kinds), ids in groups.items():
            await item.stop(ids, last_month, reason, kinds)
        await self._fund(chunk, opened)

    async def _fund(
        self, chunk: Sequence[tuple[Standing, list[Channel], RowAnswer]], opened: dict[int, content.Content]
    ) -> None:
        """Accounts follow what the housing fund accepted."""
        rows = [
            (row, answer)
            for row, silent, answer in chunk
            if Channel.FUND in silent and answer.verdict is Verdict.ACCEPTED
        ]
        if not rows:
            return
        if not opened and item.names_accounts(self.batch):
            opened = await self._opened([row.id for row, _ in rows])
        answers, numbers = [], {}
        for row, answer in rows:
            checked = opened[row.id].row if row.id in opened else None
            reason = StopReason(checked.stop_reason) if checked and checked.stop_reason else None
            month = checked.last_month if checked and checked.last_month else row.start_month
            number = answer.account or item.account_in(checked)
            answers.append(FundAnswer(row.id, row.person_id, row.city_code, month, number, reason))
            numbers[row.id] = row.row_no
        clashing = await housing_account.record(
            self.unit,
            ImportKind(self.batch.kind),
            self.batch.company_id,  # type: ignore[attr-defined]
            answers,
        )
        self.clashing += [numbers[row_id] for row_id in clashing]

    async def _states(self, chunk: Sequence[tuple[Standing, list[Channel], RowAnswer]]) -> None:
        """Moves the rows on, and notes which of them come back."""
        moves: dict[RowState, list[int]] = defaultdict(list)
        for row, silent, answer in chunk:
            after = row_state(row.concerned, row.said | dict.fromkeys(silent, answer.verdict))
            deciding = any(c in REGISTERING for c in silent)
            if deciding and after is not row.state:
                moves[after].append(row.id)
            if answer.verdict is not Verdict.ACCEPTED:
                reason = answer.reason.strip()[:400]
                self.returned.append(Returned(row.id, row.row_no, self.said_by, answer.verdict, reason))
        for state, ids in moves.items():
            await execute(f"UPDATE batch_row SET state = ? WHERE id IN ({marks(ids)})", [state.value, *ids])
        self.accepted += len(moves[RowState.ACCEPTED])
        self.rejected += len(moves[RowState.REJECTED])
        told = [
            (f"{CHANNEL_LABELS[self.said_by][0]}：{a.reason.strip()}" if self.said_by else a.reason.strip(), row.id)
            for row, _, a in chunk
            if a.verdict is not Verdict.ACCEPTED
        ]
        for reason, row_id in told:
            await execute("UPDATE batch_row SET result_reason = ? WHERE id = ?", [reason[:400], row_id])

    async def _opened(self, row_ids: list[int]) -> dict[int, content.Content]:
        if not row_ids:
            return {}
        sql = f"SELECT id, content_sealed FROM batch_row WHERE id IN ({marks(row_ids)})"
        vault = self.unit.store.vault
        return {row_id: content.unseal(vault, row_id, sealed) for row_id, sealed in await fetch_tuples(sql, row_ids)}


async def settle(recording: Recording) -> None:
    """The end of every recording: the batch's counts and state, bills out of date, feedback, audit, live update."""
    unit, batch = recording.unit, recording.batch
    company_id = batch.company_id  # type: ignore[attr-defined]
    waiting = int(
        await fetch_value(
            "SELECT COUNT(*) FROM batch_row WHERE batch_id = ? AND state IN (?, ?)",
            [batch.id, RowState.SUBMITTED.value, RowState.CORRECTION.value],
        )
    )
    batch.accepted_rows += recording.accepted
    batch.rejected_rows += recording.rejected
    batch.state = next_state(BatchState(batch.state), BatchAct.RECORD_RESULT, open_rows=waiting)
    await batch.save(update_fields=["accepted_rows", "rejected_rows", "state"])
    await mark_stale(company_id, sorted(recording.months))
    counts = {"登记": recording.answered, "成功": recording.accepted, "退回": len(recording.returned)}
    if recording.said_by:
        counts = {"渠道": CHANNEL_LABELS[recording.said_by][0], **counts}  # type: ignore[dict-item]
    await unit.audit("batch.result", "batch", batch.id, company_id, **counts)
    await open_feedback(recording.ports, unit, batch, recording.returned)
    await unit.emit("live", {"topic": f"batch:{batch.id}", "message": {"changed": True}})
