"""What one row goes through, whenever it is looked at: precheck, the company's own words, compliance review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import orjson

from db.clock import business_day
from db.models.batch import Batch
from db.models.company import Company
from db.sql import fetch
from db.transaction import Store
from domain.batch import RowState
from domain.columns import CellValue, ColumnMapping, ImportKind, MappingSource, column_of
from domain.compliance import review_enroll, review_terminate
from domain.period import BillingMonth
from domain.policy import Kind
from domain.precheck import CheckedRow, PrecheckContext, precheck_row
from domain.precheck.values import Memory, placed, remembered_cells
from services.batch import change_facts, content
from services.batch.content import Content
from services.batch.facts import (
    NOBODY,
    Known,
    QuickBook,
    Setting,
    enroll_facts,
    identity_index,
    known,
    placed_in_window,
    terminate_facts,
)
from services.batch.surroundings import local
from services.policy import book
from services.ports import Ports
from services.scheme import visible
from services.staff import SYSTEM
from services.staff import actor as actor_by_id

Judged = tuple[CheckedRow, frozenset[Kind]]

COLUMNS = ("id", "batch_id", "row_no", "state", "person_name", "codes", "content_sealed", "identity_index")
"""What `Review.line` answers, in this order."""


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that decides what is said about a row of one batch."""

    setting: Setting
    context: PrecheckContext
    memory: Memory
    mapping: tuple[ColumnMapping, ...] = ()

    def precheck(self, cells: Sequence[CellValue], row_no: int) -> Content:
        """The cells as values, with every problem of theirs."""
        row = precheck_row(cells, self.mapping, row_no, self.context)
        meant = remembered_cells(cells, self.mapping, row.problems, self.memory, self.context) if self.memory else None
        if meant is not None:
            again = precheck_row(meant[0], self.mapping, row_no, self.context)
            row = replace(again, cells=row.cells, problems=(*again.problems, *placed(meant[1], row_no)))
        return Content(row, numbers=content.numbers_in(cells))

    def judge(self, found: Content, fact: Known) -> Content:
        """Adds what compliance says, at the user's own columns."""
        row, kinds = REVIEWS[ImportKind(self.setting.batch.kind)](self, found.row, fact)
        return replace(found, row=row, kinds=kinds)

    def header(self, field: str | None) -> str | None:
        """The user's header of the field."""
        column = column_of(self.mapping, field)
        return column.header if column else None

    def line(self, store: Store, row_id: int, found: Content, index: str) -> tuple:
        """A judged row as it is written (COLUMNS)."""
        row = found.row
        state = RowState.OK if row.ok else RowState.FAILED
        sealed = content.seal(store.vault, row_id, found)
        codes = content.codes_of(row.problems)
        return (row_id, self.setting.batch.id, row.row_no, state.value, row.name[:120], codes, sealed, index)


def _enroll(review: Review, row: CheckedRow, fact: Known) -> Judged:
    row = placed_in_window(review.setting, row)
    facts = enroll_facts(review.setting, row, fact)
    extra = [p.at(column=review.header(p.field)) for p in review_enroll(row, facts)]
    chosen = facts.choice.housing_rate_ppm
    if extra or chosen != row.housing_rate_ppm:
        row = replace(row, housing_rate_ppm=chosen, problems=(*row.problems, *extra))
    return row, facts.kinds


def _terminate(review: Review, row: CheckedRow, fact: Known) -> Judged:
    row = placed_in_window(review.setting, row)
    facts = terminate_facts(review.setting, fact, row.city_code)
    found = review_terminate(row, facts) if row.id_number else []
    extra = [p.at(column=review.header(p.field)) for p in found]
    return replace(row, problems=(*row.problems, *extra)), frozenset()


REVIEWS: Final[dict[ImportKind, Callable[[Review, CheckedRow, Known], Judged]]] = {
    ImportKind.ENROLL: _enroll,
    ImportKind.TERMINATE: _terminate,
    **change_facts.REVIEWS,
}
"""The compliance review of each kind of import."""


async def prepared(ports: Ports, batch: Batch) -> Review:
    """The review of a batch, with the columns that it was checked with (none before its first check)."""
    setting = await _setting(ports, batch)
    context = PrecheckContext(
        kind=ImportKind(batch.kind),
        today=business_day(ports.store.clock()),
        declaration_month=BillingMonth.of(batch.month),
        book=setting.book,
        default_city_code=batch.city_code,
        default_scheme=setting.default_scheme.name if setting.default_scheme else None,
        scheme_names=frozenset(setting.schemes),
    )
    mapping = tuple(mapping_of(column) for column in orjson.loads(batch.columns or "[]"))
    return Review(setting, context, await value_memory(setting.company.id), mapping)


async def review_cells(ports: Ports, batch: Batch, row_no: int, cells: Sequence[CellValue]) -> Content:
    """What the check would say about these cells as a row of that batch; nothing is stored.

    Whether the sheet names the person twice is not looked at: that is no property of one row.
    """
    review = await prepared(ports, batch)
    found = review.precheck(cells, row_no)
    index = identity_index(ports.store, found.row)
    facts = await known(review.setting, [index], [found.row])
    return review.judge(found, facts.get(index, NOBODY))


def mapping_of(column: Mapping) -> ColumnMapping:
    """A column as the batch keeps it."""
    source = MappingSource(column["source"]) if column.get("source") else None
    return ColumnMapping(column["index"], column["header"], column["field"], column["score"], source)


async def value_memory(company_id: int) -> Memory:
    """What the company's own words mean, by field."""
    memory: dict[str, dict[str, str]] = {}
    for r in await fetch("SELECT field, value, meaning FROM value_memory WHERE company_id = ?", [company_id]):
        memory.setdefault(r["field"], {})[r["value"]] = r["meaning"]
    return memory


async def _setting(ports: Ports, batch: Batch) -> Setting:
    creator = await actor_by_id(batch.creator_id) or SYSTEM
    company = await Company.get(id=batch.company_id)  # type: ignore[attr-defined]
    schemes = await visible(creator, company.id)
    default = next((s for s in schemes if s.id == batch.scheme_id), None)
    policies = QuickBook(await book(ports.store))
    around = await local(ports, policies)
    named, vault = {s.name: s for s in schemes}, ports.store.vault
    return Setting(batch, company, policies, named, default, local=around, vault=vault)
