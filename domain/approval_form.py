"""Whether an approval flow can be taken as somebody wrote it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.approval import BUSINESSES
from domain.approval_flow import Approver, ApproverKind, Mode, Step
from domain.errors import Problem, invalid

MOST_STEPS: Final = 10
MOST_APPROVERS: Final = 20
LONGEST_NAME: Final = 80
LONGEST_STEP_NAME: Final = 40
HIGHEST_PRIORITY: Final = 1000
MOST_HOURS: Final = 8760
MOST_DAYS: Final = 250


@dataclass(frozen=True, slots=True)
class NewFlow:
    """A flow as it shall be. With `line` it becomes the next version of that flow; `based_on` is the version that the
    writer saw, and makes a save fail that would cover somebody else's."""

    business: str
    name: str
    steps: tuple[Step, ...]
    priority: int = 0
    company_id: int | None = None
    city_code: str | None = None
    min_fen: int | None = None
    max_fen: int | None = None
    line: int | None = None
    based_on: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the system knows: permissions, role codes, ids of staff who may be named as text, city codes."""

    permissions: frozenset[str]
    roles: frozenset[str]
    staff: frozenset[str]
    cities: frozenset[str]


_UNKNOWN: Final = {
    ApproverKind.PERMISSION: ("没有这个权限", "There is no such permission"),
    ApproverKind.ROLE: ("没有这个角色", "There is no such role"),
    ApproverKind.STAFF: (
        "没有这个管理员、已停用，或没有查看审核的权限",
        "There is no such staff member, or they are not active or may not see approvals",
    ),
}


def check_flow(new: NewFlow, known: Known) -> list[Problem]:
    """Everything that is wrong with it, each at its field (`steps.0.approvers.1`)."""
    problems = list(_check_conditions(new, known))
    if not 1 <= len(new.steps) <= MOST_STEPS:
        message = f"审核步骤须为 1 至 {MOST_STEPS} 步", f"A flow has 1 to {MOST_STEPS} steps"
        problems.append(_wrong("steps", "steps", *message, str(len(new.steps))))
    for number, step in enumerate(new.steps):
        problems += _check_step(step, f"steps.{number}", known)
    return problems


def _check_conditions(new: NewFlow, known: Known) -> Iterator[Problem]:
    if new.business not in BUSINESSES:
        yield _wrong("business", "business", "没有这种业务", "There is no such business", new.business)
    if not 1 <= len(new.name.strip()) <= LONGEST_NAME:
        yield _wrong(
            "name", "name", f"名称须为 1 至 {LONGEST_NAME} 个字", f"The name needs 1 to {LONGEST_NAME} characters"
        )
    if abs(new.priority) > HIGHEST_PRIORITY:
        limits = f"-{HIGHEST_PRIORITY} 至 {HIGHEST_PRIORITY}", f"-{HIGHEST_PRIORITY} to {HIGHEST_PRIORITY}"
        yield _wrong(
            "priority", "priority", f"优先级须为 {limits[0]}", f"The priority is {limits[1]}", str(new.priority)
        )
    if new.city_code is not None and new.city_code not in known.cities:
        yield Problem(
            "city_unknown",
            "没有该城市的政策",
            "There are no policies for this city",
            "请从城市列表中选择",
            "Choose from the list of cities",
            field="cityCode",
            value=new.city_code,
        )
    for field, fen in (("minAmount", new.min_fen), ("maxAmount", new.max_fen)):
        if fen is not None and fen < 0:
            yield _wrong("amount", field, "金额不能为负", "An amount is not negative")
    if new.max_fen is not None and (new.min_fen or 0) >= new.max_fen:
        yield _wrong(
            "amount_band",
            "maxAmount",
            "金额上限须大于下限（含下限，不含上限）",
            "The upper amount must lie above the lower (the lower counts in, the upper does not)",
        )


def _check_step(step: Step, place: str, known: Known) -> Iterator[Problem]:
    if not 1 <= len(step.name.strip()) <= LONGEST_STEP_NAME:
        words = (
            f"步骤名称须为 1 至 {LONGEST_STEP_NAME} 个字",
            f"A step's name needs 1 to {LONGEST_STEP_NAME} characters",
        )
        yield _wrong("step_name", f"{place}.name", *words)
    if not 1 <= len(step.approvers) <= MOST_APPROVERS:
        words = f"每步须有 1 至 {MOST_APPROVERS} 个审核人", f"A step has 1 to {MOST_APPROVERS} approvers"
        yield _wrong("approvers", f"{place}.approvers", *words, str(len(step.approvers)))
    for number, approver in enumerate(step.approvers):
        if approver.value not in _values(approver.kind, known):
            yield _wrong("approver", f"{place}.approvers.{number}", *_UNKNOWN[approver.kind], approver.value)
    for approver in _repeated(step):
        message = "同一审核人重复", "The same approver stands here twice"
        yield _wrong("approver_repeated", f"{place}.approvers", *message, approver.value)
    yield from _check_limit(step, place, known)


def _values(kind: ApproverKind, known: Known) -> frozenset[str]:
    return {
        ApproverKind.PERMISSION: known.permissions,
        ApproverKind.ROLE: known.roles,
        ApproverKind.STAFF: known.staff,
    }[kind]


def _repeated(step: Step) -> list[Approver]:
    # A permission or role that stands twice in a step of mode ALL asks for two different people who hold it.
    several = {a for a, times in Counter(step.approvers).items() if times > 1}
    return sorted(a for a in several if step.mode is Mode.ANY or a.kind is ApproverKind.STAFF)


def _check_limit(step: Step, place: str, known: Known) -> Iterator[Problem]:
    if not 0 <= step.hours <= MOST_HOURS:
        words = f"时限须为 0 至 {MOST_HOURS} 小时", f"The limit is 0 to {MOST_HOURS} hours"
        yield _wrong("hours", f"{place}.hours", *words, str(step.hours))
    if not 0 <= step.days <= MOST_DAYS:
        words = f"时限须为 0 至 {MOST_DAYS} 个工作日", f"The limit is 0 to {MOST_DAYS} business days"
        yield _wrong("days", f"{place}.days", *words, str(step.days))
    if step.hours and step.days:
        words = "时限按小时或按工作日，只能填一种", "The limit is in hours or in business days, not in both"
        yield _wrong("limit", f"{place}.days", *words)
    if step.escalate_to is None:
        return
    if step.escalate_to not in known.permissions:
        yield _wrong(
            "escalation", f"{place}.escalateTo", "没有这个权限", "There is no such permission", step.escalate_to
        )
    if not step.hours and not step.days:
        words = "没有时限就不会超时提醒", "Without a time limit nobody would ever be told"
        yield _wrong("escalation", f"{place}.escalateTo", *words, step.escalate_to)


def _wrong(code: str, field: str, message: str, message_en: str, value: str | None = None) -> Problem:
    return invalid(code, message, message_en).at(field=field, value=value and value[:60])
