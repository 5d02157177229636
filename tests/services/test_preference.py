"""A2.1: filters kept under a name: one's own, shared ones, and the one a list opens with."""

from __future__ import annotations

from typing import Any

import pytest

from app.container import Container
from db.models.preference import SavedFilter
from db.models.staff import Staff
from domain.errors import Refusal
from domain.preference import MOST_SAVED
from services import preference
from services.preference import NewFilter
from tests.factories import new_staff

QUERY = '{"state": "EFFECTIVE",  "city":"110000"}'


async def refused(call: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        await call
    return [p.code for p in caught.value.problems]


async def test_a_filter_is_kept_changed_shared_and_deleted(container: Container) -> None:
    ports = container.ports
    owner, _ = await new_staff(container, ["enrollment.read"])
    colleague, _ = await new_staff(container, ["enrollment.read"])
    outsider, _ = await new_staff(container, ["bill.read"])
    first = await preference.save(ports, owner, NewFilter("enrollments", " 北京在册 ", QUERY))
    (row,) = await preference.saved(owner, "enrollments")
    assert (row.name, row.query, row.own, row.shared, row.opens_list) == ("北京在册", QUERY, True, False, False)
    assert await preference.saved(colleague, "enrollments") == []
    assert await refused(preference.saved(outsider, "enrollments")) == ["forbidden"]
    taken = preference.save(ports, owner, NewFilter("enrollments", "北京在册", "{}"))
    assert await refused(taken) == ["filter_taken"]
    await preference.save(ports, owner, NewFilter("enrollments", "北京", QUERY, shared=True), first)
    (seen,) = await preference.saved(colleague, "enrollments")
    assert (seen.name, seen.own, seen.owner) == ("北京", False, owner.name)
    change = preference.save(ports, colleague, NewFilter("enrollments", "我的", "{}"), first)
    assert await refused(change) == ["not_found"]
    assert await refused(preference.delete(ports, colleague, first)) == ["not_found"]
    moved = preference.save(ports, owner, NewFilter("people", "北京", "{}"), first)
    assert await refused(moved) == ["forbidden"]
    await preference.open_with(ports, colleague, "enrollments", first)
    assert [r.opens_list for r in await preference.saved(colleague, "enrollments")] == [True]
    assert [r.opens_list for r in await preference.saved(owner, "enrollments")] == [False]
    await preference.open_with(ports, colleague, "enrollments", first)
    await Staff.filter(id=owner.staff_id).update(active=False)
    assert await preference.saved(colleague, "enrollments") == []
    await Staff.filter(id=owner.staff_id).update(active=True)
    await preference.delete(ports, owner, first)
    assert not await SavedFilter.exists()


async def test_what_a_list_opens_with_is_one_of_its_filters(container: Container) -> None:
    ports, (owner, _) = container.ports, await new_staff(container, ["enrollment.read", "bill.read"])
    mine = await preference.save(ports, owner, NewFilter("enrollments", "a", "{}"))
    other = await preference.save(ports, owner, NewFilter("enrollments", "b", "{}"))
    await preference.open_with(ports, owner, "enrollments", mine)
    await preference.open_with(ports, owner, "enrollments", other)
    assert [r.name for r in await preference.saved(owner, "enrollments") if r.opens_list] == ["b"]
    assert await refused(preference.open_with(ports, owner, "bills", mine)) == ["not_found"]
    marker = await SavedFilter.filter(list_name="~enrollments").get()
    assert await refused(preference.delete(ports, owner, marker.id)) == ["not_found"]
    await preference.open_with(ports, owner, "enrollments", None)
    assert not any(r.opens_list for r in await preference.saved(owner, "enrollments"))


async def test_limits(container: Container) -> None:
    ports, (owner, _) = container.ports, await new_staff(container, ["enrollment.read"])
    assert await refused(preference.save(ports, owner, NewFilter("nothing", "a", "{}"))) == ["list_unknown"]
    private = NewFilter("enrollments", "a", '{"search": "13900001234"}')
    assert await refused(preference.save(ports, owner, private)) == ["filter_personal"]
    first = 0
    for n in range(MOST_SAVED):
        first = await preference.save(ports, owner, NewFilter("enrollments", f"{n}", "{}"))
    await preference.open_with(ports, owner, "enrollments", first)
    one_more = NewFilter("enrollments", "多一个", "{}")
    assert await refused(preference.save(ports, owner, one_more)) == ["filter_too_many"]
    await preference.save(ports, owner, NewFilter("enrollments", "改名", "{}"), first)
