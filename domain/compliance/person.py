"""What a review says about the person: other enrolments and requests, the blacklist, name, and the last month."""

from __future__ import annotations

from typing import Final

from domain.blacklist import Effect
from domain.compliance.facts import EnrollFacts, TerminateFacts, finding, kind_names
from domain.errors import Problem, Severity
from domain.payer import one_payer
from domain.period import BillingMonth
from domain.policy import Kind
from domain.precheck.row import CheckedRow

# Bureaus stop people from the current month or a few months back; what is older has been paid and comes back slowly.
_LONG_PAST: Final = 3


def conflicts(facts: EnrollFacts) -> list[Problem]:
    """Enrolled here already, on its way here already, or paid by another payer (who is never named)."""
    problems = []
    here = facts.kinds & facts.open_kinds_here
    if here:
        names, names_en = kind_names(here)
        problems.append(
            finding(
                "already_enrolled",
                f"此人在本单位已参加：{names}",
                f"Already enrolled at this company: {names_en}",
                "请删除该行；若要改基数或方案，请走异动",
                "Delete the row; to change base or scheme, use a change of enrolment",
                field="id_number",
            )
        )
    if facts.pending_here:
        problems.append(
            finding(
                "already_pending",
                "此人已有一笔增员在办理",
                "An enrolment of this person is already under way",
                "请等待该笔结果，或先撤回该笔",
                "Wait for its result, or withdraw it first",
                field="id_number",
            )
        )
    # Every employer insures its own people against work injury, so two at a time are right there.
    elsewhere = one_payer(facts.kinds & facts.open_kinds_elsewhere)
    if elsewhere:
        names, names_en = kind_names(elsewhere)
        problems.append(
            finding(
                "payer_conflict",
                f"此人同一月份已由其他单位缴纳：{names}",
                f"Another payer already covers this month: {names_en}",
                "请本人与原单位先办理停保，或只参加工伤保险",
                "The person asks the former payer to stop first, or is enrolled in work injury alone",
                field="id_number",
            )
        )
    waiting = one_payer(facts.kinds & facts.pending_elsewhere) - elsewhere
    if waiting:
        problems.append(_waiting_elsewhere(waiting))
    return problems


def _waiting_elsewhere(kinds: frozenset[Kind]) -> Problem:
    names, names_en = kind_names(kinds)
    return finding(
        "payer_waiting",
        f"此人另有一笔尚未提交的增员申请也要参加：{names}，同一月份只能由一个单位缴纳",
        f"Another request that is not yet submitted asks for the same kinds: {names_en}; a month has one payer",
        "请与本人核实由哪个单位参保；先提交的一方有效，后提交的将被退回",
        "Ask the person which employer it is; the request submitted first counts, the later one is turned down",
        Severity.WARNING,
        "id_number",
    )


# One text for everybody: who was reported by whom, and why, is for those who may read the blacklist.
_BLOCKED: Final = finding(
    "blacklisted",
    "此人在黑名单中，不能参保",
    "This person is on the blacklist and cannot be enrolled",
    "请联系有黑名单权限的同事核实；须解除后才能办理",
    "Ask a colleague who may read the blacklist; the entry has to be released first",
    field="id_number",
)
_SUSPECT: Final = finding(
    "blacklist_warning",
    "此人可能在黑名单中，请先核实",
    "This person may be on the blacklist; check first",
    "请联系有黑名单权限的同事核实身份后再办理",
    "Ask a colleague who may read the blacklist to verify before going on",
    Severity.WARNING,
    "id_number",
)


def banned(effect: Effect | None) -> list[Problem]:
    """What the blacklist says, without the reason and without who reported it."""
    if effect is None:
        return []
    return [_BLOCKED if effect is Effect.BLOCK else _SUSPECT]


def name_differs(row: CheckedRow, on_file: str | None) -> list[Problem]:
    """A warning when the document number is on file under another name, which is not shown."""
    if not on_file or not row.name or _plain(on_file) == _plain(row.name):
        return []
    return [
        finding(
            "name_mismatch",
            "姓名与系统中该证件号码登记的姓名不一致",
            "The name differs from the one on file for this document number",
            "请对照证件核对姓名和证件号码；若已改名，请先办理信息变更",
            "Compare with the document; if the name has changed, change the particulars first",
            Severity.WARNING,
            "name",
        )
    ]


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def last_month_problems(last: BillingMonth, facts: TerminateFacts) -> list[Problem]:
    """A last month before the first is an error; one long past is a warning that money has to be claimed back."""
    start = None if facts.start_month is None else BillingMonth.of(facts.start_month)
    if start is not None and last < start:
        return [
            finding(
                "last_before_start",
                f"最后缴费月 {last} 早于参保起始月 {start}",
                f"The last month {last} is before the start month {start}",
                "请核对月份；若此人从未应缴，请作废该增员",
                "Check the month; if nothing was ever due, void the enrolment",
                field="last_month",
            )
        ]
    late = last.months_until(facts.declaration_month)
    if late <= _LONG_PAST:
        return []
    return [
        finding(
            "last_long_past",
            f"最后缴费月 {last} 比申报月早 {late} 个月，其后已缴的月份需申请退费",
            f"The last month {last} is {late} months ago; what was paid since has to be claimed back",
            "请核对月份；经办机构可能只受理当月停保",
            "Check the month; the bureau may stop people from the current month only",
            Severity.WARNING,
            "last_month",
        )
    ]
