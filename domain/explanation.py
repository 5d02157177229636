"""How a line came about, step by step, in words a clerk can check with a pocket calculator."""

from __future__ import annotations

from dataclasses import dataclass

from domain.contribution import Line
from domain.money import PPM, ROUNDING_LABELS, ROUNDING_LABELS_EN, Rounding, display_yuan, percent
from domain.period import BillingMonth
from domain.policy import (
    CONFIDENCE_LABELS,
    KIND_LABELS,
    KIND_LABELS_EN,
    PolicyVersion,
    period_text,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is (Chinese and English), the arithmetic, and its result in yuan or words."""

    label: str
    label_en: str
    formula: str
    result: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of Chinese text, and the same as steps for a screen."""

    text: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """The figures of one side of a line."""

    label: str
    label_en: str
    rate_ppm: int
    fixed_fen: int
    rounding: Rounding
    amount_fen: int


def explain(line: Line, month: int | None = None) -> Explanation:
    """Explain a line: declared base, limits, rates, rounding, fixed amounts, period, source and confidence.

    `month` (202611) names the billing month in the text; without it the text names the policy's period alone.
    """
    policy = line.policy
    when = f" {BillingMonth.of(month)}" if month is not None else ""
    tier = f"（{policy.tier} {'类' if policy.kind == 'work_injury' else '档'}）" if policy.tier else ""
    sides = _sides(line)
    parts = [
        f"{KIND_LABELS[policy.kind]}{tier}{when} {policy.city}：申报 {display_yuan(line.declared_base_fen)}",
        _base_text(line),
        *(_side_text(line.base_fen, side) for side in sides),
    ]
    text = "，".join(part for part in parts if part)
    text += f"；政策期 {period_text(policy)}；来源：{policy.source or '未注明'}"
    text += f"；可信度 {CONFIDENCE_LABELS[policy.confidence]}"
    if policy.note:
        text += f"；备注：{policy.note}"
    steps = [_declared_step(line), _base_step(line)]
    for side in sides:
        steps += _side_steps(line.base_fen, side)
    return Explanation(text=text, steps=(*steps, *_origin_steps(policy)))


def exact_yuan(base_fen: int, rate_ppm: int) -> str:
    """The exact product base × rate in yuan, with every decimal that is not a trailing zero (two at least)."""
    # Fen × ppm is yuan in units of a hundred-millionth.
    whole, rest = divmod(base_fen * rate_ppm, 100 * PPM)
    decimals = f"{rest:08d}".rstrip("0").ljust(2, "0")
    return f"{whole:,}.{decimals}"


def _sides(line: Line) -> tuple[_Side, _Side]:
    policy = line.policy
    return (
        _Side(
            "单位",
            "Employer",
            line.employer_rate_ppm,
            policy.employer_fixed_fen,
            policy.employer_rounding,
            line.employer_fen,
        ),
        _Side(
            "个人",
            "Employee",
            line.employee_rate_ppm,
            policy.employee_fixed_fen,
            policy.employee_rounding,
            line.employee_fen,
        ),
    )


def _base_text(line: Line) -> str:
    policy, base = line.policy, display_yuan(line.base_fen)
    if line.base_fen > line.declared_base_fen:
        return f"低于下限 {base}，按 {base} 计算"
    if line.base_fen < line.declared_base_fen:
        return f"高于上限 {base}，按 {base} 计算"
    low, high = policy.base_min_fen, policy.base_max_fen
    if low is not None and high is not None:
        return f"在 {display_yuan(low)}–{display_yuan(high)} 之间"
    if low is not None:
        return f"不低于 {display_yuan(low)}"
    if high is not None:
        return f"不高于 {display_yuan(high)}"
    # A fixed amount a month has no base, so saying that its limits are missing would only puzzle.
    return "" if not line.employer_rate_ppm and not line.employee_rate_ppm else "政策未载明上下限，按申报基数计算"


def _side_text(base_fen: int, side: _Side) -> str:
    amount, fixed = display_yuan(side.amount_fen), display_yuan(side.fixed_fen)
    if side.rate_ppm == 0:
        return f"{side.label}固定 {fixed}" if side.fixed_fen else f"{side.label}不缴"
    product = exact_yuan(base_fen, side.rate_ppm)
    rounded = display_yuan(side.amount_fen - side.fixed_fen)
    text = f"{side.label} {display_yuan(base_fen)}×{percent(side.rate_ppm)}={product}"
    if product != rounded:
        text += f"，{ROUNDING_LABELS[side.rounding]}为 {rounded}"
    return f"{text}，加固定 {fixed} 共 {amount}" if side.fixed_fen else text


def _declared_step(line: Line) -> Step:
    return Step("申报基数", "Declared base", "", display_yuan(line.declared_base_fen))


def _base_step(line: Line) -> Step:
    policy = line.policy
    low = "—" if policy.base_min_fen is None else display_yuan(policy.base_min_fen)
    high = "—" if policy.base_max_fen is None else display_yuan(policy.base_max_fen)
    return Step("缴费基数（下限–上限）", "Base (lower–upper limit)", f"{low} – {high}", display_yuan(line.base_fen))


def _side_steps(base_fen: int, side: _Side) -> list[Step]:
    steps: list[Step] = []
    if side.rate_ppm:
        formula = f"{display_yuan(base_fen)} × {percent(side.rate_ppm)}"
        rounded = display_yuan(side.amount_fen - side.fixed_fen)
        product = exact_yuan(base_fen, side.rate_ppm)
        way, way_en = ROUNDING_LABELS[side.rounding], ROUNDING_LABELS_EN[side.rounding]
        steps.append(Step(f"{side.label}：基数×费率", f"{side.label_en}: base × rate", formula, product))
        steps.append(Step(f"{side.label}：{way}", f"{side.label_en}: {way_en}", product, rounded))
    if side.fixed_fen:
        fixed = display_yuan(side.fixed_fen)
        steps.append(Step(f"{side.label}：固定金额", f"{side.label_en}: fixed amount", f"+ {fixed}", fixed))
    steps.append(Step(f"{side.label}应缴", f"{side.label_en} pays", "", display_yuan(side.amount_fen)))
    return steps


def _origin_steps(policy: PolicyVersion) -> tuple[Step, ...]:
    steps = (
        Step("险种", "Kind", KIND_LABELS_EN[policy.kind], KIND_LABELS[policy.kind]),
        Step("政策期", "Policy period", "", period_text(policy)),
        Step("来源", "Source", "", policy.source),
        Step("可信度", "Confidence", policy.confidence.value, CONFIDENCE_LABELS[policy.confidence]),
    )
    return (*steps, Step("备注", "Note", "", policy.note)) if policy.note else steps
