"""Read the rules that hold in the whole country from their YAML files (policies/national/).

Each function reads one file and raises Refusal with everything that is wrong with it: national_file when it is
missing or no YAML, national_field for each row that cannot be read; both name the file. A field is written under
its name in the domain, without `_ppm` (rates are quoted fractions) and with `from` for `effective_from`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from domain.deadline import Term, Terms
from domain.errors import Problem, Refusal, Severity
from domain.late_fee import LateFeeRule, LateFeeRules, StartRule, UndeclaredRule
from domain.money import PPM, Rounding, parse_rate
from domain.pension import DivisorTable, Formula, InterestRate, PensionRules
from domain.period import BillingMonth
from domain.policy import Confidence
from domain.retirement import Delay, MinimumContribution, RetirementCategory, RetirementRules, VoluntaryRange
from domain.roster import DocumentKind, DocumentPlace, DocumentRule, RosterKind, RosterRule, RosterRules
from domain.supplier import Criteria, Criterion

T = TypeVar("T")
Reader = Callable[[Any], Any]


def load_retirement(directory: Path) -> RetirementRules:
    """Delays, minimum contribution and voluntary range from retirement.yaml."""
    file = _File(directory / "retirement.yaml")
    delay: dict[str, Reader] = {
        "category": RetirementCategory,
        "effective_from": _month,
        "original_age": _positive,
        "born_from": _month,
        "step_months": _positive,
        "cap_months": _positive,
    }
    choice: dict[str, Reader] = {"effective_from": _month, "early_months": _positive, "late_months": _positive}
    rules = RetirementRules(
        delays=file.rows("delays", Delay, delay),
        minimums=file.rows(
            "minimum_contribution", MinimumContribution, {"effective_from": _month, "months": _positive}
        ),
        voluntary=file.rows("voluntary", VoluntaryRange, choice),
    )
    file.done()
    return rules


def load_pension(directory: Path) -> PensionRules:
    """Formulas, divisors and interest of personal accounts from pension.yaml."""
    file = _File(directory / "pension.yaml")
    formula: dict[str, Reader] = {"effective_from": _month, "accrual_ppm": parse_rate, "rounding": Rounding}
    rules = PensionRules(
        formulas=file.rows("formulas", Formula, formula),
        divisors=file.rows("divisors", DivisorTable, {"effective_from": _month, "by_age": _by_age}),
        interest=file.rows("interest", InterestRate, {"year": _positive, "rate_ppm": parse_rate}),
    )
    file.done()
    return rules


def load_late_fee(directory: Path) -> LateFeeRules:
    """Late fees and the amount for a month not declared from late_fee.yaml."""
    file = _File(directory / "late_fee.yaml")
    late_fee: dict[str, Reader] = {
        "effective_from": _day,
        "daily_ppm": parse_rate,
        "start": StartRule,
        "rounding": Rounding,
        "note": _text,
    }
    undeclared: dict[str, Reader] = {"effective_from": _day, "factor_ppm": _factor_ppm, "rounding": Rounding}
    rules = LateFeeRules(
        late_fees=file.rows("late_fees", LateFeeRule, late_fee),
        undeclared=file.rows("undeclared", UndeclaredRule, undeclared),
    )
    file.done()
    return rules


def load_deadlines(directory: Path) -> Terms:
    """Terms in business days from deadlines.yaml."""
    file = _File(directory / "deadlines.yaml")
    term: dict[str, Reader] = {"effective_from": _day, "key": _text, "days": _positive, "note": _text}
    terms = Terms(file.rows("terms", Term, term))
    file.done()
    return terms


def load_supplier_criteria(directory: Path) -> Criteria:
    """Criteria of supplier evaluation from supplier_criteria.yaml; the weights of each day add up to 100."""
    file = _File(directory / "supplier_criteria.yaml")
    criterion: dict[str, Reader] = {
        "effective_from": _day,
        "key": _text,
        "name": _text,
        "name_en": _text,
        "weight": _positive,
        "note": _text,
    }
    criteria = file.whole(Criteria, file.rows("criteria", Criterion, criterion))
    file.done()
    return criteria


def load_roster(directory: Path) -> RosterRules:
    """Terms, shares, reminders and papers of rosters from roster_rules.yaml."""
    file = _File(directory / "roster_rules.yaml")
    rule: dict[str, Reader] = {"effective_from": _day, "key": _text, "value": _figure, "note": _text}
    paper: dict[str, Reader] = {
        "effective_from": _day,
        "kind": RosterKind,
        "document": DocumentKind,
        "place": DocumentPlace,
        "severity": Severity,
        "note": _text,
    }
    rules = RosterRules(
        rules=file.rows("rules", RosterRule, rule), documents=file.rows("documents", DocumentRule, paper)
    )
    file.done()
    return rules


class _File:
    """One YAML file, read list by list; problems are kept until `done`."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._problems: list[Problem] = []
        try:
            document = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError, UnicodeDecodeError) as wrong:
            raise Refusal(self._problem("national_file", " ".join(str(wrong).split())[:200])) from wrong
        if not isinstance(document, dict):
            raise Refusal(self._problem("national_file", "应为按名称列出的字段"))
        self._document: dict[str, Any] = document

    def rows(self, name: str, make: Callable[..., T], readers: dict[str, Reader]) -> tuple[T, ...]:
        """The rows of a list, each made from its fields; confidence and source are asked of every row."""
        written = self._document.get(name)
        if not isinstance(written, list) or not written:
            self._problems.append(self._problem("national_field", f"{name} 应为至少一行的列表"))
            return ()
        found: list[T] = []
        for number, fields in enumerate(written, start=1):
            try:
                found.append(make(**_values(fields, {**readers, "confidence": Confidence, "source": _text})))
            except ValueError as wrong:
                self._problems.append(self._problem("national_field", f"{name} 第 {number} 行：{wrong}"))
        return tuple(found)

    def whole(self, make: Callable[[tuple[Any, ...]], T], rows: tuple[Any, ...]) -> T:
        """All rows together; a ValueError about how they fit together is told as the file's."""
        try:
            return make(rows)
        except ValueError as wrong:
            self._problems.append(self._problem("national_field", str(wrong)))
            return make(())

    def done(self) -> None:
        if self._problems:
            raise Refusal(*self._problems)

    def _problem(self, code: str, reason: str) -> Problem:
        return Problem(
            code=code,
            message=f"全国政策文件 {self._name} 不能读取：{reason}",
            message_en=f"National policy file {self._name} cannot be read: {reason}",
            remedy="请检查 policies/national 中的文件与字段",
            remedy_en="Check the file and its fields in policies/national",
            field=self._name,
        )


_OPTIONAL: Final = frozenset({"note"})


def _values(fields: Any, readers: dict[str, Reader]) -> dict[str, Any]:
    """The fields of a row as values. Raises ValueError for a field that is missing, unknown or unreadable."""
    if not isinstance(fields, dict):
        raise ValueError("每一行应为一组字段")
    names = {"from" if field == "effective_from" else field.removesuffix("_ppm"): field for field in readers}
    if unknown := [str(name) for name in fields if name not in names]:
        raise ValueError(f"不认识的字段 {'、'.join(unknown)}")
    values = {}
    for name, field in names.items():
        written = fields.get(name)
        if written is None:
            if name in _OPTIONAL:
                continue
            raise ValueError(f"缺少 {name}")
        try:
            values[field] = readers[field](written)
        except (ValueError, TypeError, ArithmeticError) as wrong:
            raise ValueError(f"{name} 不能读取：{written}（{wrong}）") from wrong
    return values


def _month(written: Any) -> BillingMonth:
    return BillingMonth.parse(str(written))


def _day(written: Any) -> date:
    return date.fromisoformat(str(written))


def _positive(written: Any) -> int:
    if isinstance(written, bool) or not isinstance(written, int) or written <= 0:
        raise ValueError("应为正整数")
    return written


def _text(written: Any) -> str:
    if not isinstance(written, str) or not written.strip():
        raise ValueError("应为文字")
    return written


def _figure(written: Any) -> int:
    """A whole number of months or days, or a quoted fraction as millionths."""
    return parse_rate(written) if isinstance(written, str) else _positive(written)


def _by_age(written: Any) -> dict[int, int]:
    if not isinstance(written, dict) or not written:
        raise ValueError("应为 年龄: 月数")
    return {_positive(age): _positive(divisor) for age, divisor in written.items()}


def _factor_ppm(written: Any) -> int:
    """A factor that may be above one, unlike a rate: "1.1" → 1 100 000."""
    ppm = Decimal(_text(written)) * PPM
    if not ppm.is_finite() or ppm <= 0 or ppm != int(ppm):
        raise ValueError("应为带引号的正小数，最多六位")
    return int(ppm)
