"""What is wrong, or soon will be, with somebody on a roster: terms, papers, enrolment, and being on two rosters."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.errors import Problem, Severity
from domain.roster.kinds import DOCUMENT_LABELS, DocumentKind, DocumentPlace, EntryState, PostKind, RosterKind
from domain.roster.rules import DocumentRule, RosterRules


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What an entry says of itself. `to_day` is the planned end of the work, not of the contract."""

    kind: RosterKind
    state: EntryState
    from_day: date
    to_day: date | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    post_kind: PostKind | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in force, with its last day where it has one."""

    kind: DocumentKind
    place: DocumentPlace
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the other tables say: open enrolments here (or with whoever dispatches or subcontracts the person) and with
    anybody else, other rosters of the same company and of others, papers, and whether the project has ended."""

    enrolled_here: bool = True
    enrolled_elsewhere: bool = False
    rosters_here: tuple[RosterKind, ...] = ()
    rosters_elsewhere: bool = False
    papers: tuple[Paper, ...] = ()
    project_ended: bool = False


FINDING_LABELS: Final[dict[str, tuple[str, str]]] = {
    "roster_contract_missing": ("缺少合同起止", "contract days missing"),
    "roster_contract_short": ("派遣合同不足两年", "dispatch contract too short"),
    "roster_contract_ended": ("合同已到期仍在册", "contract has ended"),
    "roster_contract_ending": ("合同即将到期", "contract ends soon"),
    "roster_temporary_over": ("临时岗位超过六个月", "temporary post too long"),
    "roster_temporary_ending": ("临时岗位即将满六个月", "temporary post ends soon"),
    "roster_work_ended": ("已过派遣或退场日期仍在册", "past the last day of the work"),
    "roster_document_missing": ("缺少材料", "paper missing"),
    "roster_document_expired": ("材料已过期", "paper expired"),
    "roster_document_expiring": ("材料即将到期", "paper expires soon"),
    "roster_two_rosters": ("同时在两份花名册", "on two rosters"),
    "roster_not_enrolled": ("没有在册参保", "no open enrolment"),
    "roster_enrolled_elsewhere": ("在其他单位参保", "enrolled with another company"),
    "roster_project_ended": ("项目已结束仍在册", "the project has ended"),
}


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def findings(entry: EntryFacts, facts: Surroundings, rules: RosterRules, today: date) -> tuple[Problem, ...]:
    """Everything about an entry that asks for somebody's attention today; nothing about those who left."""
    if entry.state is EntryState.LEFT:
        return ()
    return (
        *_contract(entry, rules, today),
        *_work(entry, rules, today),
        *_papers(entry, facts, rules, today),
        *_elsewhere(entry, facts),
    )


def temporary_limit(from_day: date, rules: RosterRules, today: date) -> date:
    """The last day that a temporary post begun on a day may last to."""
    return add_months(from_day, rules.on("temporary_post_months", today).value) - timedelta(days=1)


def _contract(entry: EntryFacts, rules: RosterRules, today: date) -> Iterator[Problem]:
    start, end = entry.contract_start, entry.contract_end
    if start is None and entry.kind in (RosterKind.DISPATCH, RosterKind.OUTSOURCING_B):
        yield _problem(
            "roster_contract_missing",
            "没有合同起止日期",
            "The days of the contract are missing",
            "请登记劳动合同的起止日期",
            "Enter the first and last day of the labour contract",
            Severity.ERROR,
            "contract_start",
        )
    if entry.kind is RosterKind.DISPATCH and start is not None and end is not None:
        least = rules.on("dispatch_contract_months", today)
        if end + timedelta(days=1) < add_months(start, least.value):
            yield _problem(
                "roster_contract_short",
                f"派遣合同 {start} 至 {end} 不足 {least.value} 个月",
                f"The dispatch contract from {start} to {end} is shorter than {least.value} months",
                f"请与派遣单位核对并改签（{least.source}）",
                "Have the dispatching company conclude a longer one (Labour Contract Law, article 58)",
                Severity.ERROR,
                "contract_end",
                str(end),
            )
    if end is not None:
        yield from _ending(end, rules, today)


def _ending(end: date, rules: RosterRules, today: date) -> Iterator[Problem]:
    """A contract that has ended, or will within the longest reminder."""
    left = (end - today).days
    if left < 0:
        yield _problem(
            "roster_contract_ended",
            f"合同已于 {end} 到期，人员仍在册",
            f"The contract ended on {end}, and the person is still on the roster",
            "请续签，或办理离场",
            "Renew it, or record that the person left",
            Severity.ERROR,
            "contract_end",
            str(end),
        )
        return
    reached = [days for days in rules.reminders(today) if left <= days]
    if reached:
        yield _problem(
            "roster_contract_ending",
            f"合同将于 {end} 到期，还有 {left} 天（{min(reached)} 天提醒）",
            f"The contract ends on {end}, in {left} days ({min(reached)}-day reminder)",
            "请决定续签或到期终止",
            "Decide whether to renew it",
            Severity.NOTICE if min(reached) == max(rules.reminders(today)) else Severity.WARNING,
            "contract_end",
            str(end),
        )


def _work(entry: EntryFacts, rules: RosterRules, today: date) -> Iterator[Problem]:
    if entry.to_day is not None and entry.to_day < today:
        yield _problem(
            "roster_work_ended",
            f"约定的最后一天是 {entry.to_day}，人员仍在册",
            f"The last day agreed on was {entry.to_day}, and the person is still on the roster",
            "请办理离场，或更正结束日期",
            "Record that the person left, or correct the last day",
            Severity.WARNING,
            "to_day",
            str(entry.to_day),
        )
    if entry.kind is not RosterKind.DISPATCH or entry.post_kind is not PostKind.TEMPORARY:
        return
    rule, last = rules.on("temporary_post_months", today), temporary_limit(entry.from_day, rules, today)
    if today > last or (entry.to_day is not None and entry.to_day > last):
        yield _problem(
            "roster_temporary_over",
            f"临时性岗位自 {entry.from_day} 起最长 {rule.value} 个月，到 {last} 为止",
            f"A temporary post begun on {entry.from_day} lasts {rule.value} months at most, until {last}",
            f"请结束派遣，或改为直接用工、其他合规方式（{rule.source}）",
            "End the dispatch or employ the person (Labour Contract Law, article 66)",
            Severity.ERROR,
            "post_kind",
            str(last),
        )
    elif (last - today).days <= rules.on("temporary_reminder", today).value:
        yield _problem(
            "roster_temporary_ending",
            f"临时性岗位将于 {last} 满 {rule.value} 个月，还有 {(last - today).days} 天",
            f"The temporary post reaches {rule.value} months on {last}, in {(last - today).days} days",
            "请安排到期后的用工方式",
            "Arrange what follows",
            Severity.WARNING,
            "post_kind",
            str(last),
        )


def _papers(entry: EntryFacts, facts: Surroundings, rules: RosterRules, today: date) -> Iterator[Problem]:
    held: dict[tuple[DocumentKind, DocumentPlace], Paper] = {}
    for paper in facts.papers:
        # Of two papers for the same thing the one that lasts longer counts.
        known = held.get((paper.kind, paper.place))
        if known is None or (paper.expires or date.max) > (known.expires or date.max):
            held[paper.kind, paper.place] = paper
    for rule in rules.papers(entry.kind, today):
        if (rule.document, rule.place) not in held:
            yield _missing_paper(rule)
    soon = rules.on("document_reminder", today).value
    for (kind, _), paper in held.items():
        if paper.expires is None or (paper.expires - today).days > soon:
            continue
        label, english = DOCUMENT_LABELS[kind]
        over = paper.expires < today
        yield _problem(
            "roster_document_expired" if over else "roster_document_expiring",
            f"{label}{'已于' if over else '将于'} {paper.expires} 到期",
            f"The {english} {'expired' if over else 'expires'} on {paper.expires}",
            "请补充新的材料",
            "Attach a new one",
            Severity.ERROR if over else Severity.WARNING,
            kind.value,
            str(paper.expires),
        )


def _missing_paper(rule: DocumentRule) -> Problem:
    label, english = DOCUMENT_LABELS[rule.document]
    project = rule.place is DocumentPlace.PROJECT
    return _problem(
        "roster_document_missing",
        f"{'项目' if project else ''}缺少{label}",
        f"{'The project lacks its' if project else 'There is no'} {english}",
        f"请上传{label}（{rule.source}）",
        f"Attach the {english}",
        rule.severity,
        rule.document.value,
    )


def _elsewhere(entry: EntryFacts, facts: Surroundings) -> Iterator[Problem]:
    """Where else the person is; another client is never named."""
    if facts.rosters_here or facts.rosters_elsewhere:
        where = "本公司的另一份花名册" if facts.rosters_here else "其他单位的花名册"
        yield _problem(
            "roster_two_rosters",
            f"同一人同时在{where}中在册",
            "The same person is on another roster of " + ("this company" if facts.rosters_here else "another company"),
            "请核实实际用工关系，办理其中一处离场或转类",
            "Find out which one is true and record the other as left or moved",
            Severity.WARNING,
            "id_number",
        )
    # A subcontractor may insure its people by project, without names (人社部发〔2014〕103号).
    mild = Severity.NOTICE if entry.kind is RosterKind.SUBCONTRACT else Severity.WARNING
    if not facts.enrolled_here:
        elsewhere = facts.enrolled_elsewhere
        yield _problem(
            "roster_enrolled_elsewhere" if elsewhere else "roster_not_enrolled",
            "在其他单位有在册参保，本单位没有" if elsewhere else "没有在册的参保记录",
            "Enrolled with another company and not here" if elsewhere else "There is no open enrolment",
            "请核对参保单位，需要时办理增员或单位变更",
            "Check who insures the person; enrol or transfer where needed",
            mild,
            "id_number",
        )
    if facts.project_ended:
        yield _problem(
            "roster_project_ended",
            "项目已结束，人员仍在册",
            "The project has ended, and the person is still on the roster",
            "请办理离场，或转到其他项目",
            "Record that the person left, or assign another project",
            Severity.ERROR,
            "project",
        )


def _problem(
    code: str,
    message: str,
    english: str,
    remedy: str,
    remedy_en: str,
    severity: Severity,
    field: str,
    value: str | None = None,
) -> Problem:
    return Problem(code, message, english, remedy, remedy_en, severity, field, value=value)
