"""People's housing-fund accounts (公积金个人账户): which act a change asks for, and what it makes of the account.

住房公积金管理条例 §15, §16: a unit opens an account for whom it hires or moves the account to itself, and seals it or
moves it away when somebody leaves; §24: an account is closed on retirement, death and settling abroad.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from domain.columns import ImportKind
from domain.errors import Problem, Refusal
from domain.precheck import StopReason


class AccountState(StrEnum):
    """`opening` is opened by a result that did not name its number yet; `moved` has gone to another unit or city."""

    OPENING = "opening"
    ACTIVE = "active"
    SEALED = "sealed"
    MOVED = "moved"
    CLOSED = "closed"


class HousingAct(StrEnum):
    """What the fund's centre is asked to do with an account."""

    OPEN = "open"
    UNSEAL = "unseal"
    TRANSFER_IN = "transfer_in"
    SEAL = "seal"
    TRANSFER_OUT = "transfer_out"
    CLOSE = "close"
    NUMBER = "number"
    UNDO = "undo"


ACCOUNT_STATE_LABELS: Final[dict[AccountState, tuple[str, str]]] = {
    AccountState.OPENING: ("待登记账号", "number to be entered"),
    AccountState.ACTIVE: ("正常缴存", "active"),
    AccountState.SEALED: ("封存", "sealed"),
    AccountState.MOVED: ("已转出", "moved away"),
    AccountState.CLOSED: ("已销户", "closed"),
}
HOUSING_ACT_LABELS: Final[dict[HousingAct, tuple[str, str]]] = {
    HousingAct.OPEN: ("开户", "open"),
    HousingAct.UNSEAL: ("启封", "unseal"),
    HousingAct.TRANSFER_IN: ("转入", "transfer in"),
    HousingAct.SEAL: ("封存", "seal"),
    HousingAct.TRANSFER_OUT: ("转出", "transfer out"),
    HousingAct.CLOSE: ("销户", "close"),
    HousingAct.NUMBER: ("登记账号", "number entered"),
    HousingAct.UNDO: ("撤销", "undone"),
}

_LEAVING: Final[dict[StopReason, HousingAct]] = {
    StopReason.TRANSFERRED: HousingAct.TRANSFER_OUT,
    StopReason.RETIRED: HousingAct.CLOSE,
    StopReason.DIED: HousingAct.CLOSE,
    StopReason.SETTLED_ABROAD: HousingAct.CLOSE,
}
_OPEN: Final = frozenset({AccountState.OPENING, AccountState.ACTIVE})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person's account: its state and company in this city, and whether there is one elsewhere."""

    state: AccountState | None = None
    company_id: int | None = None
    elsewhere: bool = False


NOTHING_KNOWN: Final = Known()


def act_for(
    change: ImportKind, known: Known, company_id: int, *, number_given: bool = False, reason: StopReason | None = None
) -> HousingAct | None:
    """The act that a row asks for; None when the account already stands as it should.

    `number_given`: the sheet names an account of the person, so there is one although we do not know it.
    """
    if change is ImportKind.TERMINATE:
        if known.state in (AccountState.MOVED, AccountState.CLOSED):
            return None
        return _LEAVING.get(reason, HousingAct.SEAL) if reason else HousingAct.SEAL
    if known.state is None or known.state is AccountState.CLOSED:
        return HousingAct.TRANSFER_IN if known.elsewhere or number_given else HousingAct.OPEN
    if known.company_id != company_id or known.state is AccountState.MOVED:
        return HousingAct.TRANSFER_IN
    return HousingAct.UNSEAL if known.state is AccountState.SEALED else None


def state_after(act: HousingAct, *, numbered: bool) -> AccountState:
    """The account's state when the centre has done the act; without a number it is still to be entered."""
    if act in (HousingAct.OPEN, HousingAct.UNSEAL, HousingAct.TRANSFER_IN, HousingAct.NUMBER):
        return AccountState.ACTIVE if numbered else AccountState.OPENING
    if act is HousingAct.SEAL:
        return AccountState.SEALED
    return AccountState.MOVED if act is HousingAct.TRANSFER_OUT else AccountState.CLOSED


def check_manual(act: HousingAct, state: AccountState) -> None:
    """Refuses (`housing_account_state`) to seal what is not open, or to unseal what is not sealed."""
    possible = state in _OPEN if act is HousingAct.SEAL else state is AccountState.SEALED
    if not possible:
        label, label_en = ACCOUNT_STATE_LABELS[state]
        what, what_en = HOUSING_ACT_LABELS[act]
        raise Refusal(
            Problem(
                "housing_account_state",
                f"账户{label}，不能{what}",
                f"The account is {label_en}; it is not possible to {what_en} it",
                "请核对账户的办理记录",
                "Look at the account's history",
                field="state",
                value=state.value,
            )
        )


def tidy_number(text: str) -> str:
    """An account number as it is stored: half width, no blanks, capitals. Refuses (`housing_account_form`) others."""
    number = "".join(normalize("NFKC", text).split()).upper()
    if not (4 <= len(number) <= 32 and number.replace("-", "").isalnum() and number.isascii()):
        raise Refusal(
            Problem(
                "housing_account_form",
                "公积金账号应为 4 至 32 位数字或字母",
                "A housing-fund account has 4 to 32 digits or letters",
                "请按公积金中心回执填写",
                "Enter it as the centre's receipt shows it",
                field="number",
            )
        )
    return number
