"""The worker's part of a submission: one declaration a channel and city, each with its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from anyio import to_thread

from db.clock import business_day
from db.models.batch import Batch
from db.models.company import Company
from db.models.declaration import Declaration
from db.transaction import Work, work
from domain.columns import CHANGE_KINDS, CellValue, ImportKind
from domain.declaration import CHANNEL_LABELS, Channel, DeclarationLine, Layout
from domain.period import BillingMonth
from domain.policy import KIND_LABELS, KIND_ORDER
from services import file
from services.batch.change_list import list_form, list_line
from services.declaration.lines import lines_of
from services.policy import book
from services.ports import DeclarationForm, Filed, Ports
from services.staff import SYSTEM

MADE, HANDED_IN = "made", "handed_in"


@dataclass
class _Form:
    """A declaration being filled."""

    layout: Layout
    form: DeclarationForm
    rows: int = 0


@dataclass
class _Desk:
    """All declarations of a batch being filled, and the general list that the batch itself keeps."""

    ports: Ports
    batch: Batch
    company: str
    only: Channel | None = None
    forms: dict[tuple[Channel, str], _Form] = field(default_factory=dict)
    general: list[list[CellValue]] = field(default_factory=list)

    def take(self, lines: Sequence[DeclarationLine]) -> None:
        """Sorts a chunk of lines into the forms of their channels; off the event loop."""
        sorted_lines: dict[tuple[Channel, str], list[DeclarationLine]] = {}
        for line in lines:
            self.general.append(_general(self.batch, line, len(self.general) + 1))
            plan = self.ports.bureau.plan(line.city_code)
            for channel in plan.of(line.kinds):
                if self.only in (None, channel):
                    part = replace(line, kinds=line.kinds & plan.kinds[channel])
                    sorted_lines.setdefault((channel, line.city_code), []).append(part)
        for (channel, city_code), some in sorted_lines.items():
            found = self._form(channel, city_code)
            if found is not None:
                found.form.add(some)
                found.rows += len(some)

    def _form(self, channel: Channel, city_code: str) -> _Form | None:
        key = (channel, city_code)
        if key not in self.forms:
            layout = self.ports.bureau.layout(channel, ImportKind(self.batch.kind), city_code)
            if layout is None:
                return None
            self.forms[key] = _Form(layout, self.ports.bureau.begin(layout, self.company, self.batch.month))
        return self.forms[key]


async def declare(ports: Ports, batch_id: int) -> None:
    """Makes the declarations of a submitted batch; run again, it adds nothing."""
    batch = await Batch.get(id=batch_id)
    if batch.declaration_file_id is not None:
        return
    desk = await _filled(ports, batch, None, None)
    filed = await to_thread.run_sync(_finish, desk)
    title, headers, money = _general_form(batch)
    made = await to_thread.run_sync(ports.sheets.table_workbook, title, headers, desk.general, money)
    async with work(ports.store, SYSTEM) as unit:
        fresh = await Batch.filter(id=batch_id).select_for_update().get()
        if fresh.declaration_file_id is not None:
            return
        company_id = fresh.company_id  # type: ignore[attr-defined]
        name = f"{title}_{fresh.number}_{business_day(unit.now):%Y%m%d}.xlsx"
        fresh.declaration_file_id = await file.keep(ports, unit, name, file.XLSX, made, "declaration", company_id)
        await fresh.save(update_fields=["declaration_file_id"])
        for (channel, city_code), (form, result) in filed.items():
            await _keep(ports, unit, fresh, (channel, city_code, 1), form, result)
        await unit.audit("batch.declared", "batch", batch_id, company_id, 人数=len(desk.general))


async def declare_again(ports: Ports, batch_id: int, channel: Channel, round: int, row_ids: Sequence[int]) -> None:
    """The next round of a channel with the corrected rows alone; run again, it adds nothing."""
    batch = await Batch.get(id=batch_id)
    desk = await _filled(ports, batch, channel, row_ids)
    filed = await to_thread.run_sync(_finish, desk)
    async with work(ports.store, SYSTEM) as unit:
        fresh = await Batch.filter(id=batch_id).select_for_update().get()
        for (_, city_code), (form, result) in filed.items():
            await _keep(ports, unit, fresh, (channel, city_code, round), form, result)


async def _filled(ports: Ports, batch: Batch, only: Channel | None, row_ids: Sequence[int] | None) -> _Desk:
    company = await Company.get(id=batch.company_id)  # type: ignore[attr-defined]
    desk = _Desk(ports, batch, company.name, only)
    async for lines in lines_of(ports, batch, await book(ports.store), row_ids):
        await to_thread.run_sync(desk.take, lines)
    return desk


def _finish(desk: _Desk) -> dict[tuple[Channel, str], tuple[_Form, Filed]]:
    return {key: (form, form.form.done()) for key, form in desk.forms.items()}


async def _keep(
    ports: Ports, unit: Work, batch: Batch, key: tuple[Channel, str, int], form: _Form, filed: Filed
) -> None:
    """Stores a declaration with its workbook, unless it is there already."""
    channel, city_code, round_no = key
    of_batch = Declaration.filter(batch_id=batch.id, channel=channel.value, city_code=city_code, round=round_no)
    if await of_batch.exists():
        return
    company_id = batch.company_id  # type: ignore[attr-defined]
    file_id = None
    if filed.content is not None:
        again = f"_第{round_no}次" if round_no > 1 else ""
        name = f"{form.layout.title}_{CHANNEL_LABELS[channel][0]}_{batch.number}{again}.xlsx"
        file_id = await file.keep(ports, unit, name, file.XLSX, filed.content, "declaration", company_id)
    row_id = unit.new_id()
    await Declaration.create(
        id=row_id,
        batch_id=batch.id,
        company_id=company_id,
        channel=channel.value,
        city_code=city_code,
        round=round_no,
        layout=form.layout.key,
        state=HANDED_IN if filed.number else MADE,
        file_id=file_id,
        row_count=form.rows,
        number=filed.number,
        handed_at=unit.now if filed.number else 0,
        created_at=unit.now,
    )
    await unit.audit("declaration.made", "declaration", row_id, company_id, 人数=form.rows, 缺项=dict(filed.missing))


def _general_form(batch: Batch) -> tuple[str, list[str], list[int]]:
    """Title, headers and money columns of the list that holds everybody of the batch."""
    if batch.kind in CHANGE_KINDS:
        return list_form(ImportKind(batch.kind))
    if batch.kind == ImportKind.TERMINATE:
        return "参保人员减少表", ["序号", "姓名", "证件号码", "最后缴费月", "停保原因"], []
    headers = ["序号", "姓名", "证件号码", "参保城市", "参加险种", "申报工资", "起始月", "手机号"]
    return "参保人员增加表", headers, [5]


def _general(batch: Batch, line: DeclarationLine, number: int) -> list[CellValue]:
    row = line.row
    if batch.kind in CHANGE_KINDS:
        return list_line(ImportKind(batch.kind), number, row)
    if batch.kind == ImportKind.TERMINATE:
        month = str(BillingMonth.of(row.last_month or batch.month))
        return [number, row.name, row.id_number, month, row.stop_reason or ""]
    kinds = "、".join(KIND_LABELS[k] for k in sorted(line.kinds, key=KIND_ORDER.__getitem__))
    month = str(BillingMonth.of(row.start_month or batch.month))
    return [number, row.name, row.id_number, line.city, kinds, row.base_fen, month, row.phone or ""]
