"""Writing moves to another scheme or company: the old enrolment ends, a new one goes on from it without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from db.models.batch import Batch
from db.models.company import Company
from db.sql import CHUNK, execute_many, fetch_tuples, insert_many, locking, marks
from db.transaction import Work
from domain.base_history import BaseChange
from domain.change import EndReason, Part, Spell, first_open_month, gone_on, gone_on_under, month_before, still_to_come
from domain.columns import ImportKind
from domain.enrollment import EnrollmentState
from domain.errors import Problem
from domain.payer import Item, one_payer, taken
from domain.policy import KIND_LABELS, KIND_LABELS_EN, KIND_ORDER, Kind
from domain.scheme import Version
from services import scheme
from services.batch import change_base, change_fund
from services.batch.change_facts import SCHEME, TARGET, VERSION
from services.batch.change_fund import Moving
from services.batch.change_rows import Outcome, Row, impossible
from services.batch.change_spells import closed_months, living_items, spells
from services.ports import Ports
from services.scheme import SchemeRow
from services.staff import SYSTEM

_ENROLLMENT = [
    "id",
    "person_id",
    "company_id",
    "city_code",
    "category",
    "scheme_id",
    "scheme_version_id",
    "state",
    "declared_base_fen",
    "start_month",
    "service_fee_fen",
    "batch_id",
    "continues_id",
    "legal_basis",
    "contract_start",
    "contract_end",
    "created_at",
]
_ITEM = [
    "id",
    "enrollment_id",
    "person_id",
    "company_id",
    "kind",
    "tier",
    "state",
    "declared_base_fen",
    "base_rule",
    "housing_rate_ppm",
    "start_month",
]


@dataclass(frozen=True, slots=True)
class _Move:
    """One person's move: what ends, where it goes on and as what."""

    row: Row
    ending: tuple[Spell, ...]
    company_id: int
    parts: tuple[Part, ...]
    scheme_id: int | None
    version_id: int | None
    fee_fen: int


@dataclass(frozen=True, slots=True)
class _Setting:
    """The batch's surroundings at the moment of acceptance."""

    batch: Batch
    closed: Mapping[int, tuple[int, ...]]
    schemes: Mapping[int, SchemeRow]
    rates: Mapping[int, int | None]

    @property
    def company_id(self) -> int:
        """The company whose batch it is."""
        return int(self.batch.company_id)  # type: ignore[attr-defined]

    def target(self, row: Row) -> int:
        """The company where the row's person goes on."""
        moved = self.batch.kind == ImportKind.TRANSFER
        return int(row.checked.extra[TARGET]) if moved else self.company_id

    def terms(self, row: Row) -> tuple[SchemeRow, Version] | None:
        """The scheme and version that the row was checked with; None where the enrolment goes on as it is."""
        if SCHEME not in row.checked.extra:
            return None
        found = self.schemes[int(row.checked.extra[SCHEME])]
        wanted = int(row.checked.extra.get(VERSION, 0)) or None
        return found, next(v for v in found.versions if v.id == wanted)


async def apply(ports: Ports, unit: Work, batch: Batch, rows: list[Row], outcome: Outcome) -> None:
    """Ends the old enrolments with the month before and writes the new ones, with bases that are still to come."""
    lock, people = locking(unit.connection), [row.person_id for row in rows]
    held = await spells(people, batch.company_id, lock)  # type: ignore[attr-defined]
    living = await living_items(people, batch.company_id, lock)  # type: ignore[attr-defined]
    setting = await _setting(batch, rows, held)
    moves = []
    for row in rows:
        problem = _in_the_way(setting, row, held.get(row.person_id, ()), living.get(row.person_id, []))
        if problem is not None:
            outcome.problems.append(problem)
            continue
        moves.append(_move(setting, row, held[row.person_id]))
        outcome.touch(setting.company_id, month_before(row.month))
        outcome.touch(setting.target(row), row.month)
    if not outcome.problems:
        await _end(moves, EndReason.TRANSFERRED_OUT if batch.kind == ImportKind.TRANSFER else EndReason.SCHEME_CHANGED)
        await _begin(ports, unit, batch, moves)
        if batch.kind == ImportKind.TRANSFER:
            await change_fund.move(unit, setting.company_id, _with_fund(moves))


def _with_fund(moves: Sequence[_Move]) -> Iterator[Moving]:
    """Whose housing fund goes on at the new company."""
    for move in moves:
        if any(part.kind is Kind.HOUSING_FUND for part in move.parts):
            city_code = move.ending[0].city_code
            yield Moving(move.row.id, move.row.person_id, city_code, move.company_id, move.row.month)


async def _setting(batch: Batch, rows: Sequence[Row], held: Mapping[int, Sequence[Spell]]) -> _Setting:
    first = _Setting(batch, {}, {}, {})
    concerned = {first.company_id, *(first.target(row) for row in rows)}
    wanted = {int(row.checked.extra[SCHEME]) for row in rows if SCHEME in row.checked.extra}
    wanted |= {spell.scheme_id for each in held.values() for spell in each if spell.scheme_id}
    rates = await Company.filter(id__in=concerned).values_list("id", "housing_rate_ppm")
    schemes = await scheme.by_ids(SYSTEM, sorted(wanted))
    return _Setting(batch, await closed_months(sorted(concerned)), schemes, dict(rates))


def _in_the_way(setting: _Setting, row: Row, ending: Sequence[Spell], living: Sequence[Item]) -> Problem | None:
    """Why the row has become impossible since it was submitted, if it has. Other clients are never named."""
    if not ending or row.month <= max(spell.start_month for spell in ending):
        return impossible(row, "该人员在本公司已没有可变更的参保", "there is no enrolment left to change")
    own, target = setting.company_id, setting.target(row)
    closed = [*setting.closed.get(own, ()), *setting.closed.get(target, ())]
    if first_open_month(closed, row.month) is not None:
        return impossible(row, "起始月已关账", "its month has been closed")
    had = {part.kind for spell in ending for part in spell.parts}
    wanted = row.kinds or had
    here, elsewhere = taken(living, target, row.month)
    clashing = sorted((wanted & here) | (one_payer(wanted - had) & elsewhere), key=KIND_ORDER.__getitem__)
    if not clashing:
        return None
    names, names_en = "、".join(KIND_LABELS[k] for k in clashing), ", ".join(KIND_LABELS_EN[k] for k in clashing)
    return impossible(row, f"这些险种已有在缴单位：{names}", f"another payer covers: {names_en}")


def _move(setting: _Setting, row: Row, ending: tuple[Spell, ...]) -> _Move:
    target, under = setting.target(row), setting.terms(row)
    if under is not None:
        scheme_row, version = under
        rate, terms = setting.rates.get(target), version.terms
        parts = gone_on_under(ending, row.month, row.kinds, terms, row.checked.base_fen, rate)
        return _Move(row, ending, target, parts, scheme_row.id, version.id, terms.service_fee_fen)
    # A scheme that is the old company's own does not come along; what the person is enrolled in does.
    kept = setting.schemes.get(ending[0].scheme_id or 0)
    common = kept is not None and kept.company_id in (None, target)
    scheme_id, version_id = (ending[0].scheme_id, ending[0].scheme_version_id) if common else (None, None)
    fee = sum(spell.service_fee_fen for spell in ending)
    return _Move(row, ending, target, gone_on(ending, row.month), scheme_id, version_id, fee)


async def _end(moves: Sequence[_Move], reason: EndReason) -> None:
    stopped, effective = EnrollmentState.STOPPED.value, EnrollmentState.EFFECTIVE.value
    ends = [(month_before(move.row.month), spell.enrollment_id) for move in moves for spell in move.ending]
    await execute_many(
        "UPDATE enrollment SET state = ?, last_month = ?, stop_reason = ? WHERE id = ?",
        [(stopped, last, reason.value, enrollment_id) for last, enrollment_id in ends],
    )
    await execute_many(
        "UPDATE enrollment_item SET state = ?, last_month = ? WHERE enrollment_id = ? AND state = ?",
        [(stopped, last, enrollment_id, effective) for last, enrollment_id in ends],
    )


async def _begin(ports: Ports, unit: Work, batch: Batch, moves: Sequence[_Move]) -> None:
    coming = [[c for _, c in still_to_come(move.ending, move.row.month)] for move in moves]
    batches = await _batches_of([change.id for each in coming for change in each])
    count = sum(1 + len(move.parts) + len(each) for move, each in zip(moves, coming, strict=True))
    ids = iter(ports.store.ids.block(count))
    enrollments: list[tuple] = []
    items: list[tuple] = []
    bases: list[tuple] = []
    for move, later in zip(moves, coming, strict=True):
        enrollment_id = next(ids)
        enrollments.append(_enrollment(unit, batch, move, enrollment_id))
        items += _items(ids, move, enrollment_id)
        bases += [(next(ids), *_base(unit, move, enrollment_id, change, batches)) for change in later]
    await insert_many("enrollment", _ENROLLMENT, enrollments)
    await insert_many("enrollment_item", _ITEM, items)
    await insert_many("enrollment_base", change_base.COLUMNS, bases)


def _enrollment(unit: Work, batch: Batch, move: _Move, enrollment_id: int) -> tuple:
    first, newest = move.ending[0], move.ending[-1]
    return (
        enrollment_id,
        first.person_id,
        move.company_id,
        first.city_code,
        first.category.value,
        move.scheme_id,
        move.version_id,
        EnrollmentState.EFFECTIVE.value,
        move.parts[0].base_fen if move.parts else 0,
        move.row.month,
        move.fee_fen,
        batch.id,
        newest.enrollment_id,
        newest.legal_basis,
        newest.contract_start,
        newest.contract_end,
        unit.now,
    )


def _items(ids: Iterator[int], move: _Move, enrollment_id: int) -> list[tuple]:
    owner, state = (enrollment_id, move.row.person_id, move.company_id), EnrollmentState.EFFECTIVE.value
    return [
        (
            next(ids),
            *owner,
            part.kind.value,
            part.tier,
            state,
            part.base_fen,
            part.base_rule.value,
            part.housing_rate_ppm,
            move.row.month,
        )
        for part in move.parts
    ]


async def _batches_of(base_ids: Sequence[int]) -> dict[int, int]:
    """The batch that declared each of these bases: undoing it takes the copy back too."""
    found: dict[int, int] = {}
    for start in range(0, len(base_ids), CHUNK):
        chunk = list(base_ids[start : start + CHUNK])
        found |= dict(
            await fetch_tuples(f"SELECT id, batch_id FROM enrollment_base WHERE id IN ({marks(chunk)})", chunk)
        )
    return found


def _base(unit: Work, move: _Move, enrollment_id: int, change: BaseChange, batches: Mapping[int, int]) -> tuple:
    fact = (change.scope.value, change.from_month, change.base_fen, change.housing_rate_ppm)
    return (enrollment_id, move.company_id, *fact, batches[change.id], unit.now, 0)
