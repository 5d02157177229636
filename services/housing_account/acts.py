"""Keeping accounts by hand: entering a number, sealing and unsealing, and seeing a number in full."""

from __future__ import annotations

from db.models.housing_account import HousingAccount, HousingEvent
from db.scope import company_sql
from db.sql import fetch, fetch_value, locking
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from domain.housing_account import AccountState, HousingAct, check_manual, state_after, tidy_number
from domain.reason import stated
from services.housing_account.reads import NUMBER
from services.ports import Ports


async def set_number(ports: Ports, actor: Actor, account_id: int, number: str) -> int:
    """Enters or corrects an account's number. Refused (`housing_account_taken`) when somebody else has it there."""
    actor.require("housing_account.write")
    tidy = tidy_number(number)
    async with work(ports.store, actor) as unit:
        account = await _locked(unit, account_id)
        index = ports.store.vault.index(NUMBER, tidy)
        holder = await fetch_value(
            "SELECT person_id FROM housing_account WHERE number_index = ? AND city_code = ? AND id <> ?"
            + locking(unit.connection),
            [index, account.city_code, account.id],
        )
        if holder is not None:
            raise Refusal(taken().at(field="number"))
        account.number_sealed = ports.store.vault.seal_text(NUMBER, account.id, tidy)
        account.number_index = index
        if account.state == AccountState.OPENING:
            account.state = AccountState.ACTIVE
        await account.save(update_fields=["number_sealed", "number_index", "state"])
        await _event(unit, account, HousingAct.NUMBER, account.since_month, "")
        await unit.audit("housing_account.number", "housing_account", account.id, account.company_id)
    return account_id


async def change_state(ports: Ports, actor: Actor, account_id: int, act: HousingAct, month: int, reason: str) -> int:
    """Seals (封存) or unseals (启封) an account from a month on, for a stated reason."""
    actor.require("housing_account.write")
    why = stated(reason, "原因", "why", "例如：停薪留职、复工", "For example: unpaid leave, back at work")
    async with work(ports.store, actor) as unit:
        account = await _locked(unit, account_id)
        check_manual(act, AccountState(account.state))
        if month < account.since_month:
            raise Refusal(_too_early(account.since_month))
        account.state = state_after(act, numbered=account.number_index is not None)
        account.since_month = month
        await account.save(update_fields=["state", "since_month"])
        await _event(unit, account, act, month, why)
        await unit.audit(
            "housing_account.change",
            "housing_account",
            account.id,
            account.company_id,
            办理=act.value,
            月份=month,
            原因=why,
        )
    return account_id


async def reveal(ports: Ports, actor: Actor, account_id: int, reason: str) -> str | None:
    """The plain number, for a stated reason, noted in the audit log before it is shown. None where there is none."""
    actor.require("person.reveal")
    actor.require("housing_account.read")
    why = stated(
        reason, "查看原因", "why you need to see it", "例如：核对公积金中心回执", "For example: checking a receipt"
    )
    async with work(ports.store, actor) as unit:
        account = await _locked(unit, account_id)
        await unit.audit(
            "person.reveal", "person", account.person_id, account.company_id, 字段="housing_account", 原因=why
        )
    return ports.store.vault.open_text(NUMBER, account.id, account.number_sealed)


async def _locked(unit: Work, account_id: int) -> HousingAccount:
    account = await HousingAccount.filter(id=account_id).select_for_update().first()
    condition, values = company_sql(unit.actor, "company_id")
    if account is None or not await fetch(
        f"SELECT id FROM housing_account WHERE id = ? AND {condition}", [account_id, *values]
    ):
        raise Refusal(not_found("公积金账户", "housing-fund account"))
    return account


async def _event(unit: Work, account: HousingAccount, act: HousingAct, month: int, detail: str) -> None:
    await HousingEvent.create(
        id=unit.new_id(),
        account_id=account.id,
        act=act,
        month=month,
        company_id=account.company_id,
        detail=detail,
        recorded_by_id=unit.actor.staff_id,
        created_at=unit.now,
    )


def taken() -> Problem:
    """The refusal of a number that another person has; nobody is named."""
    return Problem(
        "housing_account_taken",
        "该公积金账号在本城市已登记给其他人员",
        "This housing-fund account is registered for somebody else in this city",
        "请与公积金中心核对账号",
        "Check the number with the housing-fund centre",
    )


def _too_early(since: int) -> Problem:
    return Problem(
        "housing_account_month",
        f"月份早于账户现状的起始月 {since // 100}-{since % 100:02d}",
        f"The month is before {since // 100}-{since % 100:02d}, when the account's present state began",
        "请填写之后的月份",
        "Enter that month or a later one",
        field="month",
    )
