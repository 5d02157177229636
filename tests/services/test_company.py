"""Companies: names are compared exactly, trees decide what is seen, wrong input is told field by field."""

from __future__ import annotations

import pytest

from app.container import Container
from db.models.company import Company
from domain.errors import Refusal
from services import company
from services.company import NewCompany
from services.paging import Window
from tests.factories import account, company_id, new_staff


async def test_rare_characters_and_capitals_make_different_names(container: Container) -> None:
    """Two clients whose names a loose collation would take for one."""
    admin = await account("admin")
    for name in ("𠮷田有限公司", "𡈽田有限公司", "Abc 有限公司", "ABC 有限公司"):
        await company.create(container.ports, admin, NewCompany(name))
    with pytest.raises(Refusal, match="taken"):
        await company.create(container.ports, admin, NewCompany("𠮷田有限公司"))


async def test_wrong_input_is_told_all_at_once(container: Container) -> None:
    new = NewCompany(
        "某", credit_code="91110108MA01ABCD00", city_code="999999", injury_class=9, housing_rate_ppm=130_000
    )
    with pytest.raises(Refusal) as refused:
        await company.create(container.ports, await account("admin"), new)
    assert {p.field for p in refused.value.problems} == {"name", "creditCode", "cityCode", "injuryClass", "housingRate"}
    assert not await Company.filter(name="某").exists()


async def test_a_branch_is_added_only_below_what_one_sees(container: Container) -> None:
    ports = container.ports
    limited, _ = await new_staff(container, ["company.write", "company.read"], "远航物流集团有限公司")
    with pytest.raises(Refusal, match="parent_needed"):
        await company.create(ports, limited, NewCompany("新公司一"))
    with pytest.raises(Refusal, match="not_found"):
        await company.create(ports, limited, NewCompany("新公司二", parent_id=await company_id()))
    made = await company.create(
        ports, limited, NewCompany("远航物流（武汉）有限公司", parent_id=await company_id("远航物流集团有限公司"))
    )
    assert (await company.by_ids(limited, [made]))[0] is not None
    other, _ = await new_staff(container, ["company.read"], "蓝天餐饮管理有限公司")
    assert await company.by_ids(other, [made]) == [None]
    assert [c.name for c in (await company.find(other, "", Window(50))).rows] == ["蓝天餐饮管理有限公司"]
