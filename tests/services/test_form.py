"""A3.1, A3.2: questionnaires by link: made, opened without an account, answered once, read masked, counted."""

from __future__ import annotations

from typing import Any

import pytest

from app.container import Container
from db.models.audit import Audit
from db.models.form import FormAnswer, FormLink
from db.sql import fetch_value
from domain.errors import Refusal
from domain.form import LinkState
from domain.form_questions import TOPICS, Form
from services import form
from services.form.public import MOST_MISSES
from services.paging import Window
from tests.factories import company_id, enrolled, key, later, new_staff, person, sheet

CLIENT, OTHER = "晨光科技有限公司", "远航物流（上海）有限公司"
STAFF = ["form.read", "form.write"]
IP = "192.0.2.1"
Given = dict[str, list[str]]


def joiner(**changes: str) -> Given:
    """Good answers of somebody who joins."""
    given = {
        "name": "李小明",
        "id_number": "11010519491231002X",
        "phone": "13900001234",
        "household": "local_urban",
        "entry_day": "2026-11-10",
        "first_insured": "yes",
        "has_fund": "no",
        "bank_card": "6222021234567890128",
        "bank_name": "某某银行",
        "address": "北京市朝阳区",
        "contact_name": "李大明",
        "contact_relation": "父亲",
        "contact_phone": "13900005678",
    }
    return {name: [value] for name, value in (given | changes).items()}


def leaver(kind: str = "voluntary", main: str = "pay", day: str = "2026-11-09", score: int = 4) -> Given:
    """Good answers of somebody who leaves."""
    given = {"last_day": day, "kind": kind, "main_reason": main, "destination": "rest", "would_return": "no"}
    ratings = {topic: [str(score)] for topic in TOPICS}
    return {name: [value] for name, value in given.items()} | ratings | {"reasons": [main]}


async def refused(call: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        await call
    return [p.code for p in caught.value.problems]


async def made(container: Container, which: Form = Form.LEAVING, count: int = 1, company: str = CLIENT) -> form.Made:
    """Links for people by name and phone."""
    actor, _ = await new_staff(container, STAFF)
    serial = container.ports.store.ids.one() % 10**7
    people = tuple(("张三", f"139{(serial + n) % 10**8:08d}") for n in range(count))
    new = form.NewLinks(which, company_id=await company_id(company), people=people)
    return await form.create(container.ports, actor, new, key())


async def token(container: Container, which: Form = Form.LEAVING, company: str = CLIENT) -> str:
    (found,) = (await made(container, which, 1, company)).tokens.values()
    return found


async def test_joiners_of_a_batch_are_asked_once(container: Container) -> None:
    """Links for the accepted rows of a batch; only a digest of the token is kept, and it is told once."""
    ports = container.ports
    batch_id = await enrolled(container, sheet([person(1), person(2), person(3) | {"申报工资": "面议"}]))
    actor, _ = await new_staff(container, STAFF)
    new, once = form.NewLinks(Form.ONBOARDING, batch_id=batch_id), key()
    first = await form.create(ports, actor, new, once)
    assert len(first.tokens) == 2
    stored = {link.token_hash for link in await FormLink.all()}
    assert not stored & set(first.tokens.values())
    again = await form.create(ports, actor, new, once)
    assert (again.ids, again.tokens) == (first.ids, {})
    assert await refused(form.create(ports, actor, new, key())) == ["form_all_open"]
    wrong = form.NewLinks(Form.LEAVING, batch_id=batch_id)
    assert await refused(form.create(ports, actor, wrong, key())) == ["form_batch_kind"]
    enrollment_id = await fetch_value("SELECT id FROM enrollment LIMIT 1")
    chosen = form.NewLinks(Form.ONBOARDING, enrollment_ids=(enrollment_id,))
    assert await refused(form.create(ports, actor, chosen, key())) == ["form_all_open"]
    stopped = form.NewLinks(Form.LEAVING, enrollment_ids=(enrollment_id,))
    assert await refused(form.create(ports, actor, stopped, key())) == ["not_found"]
    page = await form.find(ports, actor, form.Filter(batch_id=batch_id), Window())
    assert [row.name for row in page.rows] == [person(2)["姓名"], person(1)["姓名"]]
    opened = await form.open_form(ports, first.tokens[first.ids[0]], IP)
    assert (opened.company, opened.form) == (CLIENT, Form.ONBOARDING)
    shown = dict(opened.prefill)
    number = person(1)["证件号码"]
    assert shown["id_number"] == f"{number[0]}{'*' * 16}{number[-1]}"
    assert set(shown) == {"name", "id_number", "phone"}
    assert not any(plain in str(opened) for plain in (person(1)["手机号"], number, person(1)["姓名"]))


async def test_answers_are_taken_once_and_sealed(container: Container) -> None:
    ports, link = container.ports, await token(container, Form.ONBOARDING)
    bad = joiner(phone="1390000", id_number="110105194912310021", name="")
    assert await refused(form.answer(ports, link, bad, IP)) == ["answer_missing", "id_checksum", "phone_form"]
    assert not await FormAnswer.exists()
    await form.answer(ports, link, joiner(), IP)
    row = await FormAnswer.get()
    assert (row.month, row.reason, row.kind) == (202611, "", "")
    for plain in ("李小明", "13900001234", "11010519491231002X"):
        assert plain.encode() not in row.answers_sealed
        assert not any(plain in entry.detail for entry in await Audit.all())
    assert await refused(form.answer(ports, link, joiner(), IP)) == ["form_link_answered"]
    assert await refused(form.open_form(ports, link, IP)) == ["form_link_answered"]
    assert await FormAnswer.all().count() == 1


async def test_a_link_that_was_replaced_cancelled_or_late_opens_nothing(container: Container) -> None:
    """The old token after a new one, and a cancelled one, look exactly like one that never was."""
    ports, (actor, _) = container.ports, await new_staff(container, STAFF)
    first = await made(container)
    ((link_id, old),) = first.tokens.items()
    assert await refused(form.open_form(ports, "x" * 43, IP)) == ["form_link_invalid"]
    fresh = await form.resend(ports, actor, link_id)
    assert await refused(form.open_form(ports, old, IP)) == ["form_link_invalid"]
    assert (await form.open_form(ports, fresh, IP)).company == CLIENT
    await later(container, days=14)
    assert await refused(form.open_form(ports, fresh, IP)) == ["form_link_expired"]
    assert await refused(form.answer(ports, fresh, leaver(), IP)) == ["form_link_expired"]
    (row,) = (await form.find(ports, actor, form.Filter(state=LinkState.EXPIRED), Window())).rows
    assert row.state == "expired"
    assert (await form.find(ports, actor, form.Filter(state=LinkState.OPEN), Window())).total == 0
    renewed = await form.resend(ports, actor, link_id)
    await form.open_form(ports, renewed, IP)
    await form.cancel(ports, actor, link_id, "已线下收集")
    assert await refused(form.open_form(ports, renewed, IP)) == ["form_link_invalid"]
    assert await refused(form.resend(ports, actor, link_id)) == ["form_link_ended"]
    assert await refused(form.cancel(ports, actor, link_id, "再次")) == ["form_link_ended"]
    assert not await FormAnswer.exists()


async def test_guessing_is_slowed_down_by_address(container: Container) -> None:
    """E9: ten tokens that are none and the address waits, also with a right one; another address does not."""
    ports, right = container.ports, await token(container)
    for n in range(MOST_MISSES):
        assert await refused(form.open_form(ports, f"{n:043d}", IP)) == ["form_link_invalid"]
    assert await refused(form.open_form(ports, right, IP)) == ["form_too_often"]
    assert await refused(form.answer(ports, right, leaver(), IP)) == ["form_too_often"]
    assert (await form.open_form(ports, right, "192.0.2.2")).company == CLIENT


async def test_a_flood_of_right_requests_is_slowed_down_too(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.form.public.MOST_OPENED", 3)
    monkeypatch.setattr("services.form.public.MOST_ANSWERED", 2)
    ports, right = container.ports, await token(container)
    for _ in range(3):
        await form.open_form(ports, right, IP)
    assert await refused(form.open_form(ports, right, IP)) == ["form_too_often"]
    for _ in range(2):
        assert "answer_missing" in await refused(form.answer(ports, right, {}, IP))
    assert await refused(form.answer(ports, right, leaver(), IP)) == ["form_too_often"]


async def test_staff_read_answers_masked_within_their_scope(container: Container) -> None:
    """Differences from what is on file are shown masked; a plain value takes a reason and leaves a trace."""
    ports = container.ports
    batch_id = await enrolled(container, sheet([person(1)]))
    actor, _ = await new_staff(container, STAFF)
    links = await form.create(ports, actor, form.NewLinks(Form.ONBOARDING, batch_id=batch_id), key())
    ((link_id, link),) = links.tokens.items()
    assert await form.answers(ports, actor, link_id) is None
    given = joiner(name=person(1)["姓名"], id_number=person(1)["证件号码"], phone="13711112222")
    await form.answer(ports, link, given, IP)
    found = await form.answers(ports, actor, link_id)
    assert found is not None
    shown = {q.name: values for q, values in found.entries}
    assert shown["phone"] == ("1*********2",)
    assert shown["household"] == ("local_urban",)
    assert [(d.question.name, d.answered) for d in found.differences] == [("phone", "1*********2")]
    assert await refused(form.reveal(ports, actor, link_id, "phone", "录入系统")) == ["forbidden"]
    reader, _ = await new_staff(container, [*STAFF, "person.reveal"])
    assert await refused(form.reveal(ports, reader, link_id, "phone", " ")) == ["reason_needed"]
    assert await refused(form.reveal(ports, reader, link_id, "household", "录入系统")) == ["not_found"]
    assert await form.reveal(ports, reader, link_id, "phone", "录入系统") == "13711112222"
    assert await Audit.filter(act="form.reveal", actor_id=reader.staff_id).count() == 1
    stranger, _ = await new_staff(container, [*STAFF, "person.reveal"], OTHER)
    for call in (
        form.answers(ports, stranger, link_id),
        form.reveal(ports, stranger, link_id, "phone", "录入系统"),
        form.resend(ports, stranger, link_id),
        form.cancel(ports, stranger, link_id, "试一试"),
        form.create(ports, stranger, form.NewLinks(Form.ONBOARDING, batch_id=batch_id), key()),
    ):
        assert await refused(call) == ["not_found"]
    assert (await form.find(ports, stranger, form.Filter(), Window())).total == 0


async def test_who_is_asked_by_name_and_phone(container: Container) -> None:
    ports, (actor, _) = container.ports, await new_staff(container, STAFF, CLIENT)
    owner = await company_id()

    def people(*each: tuple[str, str], company: int | None = owner) -> form.NewLinks:
        return form.NewLinks(Form.LEAVING, company_id=company, people=each)

    wrong = people(("张三", "13900001111"), ("李四", "139"), ("王5", "13900001112"))
    with pytest.raises(Refusal) as caught:
        await form.create(ports, actor, wrong, key())
    assert [(p.code, p.row) for p in caught.value.problems] == [("phone_form", 2), ("name_character", 3)]
    done = await form.create(ports, actor, people(("张三", "13900001111"), ("张三", "139 0000 1111")), key())
    assert len(done.ids) == 1
    more = await form.create(ports, actor, people(("张三", "13900001111"), ("李四", "13900001112")), key())
    assert (len(more.ids), more.skipped) == (1, 1)
    other = people(("张三", "13900001111"), company=await company_id(OTHER))
    assert await refused(form.create(ports, actor, other, key())) == ["not_found"]
    nobody = form.NewLinks(Form.LEAVING)
    assert await refused(form.create(ports, actor, nobody, key())) == ["form_source"]
    reader, _ = await new_staff(container, ["form.read"])
    assert await refused(form.create(ports, reader, people(("张三", "13900001113")), key())) == ["forbidden"]


async def test_why_people_leave_is_counted_without_small_groups(container: Container) -> None:
    """A3.2: by month, company and kind of leaving; fewer than three are merged, and scope holds."""
    ports = container.ports
    said = [leaver("voluntary", "pay", "2026-11-09", 5)] * 4 + [leaver("voluntary", "growth", "2026-10-20", 2)] * 3
    said += [leaver("involuntary", "company", "2026-09-30", 1), leaver("retirement", "retired", "2026-09-30", 3)]
    for given, link in zip(said, (await made(container, count=9)).tokens.values(), strict=True):
        await form.answer(ports, link, given, IP)
    await form.answer(ports, await token(container, company=OTHER), leaver(main="health"), IP)
    actor, _ = await new_staff(container, STAFF)
    found = await form.leaving(ports, actor, 202601, 202611)
    assert found.answers == 10
    assert [(s.key, s.people) for s in found.reasons] == [("pay", 4), ("growth", 3), ("", 3)]
    # Two in September are too few, so the smallest other month goes with them.
    assert [(b.key, b.people) for b in found.by_month] == [("202611", 5), ("", 5)]
    assert [(b.label, b.people) for b in found.by_company] == [("其他（少于 3 人合并）", 10)]
    # One dismissed and one retired are two, so those who left of their own will go with them.
    assert [(b.key, b.people) for b in found.by_kind] == [("", 10)]
    assert all(s.people >= 3 for b in (*found.by_month, *found.by_company, *found.by_kind) for s in b.reasons)
    assert {r.answers for r in found.ratings} == {10}
    assert found.ratings[0].mean == round(100 * (5 * 4 + 2 * 3 + 1 + 3 + 4) / 10)
    branch, _ = await new_staff(container, STAFF, OTHER)
    alone = await form.leaving(ports, branch, 202601, 202611)
    assert (alone.answers, alone.reasons, alone.by_month, alone.ratings) == (1, (), (), ())
    assert await refused(form.leaving(ports, actor, 202611, 202610)) == ["months_order"]
    assert await refused(form.leaving(ports, actor, 202001, 202611)) == ["months_too_many"]
