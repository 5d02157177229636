"""Adding suppliers, changing them, taking them out of use."""

from __future__ import annotations

from db.models.policy import Scheme
from db.models.supplier import Supplier
from db.transaction import work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal, has_errors
from domain.reason import stated
from domain.supplier import SupplierDetails, SupplierState, check_supplier
from services.ports import Ports


def keeps(actor: Actor) -> None:
    """Suppliers belong to no client: they are kept by staff with the permission who see every company."""
    actor.require("supplier.write")
    if actor.scope is not None:
        raise Refusal(
            Problem(
                "supplier_everyones",
                "供应商由不限数据范围的管理员维护",
                "Suppliers are kept by staff who see every company",
                "请联系不限数据范围的管理员",
                "Ask somebody who sees every company",
            )
        )


async def locked(supplier_id: int) -> Supplier:
    """The supplier's locked row: acts on one supplier come one after the other."""
    row = await Supplier.filter(id=supplier_id).select_for_update().first()
    if row is None:
        raise Refusal(not_found("供应商", "supplier"))
    return row


async def create(ports: Ports, actor: Actor, details: SupplierDetails) -> int:
    """Adds a supplier; answers its id."""
    keeps(actor)
    _refuse(check_supplier(details))
    async with work(ports.store, actor) as unit:
        await _unique(details, 0)
        row_id = unit.new_id()
        await Supplier.create(
            id=row_id,
            name=details.name.strip(),
            credit_code=_code(details),
            state=SupplierState.ACTIVE.value,
            note=details.note.strip(),
            created_at=unit.now,
        )
        await unit.audit("supplier.create", "supplier", row_id, 名称=details.name.strip())
    return row_id


async def update(ports: Ports, actor: Actor, supplier_id: int, details: SupplierDetails) -> int:
    """Changes name, credit code and note."""
    keeps(actor)
    _refuse(check_supplier(details))
    async with work(ports.store, actor) as unit:
        row = await locked(supplier_id)
        await _unique(details, supplier_id)
        new = {"name": details.name.strip(), "credit_code": _code(details), "note": details.note.strip()}
        changed = {name: f"{getattr(row, name) or '—'} → {value or '—'}" for name, value in new.items()}
        changed = {name: text for name, text in changed.items() if (getattr(row, name) or "") != (new[name] or "")}
        await Supplier.filter(id=supplier_id).update(**new)
        words = {"name": "名称", "credit_code": "信用代码", "note": "备注"}
        detail = {words[name]: text for name, text in changed.items()}
        await unit.audit("supplier.update", "supplier", supplier_id, None, **detail)
    return supplier_id


async def deactivate(ports: Ports, actor: Actor, supplier_id: int, reason: str) -> int:
    """Takes a supplier out of use; refused while schemes are carried out by it, and they are named."""
    keeps(actor)
    why = stated(reason, "停用原因", "why it is taken out of use", "例如：合同到期不再续签", "The contract ran out")
    async with work(ports.store, actor) as unit:
        row = await locked(supplier_id)
        if row.state != SupplierState.ACTIVE:
            raise Refusal(_state_problem("supplier_inactive", "该供应商已停用", "It is out of use already"))
        users = await Scheme.filter(supplier_id=supplier_id).order_by("name").values_list("name", flat=True)
        if users:
            raise Refusal(_in_use([str(name) for name in users]))
        await unit.audit("supplier.deactivate", "supplier", supplier_id, 名称=row.name, 原因=why)
        await Supplier.filter(id=supplier_id).update(state=SupplierState.INACTIVE.value)
    return supplier_id


async def reactivate(ports: Ports, actor: Actor, supplier_id: int) -> int:
    """Takes a supplier into use again."""
    keeps(actor)
    async with work(ports.store, actor) as unit:
        row = await locked(supplier_id)
        if row.state != SupplierState.INACTIVE:
            raise Refusal(_state_problem("supplier_active", "该供应商正在使用", "It is in use already"))
        await unit.audit("supplier.reactivate", "supplier", supplier_id, 名称=row.name)
        await Supplier.filter(id=supplier_id).update(state=SupplierState.ACTIVE.value)
    return supplier_id


async def usable(supplier_id: int) -> Supplier:
    """The locked row of a supplier in use, for a scheme that is to be carried out by it."""
    row = await locked(supplier_id)
    if row.state != SupplierState.ACTIVE:
        problem = _state_problem("supplier_inactive", f"供应商 {row.name} 已停用", "This supplier is out of use")
        raise Refusal(problem.at(field="supplierId"))
    return row


async def _unique(details: SupplierDetails, supplier_id: int) -> None:
    taken = []
    if await Supplier.filter(name=details.name.strip()).exclude(id=supplier_id).exists():
        taken.append(_taken("name", "供应商名称", "name", details.name.strip()))
    code = _code(details)
    if code and await Supplier.filter(credit_code=code).exclude(id=supplier_id).exists():
        taken.append(_taken("creditCode", "统一社会信用代码", "credit code", code))
    _refuse(taken)


def _code(details: SupplierDetails) -> str | None:
    return details.credit_code.strip().upper() or None


def _refuse(problems: list[Problem]) -> None:
    if has_errors(problems):
        raise Refusal(*problems)


def _taken(field: str, what: str, what_en: str, value: str) -> Problem:
    message, message_en = f"{what}已被使用", f"This {what_en} is in use"
    remedy, remedy_en = "请在列表中查找已有的供应商", "Look for the supplier in the list"
    return Problem("taken", message, message_en, remedy, remedy_en, field=field, value=value[:60])


def _state_problem(code: str, message: str, message_en: str) -> Problem:
    return Problem(code, message, message_en, "请刷新页面", "Reload the page")


def _in_use(names: list[str]) -> Problem:
    shown = "、".join(names[:10]) + ("等" if len(names) > 10 else "")
    return Problem(
        "supplier_in_use",
        f"{len(names)} 个方案由该供应商办理：{shown}",
        f"{len(names)} schemes are carried out by it: {shown}",
        "请先在这些方案中改选供应商",
        "Choose another supplier in these schemes first",
        value=str(len(names)),
    )
