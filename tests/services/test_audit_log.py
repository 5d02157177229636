"""A9.1, T7: the audit log is narrowed down, exported as a workbook, and the export is noted itself."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from app.container import Container
from db.models.audit import Audit
from domain.errors import Refusal
from services import audit, company, file
from services.audit import Filter
from services.company import CompanyDetails
from services.paging import Window
from tests.factories import account, company_id, later, new_staff


async def test_filters(container: Container) -> None:
    """A9.1: by actor, act, kind of subject, company with its branches, and by days in China."""
    ports, admin = container.ports, await account("admin")
    group, shanghai = await company_id("远航物流集团有限公司"), await company_id("远航物流（上海）有限公司")
    await company.update(ports, admin, shanghai, CompanyDetails("远航物流（上海）有限公司", None, "310000", 4, 70_000))
    await later(container, hours=14)  # 2026-11-11 00:00 in China
    await company.update(
        ports, admin, await company_id(), CompanyDetails("晨光科技有限公司", None, "310000", 2, 120_000)
    )
    changes = {"act": "company.update"}

    async def found(**wanted: object) -> list[int]:
        page = await audit.log(admin, Window(), Filter(**(changes | wanted)))  # type: ignore[arg-type]
        return [int(r.subject.split()[1]) for r in page.rows]

    own = await company_id()
    assert await found() == [own, shanghai]
    assert await found(company_id=group) == [shanghai]
    assert await found(to_day=date(2026, 11, 10)) == [shanghai]
    assert await found(from_day=date(2026, 11, 11)) == [own]
    assert await found(actor="管理") == [own, shanghai]
    assert await found(actor="%") == []
    assert await found(subject_kind="staff") == []
    reader, _ = await new_staff(container, ["audit.read"], "远航物流集团有限公司")
    seen = (await audit.log(reader, Window())).rows
    assert [r.subject for r in seen if r.act == "company.update"] == [f"company {shanghai}"]
    with pytest.raises(Refusal, match="not_found"):
        await audit.log(reader, Window(), Filter(company_id=own))


async def test_the_export_is_noted_and_bounded(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """A9.1: what is exported is what is seen; too much is refused; the export stands in the log."""
    ports, admin = container.ports, await account("admin")
    details = CompanyDetails("远航物流（上海）有限公司", None, "310000", 4, 70_000)
    shanghai = await company_id(details.name)
    await company.update(ports, admin, shanghai, details)
    reader, _ = await new_staff(container, ["audit.read"], details.name)
    monkeypatch.setattr(audit, "CHUNK", 1)
    await company.update(ports, admin, shanghai, details)
    file_id = await audit.workbook(ports, reader, Filter(act="company.update", from_day=date(2026, 11, 1)))
    book = openpyxl.load_workbook(io.BytesIO((await file.content(ports, reader, file_id))[1]))
    rows = [row for row in book.active.iter_rows(values_only=True) if row[3] == "company.update"]
    assert [(row[0][:10], row[1], row[2]) for row in rows] == [("2026-11-10", "系统管理员", "修改公司")] * 2
    noted = await Audit.get(act="audit.workbook")
    assert (noted.actor_id, '"行数":2' in noted.detail, "2026-11-01" in noted.detail) == (reader.staff_id, True, True)
    monkeypatch.setattr(audit, "LARGEST_EXPORT", 1)
    with pytest.raises(Refusal, match="audit_too_many"):
        await audit.workbook(ports, reader, Filter())
    nobody, _ = await new_staff(container, ["company.read"])
    with pytest.raises(Refusal, match="forbidden"):
        await audit.workbook(ports, nobody, Filter())
    assert await Audit.filter(act="audit.workbook").count() == 1
