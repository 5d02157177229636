"""A4.1: confirming policies, exchanging them as files, comparing months, and the impact of a change."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.container import Container
from app.settings import ROOT
from app.worker import drain
from db.models.audit import Audit
from db.models.bill import BillLine
from db.models.policy import Policy
from domain.actor import Actor
from domain.area import area_of
from domain.city_rule import RuleTopic
from domain.errors import Refusal
from domain.policy import Confidence, Kind, PolicyVersion, overlaps
from services import bill, file, policy
from services.policy import PolicyFormat
from services.policy.book import current
from services.policy.document import written
from services.policy_files import load_policies
from services.staff import SYSTEM
from tests.factories import account, company_id, confirm_policies, enrolled, key, later, person, sheet

BEIJING = "110000"


async def rows_of(container: Container, city: str = BEIJING) -> list[PolicyVersion]:
    return await policy.in_force(container.ports.store, city, None, None)


async def pension(container: Container, month: int = 202611) -> PolicyVersion:
    rows = await policy.in_force(container.ports.store, BEIJING, month, None)
    return next(v for v in rows if v.kind is Kind.PENSION and v.category == "employee")


async def uploaded(container: Container, rows: list[PolicyVersion], form: PolicyFormat = PolicyFormat.CSV) -> int:
    content = written(rows, form)
    return (await file.upload(container.ports, await account("zhuanyuan"), f"政策.{form}", content)).id


async def imported(container: Container, rows: list[PolicyVersion], who: str = "zhuanyuan") -> policy.Imported:
    stored = await uploaded(container, rows)
    if who != "zhuanyuan":
        content = written(rows, PolicyFormat.CSV)
        stored = (await file.upload(container.ports, await account(who), "政策.csv", content)).id
    return await policy.import_file(container.ports, await account(who), stored, False, key())


async def closed_month(container: Container, month: int = 202611) -> int:
    ports = container.ports
    drafted = await bill.draft_month(ports, await account("zhuanyuan"), month, await company_id())
    await drain(ports)
    await bill.confirm(ports, await account("zhuguan"), drafted.bill_ids[0], key())
    await bill.close(ports, await account("caiwu"), drafted.bill_ids[0], key())
    return drafted.bill_ids[0]


async def test_unconfirmed_rows_draft_a_bill_and_close_none(container: Container) -> None:
    """A4.1: the refusal names each row with its lines; after the reviewer's confirmation the bill closes."""
    ports, reviewer = container.ports, await account("zhuguan")
    await enrolled(container, sheet([person(1), person(2)]))
    drafted = await bill.draft_month(ports, await account("zhuanyuan"), 202611, await company_id())
    await drain(ports)
    await bill.confirm(ports, reviewer, drafted.bill_ids[0], key())
    with pytest.raises(Refusal) as refused:
        await bill.close(ports, await account("caiwu"), drafted.bill_ids[0], key())
    assert {p.code for p in refused.value.problems} == {"policies_unconfirmed"}
    told = next(p for p in refused.value.problems if "养老" in p.message)
    assert "北京职工养老保险" in told.message
    assert "2026-07 至 2027-06" in told.message
    assert told.value == "2 行"
    assert (await bill.one(reviewer, drafted.bill_ids[0])).state == "confirmed"
    await confirm_policies(container)
    await bill.close(ports, await account("caiwu"), drafted.bill_ids[0], key())


async def test_confirming_says_who_when_and_against_what(container: Container) -> None:
    """A4.1: a source is required, repetition moves nothing, and the row keeps who confirmed it."""
    ports, reviewer = container.ports, await account("zhuguan")
    row = await pension(container)
    before = (await policy.unconfirmed_counts(ports.store, [(BEIJING, 202611)]))[0]
    with pytest.raises(Refusal, match="policy_source_missing"):
        await policy.confirm(ports, reviewer, [row.id], "  ", key())
    with pytest.raises(Refusal, match="not_found"):
        await policy.confirm(ports, reviewer, [row.id, 1], "文号", key())
    with pytest.raises(Refusal, match="forbidden"):
        await policy.confirm(ports, await account("zhuanyuan"), [row.id], "文号", key())
    same = key()
    assert await policy.confirm(ports, reviewer, [row.id], "京人社发〔2026〕7号", same) == 1
    assert await policy.confirm(ports, reviewer, [row.id], "京人社发〔2026〕7号", same) == 1
    assert await policy.confirm(ports, reviewer, [row.id], "另一份文件", key()) == 0
    [found] = await policy.confirmations([row.id])
    assert (found.confirmed, found.by, found.source) == (True, "李主管", "京人社发〔2026〕7号")
    assert await policy.unconfirmed_counts(ports.store, [(BEIJING, 202611), (BEIJING, 202407)]) == [before - 1, 5]
    assert await Audit.filter(act="policy.confirm", subject_id=row.id).count() == 1


@pytest.mark.parametrize("form", list(PolicyFormat))
async def test_an_exported_city_comes_back_unchanged(container: Container, form: PolicyFormat) -> None:
    """A4.1: round trip exact, so importing an export changes nothing."""
    ports, maker = container.ports, await account("zhuanyuan")
    exported = await policy.export(ports, maker, BEIJING, form)
    row, content = await file.content(ports, maker, exported)
    assert row.name == f"北京政策.{form}"
    stored = await file.upload(ports, maker, row.name, content)
    done = await policy.import_file(ports, maker, stored.id, False, key())
    assert (done.added, done.replaced, done.problems, done.changes) == (0, 0, (), ())


async def test_a_new_version_ends_the_former_and_bills_keep_theirs(container: Container) -> None:
    """A4.1: history is kept; no change alters a closed month."""
    ports = container.ports
    await enrolled(container, sheet([person(1)]))
    await confirm_policies(container)
    bill_id = await closed_month(container)
    lines = await BillLine.filter(bill_id=bill_id).order_by("id").values()
    old = await pension(container)
    new = replace(old, effective_from=202701, effective_to=202712, base_max_fen=4_000_000, source="京人社发〔2027〕1号")
    done = await imported(container, [new])
    assert (done.added, done.replaced) == (1, 1)
    assert (await pension(container, 202612)).effective_to == 202612
    assert (await pension(container, 202701)).base_max_fen == 4_000_000
    former = await Policy.get(id=old.id)
    assert former.retired_at > 0
    assert (former.effective_to, former.revision) == (202706, 1)
    # The row that only ends earlier stays confirmed, the new one waits for it.
    both = [(await pension(container, 202612)).id, (await pension(container, 202701)).id]
    assert [c.confirmed for c in await policy.confirmations(both)] == [True, False]
    assert await BillLine.filter(bill_id=bill_id).order_by("id").values() == lines
    assert (await policy.versions_by_ids(ports.store, [old.id]))[old.id].effective_to == 202706


async def test_a_correction_is_a_new_revision_and_repeats_answer_alike(container: Container) -> None:
    """A4.1: same key and start: revision 2, the former row retired; the same key of the act answers the same."""
    ports, maker = container.ports, await account("zhuanyuan")
    old = await pension(container)
    stored = await uploaded(container, [replace(old, base_max_fen=3_700_000)])
    tried = await policy.import_file(ports, maker, stored, True, key())
    assert (tried.added, tried.replaced, (await pension(container)).id) == (0, 1, old.id)
    same = key()
    first = await policy.import_file(ports, maker, stored, False, same)
    again = await policy.import_file(ports, maker, stored, False, same)
    assert first == again
    [difference] = first.changes[0].differences
    assert (difference.fact, difference.before, difference.after) == ("base_max_fen", "36348.00", "37000.00")
    now = await Policy.get(id=(await pension(container)).id)
    assert (now.revision, now.base_max_fen, now.confirmed_at) == (2, 3_700_000, 0)
    with pytest.raises(Refusal, match="policy_retired"):
        await policy.confirm(ports, await account("zhuguan"), [old.id], "文号", key())


async def test_a_table_with_one_wrong_cell_is_refused_whole(container: Container) -> None:
    """A4.1: line, column and value of every problem, and nothing half done."""
    ports, maker = container.ports, await account("zhuanyuan")
    old = await pension(container)
    good = replace(old, effective_from=202701, effective_to=None)
    text = written([good, replace(good, kind=Kind.MEDICAL)], PolicyFormat.CSV).decode("utf-8-sig")
    text = text.replace("医疗保险", "医保", 1)
    stored = (await file.upload(ports, maker, "政策.csv", text.encode("gb18030"))).id
    before = await Policy.all().count()
    with pytest.raises(Refusal) as refused:
        await policy.import_file(ports, maker, stored, False, key())
    [problem] = refused.value.problems
    assert (problem.code, problem.row, problem.column, problem.value) == ("policy_cell", 3, "kind", "医保")
    assert "养老保险" in problem.remedy
    assert await Policy.all().count() == before


async def problems_of(container: Container, rows: list[PolicyVersion]) -> set[str]:
    stored = await uploaded(container, rows)
    done = await policy.import_file(container.ports, await account("zhuanyuan"), stored, True, key())
    return {p.code for p in done.problems}


async def test_what_an_import_refuses(container: Container) -> None:
    """A4.1: twice the same row, overlaps, certainty claimed by the importer, a city's wrong name or code."""
    old = await pension(container)
    later = replace(old, effective_from=202701, effective_to=202703)
    assert await problems_of(container, [later]) == {"policy_overlap"}
    assert await problems_of(container, [replace(old, note="甲"), replace(old, note="乙")]) == {"policy_twice"}
    sure = replace(old, confidence=Confidence.HIGH)
    assert await problems_of(container, [sure]) == {"policy_too_sure"}
    assert await problems_of(container, [replace(old, city="上海")]) == {"policy_cell"}
    assert await problems_of(container, [replace(old, city_code="999999")]) == {"policy_cell"}
    assert await problems_of(container, [replace(old, effective_from=202801, effective_to=None)]) == {"policy_gap"}


async def test_a_new_city_begins_with_its_first_rows(container: Container) -> None:
    """A4.1: a city that had no policies is there after the import."""
    old = await pension(container)
    done = await imported(container, [replace(old, city_code="130700", city="张家口")])
    assert done.added == 1
    assert [v.city for v in await rows_of(container, "130700")] == ["张家口"]


async def test_two_months_compared(container: Container) -> None:
    """A4.1: field by field; a kind that says the same has no differences."""
    found = await policy.comparison(container.ports.store, BEIJING, 202606, 202611)
    one = next(c for c in found if c.row.kind is Kind.PENSION and c.row.category == "employee")
    told = {d.fact: (d.before, d.after) for d in one.differences}
    assert told["base_max_fen"] == ("35811.00", "36348.00")
    assert "employer_rate_max_ppm" not in told
    same = await policy.comparison(container.ports.store, BEIJING, 202610, 202611)
    assert not any(c.differences for c in same)


async def previewed(container: Container, rows: list[PolicyVersion], who: Actor | None = None) -> policy.Impact:
    actor = who or await account("zhuanyuan")
    content = written(rows, PolicyFormat.CSV)
    stored = await file.upload(container.ports, actor, "政策.csv", content)
    return await policy.preview(container.ports, actor, stored.id)


async def test_the_impact_of_a_raised_limit(container: Container) -> None:
    """A4.1: people and fen by side, the closed month's differences, and nothing written."""
    await enrolled(container, sheet([person(1, "10000"), person(2, "60000"), person(3, "36348")]))
    await confirm_policies(container)
    await closed_month(container)
    raised = replace(await pension(container), base_max_fen=4_000_000)
    before = await Policy.all().count()
    seen = await previewed(container, [raised])
    # Only the person above the limit moves: 40,000 − 36,348 = 3,652 yuan of base.
    assert (seen.month, seen.people, len(seen.changes)) == (202611, 1, 1)
    [kind] = seen.kinds
    assert (kind.kind, kind.people) == (Kind.PENSION, 1)
    assert kind.employer_after - kind.employer_before == 365_200 * 16 // 100
    assert kind.employee_after - kind.employee_before == 365_200 * 8 // 100
    assert kind.employer_before == 581_568 + 160_000 + 581_568
    [month] = seen.closed_months
    assert (month.month, month.people, month.employer_fen, month.employee_fen) == (202611, 1, 58_432, 29_216)
    assert await Policy.all().count() == before
    # What the preview said is what the next bill settles.
    await later(container, hours=1)
    await imported(container, [raised])
    await confirm_policies(container)
    drafted = await bill.draft_month(container.ports, await account("zhuanyuan"), 202612, await company_id())
    await drain(container.ports)
    lines = await BillLine.filter(bill_id=drafted.bill_ids[0], line_type="difference").values_list(
        "employer_fen", "employee_fen"
    )
    assert lines == [(58_432, 29_216)]


async def test_the_impact_shows_only_the_own_branch_and_words_move_nothing(container: Container) -> None:
    """A4.1, T8: a branch sees the amounts of its own people; another source text moves no amounts."""
    await enrolled(container, sheet([person(2, "60000")]))
    raised = replace(await pension(container), base_max_fen=4_000_000)
    assert (await previewed(container, [raised])).people == 1
    stranger = await previewed(container, [raised], await account("fenzhi"))
    assert (stranger.people, stranger.kinds, len(stranger.changes)) == (0, (), 1)
    words = await previewed(container, [replace(await pension(container), source="另一个依据")])
    assert (words.month, words.people, words.kinds, len(words.changes)) == (None, 0, (), 1)


async def test_the_book_follows_an_import(container: Container) -> None:
    """A4.1: the cached book is renewed, and retired rows leave it."""
    before = len(await current([BEIJING]))
    await imported(container, [replace(await pension(container), note="改写")])
    assert (await pension(container)).note == "改写"
    assert len(await current([BEIJING])) == before == len(await rows_of(container))


async def test_local_rules_say_what_is_unknown_until_staff_set_it(container: Container) -> None:
    """A4.1: found rules with source and confidence; the window is unknown, never invented, until somebody sets it."""
    ports, maker = container.ports, await account("zhuanyuan")
    [beijing] = await policy.rules(["北京"])
    assert [r.text for r in beijing if not r.known] == ["申报期未知，请向经办机构确认后填写"]
    assert all(r.source for r in beijing if r.known)
    assert any(r.topic is RuleTopic.HOTLINE and r.text.startswith("010-12333") for r in beijing)
    assert any(r.city == "全国" for r in beijing)
    new = policy.NewRule(BEIJING, RuleTopic.ENROLL_WINDOW, "社保", "每月 1 日至 20 日", 20, "2026-11-09 电话 010-12333")
    with pytest.raises(Refusal, match="rule_number"):
        await policy.set_rule(ports, maker, replace(new, number=32), key())
    with pytest.raises(Refusal, match="rule_text"):
        await policy.set_rule(ports, maker, replace(new, source=" "), key())
    with pytest.raises(Refusal, match="forbidden"):
        await policy.set_rule(ports, await account("zhuguan"), new, key())
    await policy.set_rule(ports, maker, new, key())
    [beijing] = await policy.rules(["北京"])
    window = [r for r in beijing if r.topic is RuleTopic.ENROLL_WINDOW and r.city == "北京"]
    assert [(r.text, r.number, r.known) for r in window] == [("每月 1 日至 20 日", 20, True)]
    # Loading again does not bring back what staff replaced.
    await policy.load(ports, SYSTEM, ROOT / "policies")
    assert [beijing] == await policy.rules(["北京"])


async def test_cities_of_which_little_was_found_are_in_and_never_certain(container: Container) -> None:
    """A4.1: dated rows of further cities, each with its source; none of them closes a bill unconfirmed."""
    rows = load_policies(ROOT / "policies" / "partial")
    complete = {v.city_code for v in load_policies(ROOT / "policies")}
    assert len({v.city_code for v in rows}) == 105
    assert not complete & {v.city_code for v in rows}
    assert not overlaps(rows)
    assert all(v.source and v.note and v.confidence is not Confidence.HIGH for v in rows)
    # 雄安 has no code in GB/T 2260; its statistical one is used, and its file says so.
    strange = {(v.city_code, v.city) for v in rows if v.city not in (area_of(v.city_code) or "")}
    assert strange == {("133100", "雄安")}
    pension, sanya = await policy.in_force(container.ports.store, "460200", 202611, None)
    assert (sanya.kind, sanya.base_max_fen) == (Kind.HOUSING_FUND, 3_009_927)
    assert (pension.kind, pension.confidence) == (Kind.PENSION, Confidence.LOW)


def test_a_period_that_was_assumed_is_said_and_low() -> None:
    """A4.1: where the source names no months the row says which were assumed, and its confidence is low."""
    rows = load_policies(ROOT / "policies" / "partial")
    assumed = [v for v in rows if "推定为" in v.note or "月推定" in v.note]
    assert all(v.confidence is Confidence.LOW and "须核实后确认" in v.note for v in assumed)
    funds = [v for v in assumed if v.kind is Kind.HOUSING_FUND]
    assert len(funds) == 77
    assert all((v.effective_from % 100, v.effective_to) == (7, v.effective_from + 99) for v in funds)
    pensions = [v for v in assumed if v.kind is Kind.PENSION]
    assert {(v.effective_from % 100, v.effective_to - v.effective_from) for v in pensions if v.effective_to} == {
        (1, 11)
    }
    nanchang = next(v for v in funds if v.city == "南昌")
    assert (nanchang.base_min_fen, nanchang.base_max_fen) == (None, 3_016_500), "an unknown limit stays unknown"


def test_sources_name_the_fact_and_no_trail() -> None:
    """A4.1: issuing body and document number stay; paths and commits of compilations do not."""
    rows = load_policies(ROOT / "policies") + load_policies(ROOT / "policies" / "partial")
    trail = re.compile(r"@[0-9a-f]{7}|\bvia\b|\.json\b|third-party|general knowledge")
    assert [v.source for v in rows if trail.search(v.source) or not v.source] == []
