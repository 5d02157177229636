"""Commands on rules of the whole country: `retirement`, `pension` and `late-fee`; they need no database.

With --json each prints exactly one JSON object, for bad input too. Exit codes: 0 done, 2 the input cannot be used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

import click

from app.cli_rules import (
    POLICIES,
    OptionReader,
    RulesCommand,
    dump,
    print_problems,
    print_table,
    problem_object,
    stop,
    wrong_option,
)
from domain.errors import Refusal
from domain.late_fee import START_RULE_LABELS, LateFee, LateFeeRule, StartRule, late_fee
from domain.money import display_yuan, format_yuan, parse_yuan, percent
from domain.pension import Account, Estimate, Formula, PensionRules, estimate
from domain.period import BillingMonth
from domain.policy import CONFIDENCE_LABELS
from domain.retirement import RETIREMENT_CATEGORY_LABELS, Retirement, RetirementCategory, retire

T = TypeVar("T")


@click.command("retirement", cls=RulesCommand)
@click.option("--birth", help="出生年月，如 1970-01")
@click.option("--category", help="male 男 / female55 女（原 55 周岁）/ female50 女（原 50 周岁）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def retirement_command(as_json: bool, **options: str | None) -> None:
    """法定退休年龄、延迟月数与最低缴费年限。"""
    from services.national_rules import load_retirement

    def answer() -> Retirement:
        reader = OptionReader(options)
        birth = reader.read("birth", "birth_form", BillingMonth.parse, "1970-01", needed=True)
        category = reader.read("category", "category_unknown", RetirementCategory, "female55", needed=True)
        reader.done()
        return retire(birth, category, load_retirement(POLICIES / "national"))

    found = _answered(answer, as_json, "--birth", "1970-01")
    years, months = found.age
    if as_json:
        facts = {
            "original_month": str(found.original_month),
            "delay_months": found.delay_months,
            "retirement_month": str(found.retirement_month),
            "age": {"years": years, "months": months},
            "minimum_years": found.minimum_years,
        }
        # The key is there only when there is something to say, so that the ordinary answer keeps its shape.
        problems = {"problems": [problem_object(each) for each in found.notices]} if found.notices else {}
        click.echo(dump({**facts, **problems}))
        return
    rows = [
        ["项目", RETIREMENT_CATEGORY_LABELS[RetirementCategory(options["category"] or "")]],
        ["原法定退休时间", str(found.original_month)],
        ["延迟月数", str(found.delay_months)],
        ["法定退休时间", str(found.retirement_month)],
        ["法定退休年龄", f"{years} 周岁 {months} 个月"],
        ["最低缴费年限（年）", "未知" if found.minimum_years is None else str(found.minimum_years)],
        ["自愿弹性退休", f"{found.earliest_month} 至 {found.latest_month}"],
    ]
    print_table(rows if found.latest_month != found.retirement_month else rows[:-1])
    click.echo(f"依据：{'；'.join(found.sources)}（可信度：{CONFIDENCE_LABELS[found.confidence]}）")
    print_problems(found.notices)


@click.command("pension", cls=RulesCommand)
@click.option("--reference-wage", help="养老金计发基数，元，如 12049")
@click.option("--average-index", help="平均缴费工资指数，如 0.8")
@click.option("--months", help="累计缴费月数，如 360")
@click.option("--account", help="个人账户储存额，元")
@click.option("--age", help="退休年龄（整岁），据此取计发月数")
@click.option("--divisor", help="计发月数，如 118.3；与 --age 二选一")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def pension_command(as_json: bool, **options: str | None) -> None:
    """职工基本养老金估算：基础养老金与个人账户养老金。"""
    from services.national_rules import load_pension

    def answer() -> tuple[Estimate, Formula]:
        rules = load_pension(POLICIES / "national")
        reader = OptionReader(options)
        reference = reader.read("reference_wage", "amount_form", _yuan, "12049", needed=True)
        index = reader.read("average_index", "index_form", _decimal, "0.8", needed=True)
        months = reader.read("months", "months_form", _count, "360", needed=True)
        today = BillingMonth.from_date(datetime.now(ZoneInfo("Asia/Shanghai")).date())
        account = _account(reader, options, rules, today)
        reader.done()
        formula = rules.formula(today)
        return estimate(reference, index, months, formula, account), formula

    found, formula = _answered(answer, as_json, "--reference-wage", "12049")
    if as_json:
        amounts = {"basic": found.basic_fen, "account": found.account_fen, "total": found.total_fen}
        click.echo(dump({name: format_yuan(fen) for name, fen in amounts.items()}))
        return
    click.echo("每月基本养老金估算（元），不含过渡性养老金")
    print_table([["项目", "计算", "金额"], *([step.label, step.formula, step.result] for step in found.steps)])
    click.echo(f"依据：{formula.source}（可信度：{CONFIDENCE_LABELS[formula.confidence]}）")
    click.echo("提示：按月领取还须达到最低缴费年限，可用 shebao retirement 查询")


@click.command("late-fee", cls=RulesCommand)
@click.option("--amount", help="欠缴金额，元")
@click.option("--due", help="缴费期限（最后一日），如 2026-01-15")
@click.option("--paid", help="实际缴纳日，如 2026-03-01")
@click.option("--rule", help="起算日：next-day 期限次日 / second-month 第二个月 1 日；不填按政策行")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def late_fee_command(as_json: bool, **options: str | None) -> None:
    """滞纳金天数与金额：起算日和缴纳日都计入。"""
    from services.national_rules import load_late_fee

    def answer() -> tuple[LateFee, LateFeeRule, StartRule]:
        reader = OptionReader(options)
        amount = reader.read("amount", "amount_form", _yuan, "1000", needed=True)
        due = reader.read("due", "date_form", _day, "2026-01-15", needed=True)
        paid = reader.read("paid", "date_form", _day, "2026-03-01", needed=True)
        start = reader.read("rule", "rule_unknown", StartRule, "next-day 或 second-month")
        reader.done()
        row = load_late_fee(POLICIES / "national").late_fee_on(due)
        return late_fee(amount, due, paid, row, start), row, start or row.start

    found, row, start = _answered(answer, as_json, "--due", "2026-01-15")
    if as_json:
        click.echo(dump({"days": found.days, "fee": format_yuan(found.fee_fen)}))
        return
    names = ["起算", "起算日", "天数", "每日", "滞纳金（元）"]
    fee, first = display_yuan(found.fee_fen), str(found.first_day or "无")
    figures = [START_RULE_LABELS[start], first, str(found.days), percent(row.daily_ppm), fee]
    print_table(list(zip(names, figures, strict=True)))
    click.echo(f"依据：{row.source}（可信度：{CONFIDENCE_LABELS[row.confidence]}）")
    if row.note:
        click.echo(f"说明：{row.note}")


def _answered(answer: Callable[[], T], as_json: bool, option: str, example: str) -> T:
    """The answer, or the end of the command with what is wrong; `option` is the one that left the calendar."""
    try:
        return answer()
    except Refusal as refusal:
        stop(refusal.problems, as_json)
    except ValueError as wrong:
        words, words_en = f"{option} 超出可以计算的范围", f"{option} is out of range: {wrong}"
        stop([wrong_option("out_of_range", option, words, words_en, example)], as_json)


def _account(
    reader: OptionReader, options: dict[str, str | None], rules: PensionRules, month: BillingMonth
) -> Account | None:
    """The account with its divisor, by age or as given; None without --account. What is wrong goes to the reader."""
    balance = reader.read("account", "amount_form", _yuan, "138096.30")
    age = reader.read("age", "age_form", _count, "60")
    divisor = reader.read("divisor", "divisor_form", _decimal, "118.3")
    if options["account"] is not None and (options["age"] is None) == (options["divisor"] is None):
        words, words_en = "--account 须配 --age 或 --divisor 之一", "--account needs one of --age and --divisor"
        reader.problems.append(wrong_option("divisor_choice", "--divisor", words, words_en, "118.3"))
    if reader.problems or balance is None:
        return None
    return Account(balance, Decimal(rules.divisor(age, month)) if divisor is None else divisor)


def _yuan(text: str) -> int:
    fen = parse_yuan(text)
    if fen < 0:
        raise ValueError(f"negative: {text!r}")
    return fen


def _decimal(text: str, form: str = r"[0-9]{1,4}(\.[0-9]{1,6})?") -> Decimal:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(form, plain) or not Decimal(plain):
        raise ValueError(f"not a number above 0: {text!r}")
    return Decimal(plain)


def _count(text: str) -> int:
    return int(_decimal(text, "[0-9]{1,4}"))


def _day(text: str) -> date:
    """A day written as 2026-01-15; raises ValueError for anything else."""
    day = date.fromisoformat(text.strip())
    if day.isoformat() != text.strip():
        raise ValueError(f"not a day: {text!r}")
    return day
