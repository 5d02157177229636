"""Words in closed lists that the check does not know: which there are, what they may mean, and saying what they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db.models.batch import Batch
from db.sql import execute, insert_many
from db.transaction import Work, once
from domain.actor import Actor
from domain.columns import ImportKind, field_spec
from domain.errors import Problem, Refusal
from domain.precheck.values import CLOSED, Guess, guesses, label_of_meaning, meaning_of, unknown_values, value_key
from services.batch.correct import matching
from services.batch.lock import locked
from services.batch.reads import one
from services.batch.recheck import Recheck, Stored, open_for_correction, recheck_rows, stored_rows
from services.batch.review import Review, prepared, value_memory
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A value that a field does not know, in how many rows it stands, and what it may mean."""

    field: str
    label: str
    label_en: str
    value: str
    rows: int
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class FieldChoices:
    """What the values of a field may mean: pairs of meaning and label."""

    field: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BatchValues:
    values: tuple[UnknownValue, ...]
    choices: tuple[FieldChoices, ...]


async def unknown(ports: Ports, actor: Actor, batch_id: int) -> BatchValues:
    """The unknown values of a batch, the most frequent first, with everything that they may mean."""
    actor.require("batch.create")
    view = await one(actor, batch_id)
    batch = await Batch.get(id=view.id)
    review = await prepared(ports, batch)
    kind = ImportKind(view.kind)
    codes = sorted({known.code for known in CLOSED.values() if known.code})
    counts: Counter[tuple[str, str]] = Counter()
    seen: dict[tuple[str, str], str] = {}
    async for rows in _with_codes(ports, batch.id, codes):
        for row in rows:
            for field in unknown_values(row.found.row.problems):
                text = _cell(review, row, field)
                key = (field, value_key(text))
                counts[key] += 1
                seen.setdefault(key, text)
    values = []
    for (field, plain), rows_count in counts.most_common():
        spec = field_spec(kind, field)
        if spec is not None and plain:
            text = seen[field, plain]
            found = guesses(field, text, review.context)
            values.append(UnknownValue(field, spec.label, spec.label_en, text, rows_count, found))
    fields = [field for field in CLOSED if field_spec(kind, field)]
    choices = [FieldChoices(f, tuple(CLOSED[f].choices(review.context).items())) for f in fields]
    return BatchValues(tuple(values), tuple(choices))


async def map_values(
    ports: Ports, actor: Actor, batch_id: int, meanings: tuple[tuple[str, str, str], ...], key: str
) -> int:
    """Says what values mean (field, value, meaning), for this batch and the company's later ones; answers its id.

    Only the rows concerned are checked again.
    """
    actor.require("batch.create")

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        open_for_correction(batch)
        review = await prepared(ports, batch)
        wanted, problems = _understood(review, meanings)
        if problems or not wanted:
            raise Refusal(*(problems or [_nothing_given()]))
        company_id: int = batch.company_id  # type: ignore[attr-defined]
        await _remember(unit, company_id, wanted)
        review = replace(review, memory=await value_memory(company_id))
        concerned = await _concerned(ports, batch, review, wanted)
        if concerned:
            await recheck_rows(ports, unit, review, batch, concerned)
        told = [f"{f}：{v} → {label_of_meaning(f, m, review.context)}" for (f, v), m in list(wanted.items())[:50]]
        await unit.audit("batch.map_values", "batch", batch.id, company_id, 取值=told, 行数=len(concerned))
        return batch.id

    return await once(ports.store, actor, "batch.map_values", key, {"id": batch_id, "values": meanings}, run)


def _understood(
    review: Review, meanings: Sequence[tuple[str, str, str]]
) -> tuple[dict[tuple[str, str], str], list[Problem]]:
    """The meanings by field and value, and why some cannot be taken."""
    wanted: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    kind = ImportKind(review.setting.batch.kind)
    for field, value, text in meanings:
        if field not in CLOSED or field_spec(kind, field) is None:
            problems.append(_not_mappable(field))
        elif not value_key(value) or meaning_of(field, value, review.context) is not None:
            problems.append(_value_known(field, value))
        elif (meaning := meaning_of(field, text, review.context)) is None:
            problems.append(_meaning_unknown(review, field, text))
        else:
            wanted[field, value_key(value)] = meaning
    return wanted, problems


async def _remember(unit: Work, company_id: int, wanted: Mapping[tuple[str, str], str]) -> None:
    for field, value in wanted:
        await execute(
            "DELETE FROM value_memory WHERE company_id = ? AND field = ? AND value = ?", [company_id, field, value]
        )
    await insert_many(
        "value_memory",
        ("id", "company_id", "field", "value", "meaning", "created_at"),
        [(unit.new_id(), company_id, field, value, m, unit.now) for (field, value), m in wanted.items()],
    )


async def _concerned(
    ports: Ports, batch: Batch, review: Review, wanted: Mapping[tuple[str, str], str]
) -> list[Recheck]:
    """The rows that hold one of the values. A field that takes every wording has no code to look for: all rows."""
    fields = {field for field, _ in wanted}
    codes = sorted({CLOSED[field].code or "" for field in fields} | {"value_mapped"})
    found = []
    async for rows in _with_codes(ports, batch.id, [] if "" in codes else codes):
        for row in rows:
            if any((field, value_key(_cell(review, row, field))) in wanted for field in fields):
                found.append(row.unchanged())
    return found


async def _with_codes(ports: Ports, batch_id: int, codes: Sequence[str]) -> AsyncIterator[list[Stored]]:
    """The open rows with one of the problems, some at a time; all open rows where no code is given."""
    parts = [matching(code) for code in codes]
    condition = f"({' OR '.join(part for part, _ in parts)})" if parts else "1 = 1"
    values = [value for _, given in parts for value in given]
    last = 0
    while rows := await stored_rows(ports, batch_id, condition, values, last):
        last = rows[-1].row_no
        yield rows


def _cell(review: Review, row: Stored, field: str) -> str:
    column = next((c for c in review.mapping if c.field == field), None)
    cells = row.found.row.cells
    return cells[column.index] if column is not None and column.index < len(cells) else ""


def _nothing_given() -> Problem:
    return Problem(
        "values_missing",
        "没有指定任何取值",
        "No value was given",
        "请至少指定一个取值的含义",
        "Say what at least one value means",
        field="values",
    )


def _not_mappable(field: str) -> Problem:
    return Problem(
        "value_not_mappable",
        f"字段“{field}”不能指定取值的含义",
        f"The values of the field “{field}” cannot be given a meaning",
        "只有选项固定的列（如城市、方案、险种、停保原因、证件类型、性别）可以；其他内容请更正单元格",
        "Only columns with a closed list can (city, scheme, kinds, stop reason …); correct the cells of others",
        field="values",
        value=field,
    )


def _value_known(field: str, value: str) -> Problem:
    return Problem(
        "value_known",
        f"“{value}”本来就有含义，不能改作他意" if value.strip() else "空白不能指定含义",
        f"“{value}” has a meaning of its own" if value.strip() else "An empty cell cannot be given a meaning",
        "请更正单元格",
        "Correct the cells instead",
        field="values",
        value=value or field,
    )


def _meaning_unknown(review: Review, field: str, text: str) -> Problem:
    labels = list(CLOSED[field].choices(review.context).values())
    listed = "、".join(labels[:20]) or "（无）"
    return Problem(
        "meaning_unknown",
        f"“{text}”不是该列的有效取值",
        f"“{text}” is no value of this column",
        f"可选：{listed}",
        f"Possible: {listed}",
        field="values",
        value=text,
    )
