"""What a review says about the person: other enrolments, age, name, and the months asked for."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.compliance.facts import EnrollFacts, TerminateFacts, finding, kind_names
from domain.errors import Problem, Severity
from domain.period import BillingMonth
from domain.policy import Kind
from domain.precheck.row import CheckedRow

YOUNGEST: Final = 16
"""Nobody below this age may be employed (劳动法 §15)."""

# The ages from which a decision is needed; the exact date follows the dated retirement rows of each person.
_DECISION_AGE: Final = {"male": 60, "female": 50}
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
    elsewhere = (facts.kinds & facts.open_kinds_elsewhere) - {Kind.WORK_INJURY}
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
    return problems


def ages(row: CheckedRow, month: BillingMonth) -> list[Problem]:
    """Too young is an error; old enough to retire is a decision that somebody has to take."""
    if row.birth is None:
        return []
    age = _age(row.birth, month.last_day())
    if age < YOUNGEST:
        return [
            finding(
                "under_age",
                f"此人 {age} 周岁，未满 {YOUNGEST} 周岁不得用工参保",
                f"The person is {age}; nobody under {YOUNGEST} may be employed and insured",
                "请核对证件号码",
                "Check the document number",
                field="id_number",
            )
        ]
    limit = _DECISION_AGE.get(row.sex or "")
    if limit is None or age < limit:
        return []
    return [
        finding(
            "over_age",
            f"此人 {age} 周岁，可能已到法定退休年龄，需要决定如何参保",
            f"The person is {age} and may have reached the statutory retirement age: a decision is needed",
            "请确认其一：尚未到退休年龄；延长缴费至最低年限；超龄人员只参加工伤保险",
            "Confirm one: not yet due to retire; paying on to the minimum years; work injury alone",
            Severity.WARNING,
            "id_number",
        )
    ]


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


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


def start_moved(row: CheckedRow) -> Problem:
    """The warning that the window of the start month is over."""
    start = "" if row.start_month is None else f" {BillingMonth.of(row.start_month)} "
    return finding(
        "start_moved",
        f"{start.strip() or '该月'}的申报窗口已关闭，起始月将顺延到下一个月",
        f"The declaration window of{start or ' that month '}is over; the start moves to the next month".replace(
            "  ", " "
        ),
        "若该月必须缴纳，请在顺延后办理补缴",
        "If that month must be paid, use makeup payment afterwards",
        Severity.WARNING,
        "start_month",
    )


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
