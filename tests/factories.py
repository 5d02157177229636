"""Making people, sheets and batches for tests, through the product's own acts."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from app.container import Container
from app.worker import drain
from db.models.company import Company
from db.models.staff import Role, RolePermission, Staff, StaffRole, StaffScope
from domain.actor import Actor
from domain.columns import ImportKind
from domain.identity import check_digit
from services import approval, batch, file, staff
from tests.moved_clock import MovedClock

HEADERS = ("姓名", "证件号码", "申报工资", "手机号", "银行卡号", "公积金比例")
_numbers = itertools.count(1)


def id_number(serial: int, birth: str = "19900101", area: str = "110105") -> str:
    """A made-up resident ID number with the right check digit."""
    first = f"{area}{birth}{serial % 1000:03d}"
    return first + check_digit(first)


def person(serial: int, base: str = "10000.00", **changes: str) -> dict[str, str]:
    """A good row of an enrolment sheet."""
    birth = f"19{70 + serial // 900 % 30:02d}0{1 + serial // 27000 % 9}1{serial // 900 % 10}"
    row = {
        "姓名": f"张{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}{'一二三四五六七八九十'[serial // 10 % 10]}",
        "证件号码": id_number(serial, birth),
        "申报工资": base,
        "手机号": f"139{serial:08d}",
        "银行卡号": "6222021234567890128",
        "公积金比例": "12%",
    }
    return row | changes


def sheet(rows: Iterable[dict[str, Any]], headers: Sequence[str] = HEADERS) -> bytes:
    """A workbook with a title line, a header and the rows; every value as it is given (text stays text)."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("增员")
    page.write(0, 0, "2026 年 11 月人员表")
    for column, header in enumerate(headers):
        page.write_string(2, column, header)
    for index, row in enumerate(rows):
        for column, header in enumerate(headers):
            value = row.get(header)
            if isinstance(value, str):
                page.write_string(3 + index, column, value)
            elif value is not None:
                page.write(3 + index, column, value)
    book.close()
    return buffer.getvalue()


async def account(username: str) -> Actor:
    """A demo account as an actor."""
    row = await Staff.get(username=username)
    found = await staff.actor(row.id)
    assert found is not None
    return found


async def company_id(name: str = "晨光科技有限公司") -> int:
    """A demo company's row id."""
    return (await Company.get(name=name)).id


async def new_staff(
    container: Container, permissions: Iterable[str], company: str | None = None, password: str = "!"
) -> tuple[Actor, str]:
    """A staff member with exactly these permissions, limited to a company's branch if one is named; and its name."""
    ids, serial = container.ports.store.ids, next(_numbers)
    username = f"staff{serial}-{ids.one()}"
    now = container.ports.store.clock()
    role = await Role.create(id=ids.one(), code=f"role-{ids.one()}", name="测试角色")
    for permission in permissions:
        await RolePermission.create(id=ids.one(), role_id=role.id, permission=permission)
    hashed = await staff.hash_password(password) if password != "!" else "!"
    row = await Staff.create(
        id=ids.one(),
        username=username,
        display_name=f"测试员{serial}",
        password_hash=hashed,
        created_at=now,
        password_changed_at=now,
    )
    await StaffRole.create(id=ids.one(), staff_id=row.id, role_id=role.id)
    if company is not None:
        await StaffScope.create(id=ids.one(), staff_id=row.id, company_id=await company_id(company))
    found = await staff.actor(row.id)
    assert found is not None
    return found, username


def key() -> str:
    """A fresh idempotency key."""
    return f"test-key-{next(_numbers):08d}"


async def checked(
    container: Container,
    content: bytes,
    company: str = "晨光科技有限公司",
    kind: ImportKind = ImportKind.ENROLL,
    month: int = 202611,
    scheme: str | None = None,
    name: str = "人员表.xlsx",
) -> int:
    """A batch whose check has ended."""
    ports, maker = container.ports, await account("zhuanyuan")
    stored = await file.upload(ports, maker, name, content)
    scheme_id = None
    if scheme is not None:
        from services import scheme as schemes

        scheme_id = next(s.id for s in await schemes.visible(maker) if s.name == scheme)
    new = batch.NewBatch(kind, await company_id(company), stored.id, month, None, scheme_id, again=True)
    batch_id = await batch.create(ports, maker, new, key())
    await drain(ports)
    return batch_id


async def enrolled(container: Container, content: bytes, **about: Any) -> int:
    """A batch carried all the way: its good rows are in the register."""
    batch_id = await checked(container, content, **about)
    ports, maker, reviewer = container.ports, await account("zhuanyuan"), await account("zhuguan")
    await batch.confirm(ports, maker, batch_id, key())
    waiting = (await approval.of_batches(reviewer, [batch_id]))[0]
    assert waiting is not None
    await approval.decide(ports, reviewer, waiting.id, True, "", key())
    await batch.submit(ports, maker, batch_id, key())
    await batch.record(ports, maker, batch_id, batch.Answer(accept_rest=True), key())
    await drain(ports)
    return batch_id


async def later(container: Container, **by: float) -> None:
    """Moves the clock on and renews the id lease, as the running product does every few minutes."""
    clock = container.ports.store.clock
    assert isinstance(clock, MovedClock)
    clock.forward(**by)
    await container.ports.store.ids.renew()


async def confirm_policies(container: Container, city_code: str = "110000") -> None:
    """The reviewer confirms every row of a city that waits for it, so that bills may be closed."""
    from services import policy

    rows = await policy.in_force(container.ports.store, city_code, None, None)
    await policy.confirm(container.ports, await account("zhuguan"), [v.id for v in rows], "与经办机构核对", key())
