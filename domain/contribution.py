"""One contribution line: the scalar engine.

line = round(clamp(declared base, min, max) × rate) + fixed amount, for the employer and the employee apart,
each with its own rounding. Every other way of computing contributions in the system is tested against this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.errors import Problem, Severity
from domain.money import PPM, display_yuan, format_yuan, round_fen
from domain.policy import KIND_LABELS, KIND_LABELS_EN, Kind, PolicyVersion

FAR_ABOVE: Final = 10
"""A declared base more than this many times the upper limit is a slip of the keyboard, not a wage."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind costs in one month, with what it was computed from. Amounts in fen, rates in ppm."""

    policy: PolicyVersion
    declared_base_fen: int
    base_fen: int
    employer_rate_ppm: int
    employee_rate_ppm: int
    employer_fen: int
    employee_fen: int
    notices: tuple[Problem, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of the policy row."""
        return self.policy.kind

    @property
    def total_fen(self) -> int:
        """Both sides together."""
        return self.employer_fen + self.employee_fen


def contribute(policy: PolicyVersion, declared_fen: int, employer_rate_ppm: int, employee_rate_ppm: int) -> Line:
    """Compute one line. A base outside the limits is clamped, both values kept, with a notice.

    Where a limit is not known the base stays as declared on that side. Raises ValueError for a negative base
    or rate; whether the base makes sense at all is `check_base`'s question.
    """
    if employer_rate_ppm < 0 or employee_rate_ppm < 0:
        raise ValueError("a rate cannot be negative")
    base = clamp(declared_fen, policy.base_min_fen, policy.base_max_fen)
    employer = round_fen(base * employer_rate_ppm, PPM, policy.employer_rounding) + policy.employer_fixed_fen
    employee = round_fen(base * employee_rate_ppm, PPM, policy.employee_rounding) + policy.employee_fixed_fen
    return Line(
        policy=policy,
        declared_base_fen=declared_fen,
        base_fen=base,
        employer_rate_ppm=employer_rate_ppm,
        employee_rate_ppm=employee_rate_ppm,
        employer_fen=employer,
        employee_fen=employee,
        notices=() if base == declared_fen else (_clamped(policy, declared_fen, base),),
    )


def clamp(declared_fen: int, minimum_fen: int | None, maximum_fen: int | None) -> int:
    """The base within the limits; a limit that is None does not bind."""
    if minimum_fen is not None and declared_fen < minimum_fen:
        return minimum_fen
    if maximum_fen is not None and declared_fen > maximum_fen:
        return maximum_fen
    return declared_fen


def check_base(declared_fen: int, policy: PolicyVersion) -> Problem | None:
    """An error when the base is zero, negative, or more than ten times the upper limit; otherwise None."""
    if declared_fen <= 0:
        return base_not_positive(declared_fen)
    limit = policy.base_max_fen
    if limit is None or declared_fen <= FAR_ABOVE * limit:
        return None
    label, label_en = KIND_LABELS[policy.kind], KIND_LABELS_EN[policy.kind]
    declared, most = display_yuan(declared_fen), display_yuan(limit)
    return Problem(
        code="base_far_above_max",
        message=f"申报基数 {declared} 超过{policy.city}{label}基数上限 {most} 的 {FAR_ABOVE} 倍，疑似录入错误",
        message_en=f"Declared base {declared} is over {FAR_ABOVE} times the {label_en} upper limit {most}",
        remedy="请核对金额单位是元，以及小数点的位置",
        remedy_en="Check that the amount is in yuan and where the decimal point is",
        field="base",
        value=format_yuan(declared_fen),
    )


def base_not_positive(declared_fen: int) -> Problem:
    """The error for a base of zero or less, which no policy row is needed to see."""
    declared = display_yuan(declared_fen)
    return Problem(
        code="base_not_positive",
        message=f"申报基数 {declared} 必须大于 0",
        message_en=f"Declared base {declared} must be above 0",
        remedy="请填写大于 0 的月缴费基数（元）",
        remedy_en="Give a monthly base above 0, in yuan",
        field="base",
        value=format_yuan(declared_fen),
    )


def _clamped(policy: PolicyVersion, declared_fen: int, base_fen: int) -> Problem:
    below = declared_fen < base_fen
    word, word_en = ("低于下限", "below the lower limit") if below else ("高于上限", "above the upper limit")
    declared, used = display_yuan(declared_fen), display_yuan(base_fen)
    return Problem(
        code="base_below_min" if below else "base_above_max",
        message=f"{KIND_LABELS[policy.kind]}申报基数 {declared} {word} {used}，按 {used} 计算",
        message_en=f"{KIND_LABELS_EN[policy.kind]}: declared base {declared} is {word_en} {used}; {used} is used",
        severity=Severity.NOTICE,
        field=policy.kind,
        value=format_yuan(declared_fen),
    )
