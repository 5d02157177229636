"""Commands that need no database: `quote` (what insurance costs) and `check-id` (is an ID number right).

With --json each prints exactly one JSON object, for bad input too. Exit codes: 0 done, 1 the ID number is not
valid, 2 the input cannot be used. What is slow to import is imported when a command needs it.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from domain.contribution import Line
from domain.errors import Problem, Refusal, has_errors
from domain.explanation import explain
from domain.money import display_yuan, format_rate, format_yuan, parse_rate, parse_yuan, percent
from domain.override import override
from domain.period import BillingMonth
from domain.policy import CONFIDENCE_LABELS, KIND_LABELS, Category, Kind, PolicyBook
from domain.quote import INJURY_CLASSES, Choice, Quote
from domain.quote import quote as compute

POLICIES: Final = Path(os.environ.get("POLICIES_DIR") or Path(__file__).resolve().parent.parent / "policies")
"""The policy files: those of this repository, or of the setting that the other commands read too."""

_BAD_INPUT: Final = 2


class RulesCommand(click.Command):
    """A command that answers a wrong option as JSON too when --json was asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        as_json = "--json" in args
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if not as_json:
                raise
            words = error.format_message()
            remedy = "请用 --help 查看用法"
            stop([Problem("usage", f"命令用法不对：{words}", words, remedy, "See --help")], as_json=True)


@click.command("quote", cls=RulesCommand)
@click.option("--city", help="城市名或代码，如 北京、110000")
@click.option("--month", help="缴费月份，如 2026-11")
@click.option("--base", help="申报基数，元")
@click.option("--category", default="employee", show_default=True, help="employee 职工 / flexible 灵活就业")
@click.option("--kinds", help="只算这些险种，逗号分隔，如 pension,medical")
@click.option("--housing-rate", help="公积金缴存比例，如 0.12")
@click.option("--injury-class", help="工伤行业类别 1–8")
@click.option("--injury-rate", help="工伤核定费率，如 0.004")
@click.option("--tier", "tiers", multiple=True, help="档次，如 medical=2（可多次）")
@click.option("--set", "settings", multiple=True, help="试算设定，如 pension.employer_rate=0.2（可多次）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def quote(as_json: bool, settings: Sequence[str], **options: Any) -> None:
    """按城市、月份和基数试算各险种的单位、个人金额。"""
    from services.policy_files import load_all

    try:
        book = PolicyBook(load_all(POLICIES))
        city, category, month, base, choice = _request(book, options)
        if settings:
            book = override(book, city, category, month, settings)
    except Refusal as refusal:
        stop(refusal.problems, as_json)
    found = compute(book, city, category, month, base, choice)
    if has_errors(found.problems):
        stop(found.problems, as_json)
    if as_json:
        click.echo(dump(_quote_object(found, month)))
    else:
        _print_quote(found, f"{book.cities()[city]} {month // 100}-{month % 100:02d}", month)


@click.command("check-id", cls=RulesCommand)
@click.argument("value")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象")
def check_id(value: str, as_json: bool) -> None:
    """核对身份证件号码：校验位、出生日期、行政区划。"""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from domain.identity import ID_KIND_LABELS
    from domain.identity import check_id as check

    found = check(value, datetime.now(ZoneInfo("Asia/Shanghai")).date())
    birth = found.birth.isoformat() if found.birth else None
    if as_json:
        answer: dict[str, Any] = {"valid": found.valid, "kind": found.kind.value, "birth": birth, "sex": found.sex}
        click.echo(dump({**answer, "area": found.area, "problems": [problem_object(p) for p in found.problems]}))
    else:
        sex = {"male": "男", "female": "女", None: None}[found.sex]
        facts = [ID_KIND_LABELS[found.kind], birth, sex, found.area]
        click.echo(f"{'有效' if found.valid else '无效'}：{'，'.join(fact for fact in facts if fact)}")
        print_problems(found.problems)
    click.get_current_context().exit(0 if found.valid else 1)


class OptionReader:
    """Reads options into values and keeps what is wrong with them, so that one answer names everything at once."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self.problems: list[Problem] = []

    def read(self, name: str, code: str, parse: Callable[[Any], Any], example: str, needed: bool = False) -> Any:
        """The option's value, or None where it is not given or not usable; `parse` raises ValueError for the latter."""
        option, text = f"--{name.replace('_', '-').replace('tiers', 'tier')}", self._options[name]
        if text is None:
            if needed:
                missing = wrong_option("option_missing", option, f"缺少 {option}", f"{option} is missing", example)
                self.problems.append(missing)
            return None
        try:
            return parse(text)
        except ValueError:
            shown = text if isinstance(text, str) else " ".join(text)
            message, message_en = f"{option} 的值“{shown}”不能用", f"{option}: bad value {shown!r}"
            self.problems.append(wrong_option(code, option, message, message_en, example, shown))
            return None

    def done(self) -> None:
        """Raises Refusal with the problems, if there are any."""
        if self.problems:
            raise Refusal(*self.problems)


def _request(book: PolicyBook, options: dict[str, Any]) -> tuple[str, Category, int, int, Choice]:
    """The options as values; raises Refusal with everything that is wrong with them at once."""
    reader = OptionReader(options)
    read = reader.read

    def code_of(text: str) -> str | None:
        code = book.city_code(text)
        if code is None:
            reader.problems.append(_city_unknown(book, text))
        return code

    city = read("city", "city_unknown", code_of, "北京", needed=True)
    month = read("month", "month_form", BillingMonth.parse, "2026-11", needed=True)
    base = read("base", "base_form", parse_yuan, "10000 或 10000.50", needed=True)
    category = read("category", "category_unknown", Category, "employee 或 flexible")
    choice = Choice(
        kinds=read("kinds", "kind_unknown", _kinds, "pension,medical"),
        tiers=read("tiers", "tier_form", _tiers, "medical=2"),
        housing_rate_ppm=read("housing_rate", "rate_form", parse_rate, "0.12"),
        injury_class=read("injury_class", "injury_class_invalid", _injury_class, "1 至 8"),
        injury_rate_ppm=read("injury_rate", "rate_form", parse_rate, "0.004"),
    )
    reader.done()
    return city, category, month.number, base, choice


def _kinds(text: str) -> frozenset[Kind]:
    kinds = frozenset(_kind(name) for name in text.replace("，", ",").split(",") if name.strip())
    if not kinds:
        raise ValueError("no kind named")
    return kinds


def _kind(name: str) -> Kind:
    """A kind by its code or its Chinese name, long or short (养老保险, 养老, 公积金)."""
    plain = name.strip().lower()
    for kind, label in KIND_LABELS.items():
        if plain in (kind.value, label, label.removesuffix("保险"), label.removeprefix("住房")):
            return kind
    return Kind(plain)


def _tiers(texts: Sequence[str]) -> dict[Kind, str]:
    tiers = {}
    for text in texts:
        name, _, tier = text.partition("=")
        if not tier.strip():
            raise ValueError(f"no tier in {text!r}")
        tiers[_kind(name)] = tier.strip()
    return tiers


def _injury_class(text: str) -> int:
    if not text.isdecimal() or int(text) not in INJURY_CLASSES:
        raise ValueError(f"no industry class {text!r}")
    return int(text)


def _city_unknown(book: PolicyBook, text: str) -> Problem:
    names = list(book.cities().values())
    near = get_close_matches(text.strip().removesuffix("市"), names, n=5, cutoff=0.4)
    near += [name for name in names if name not in near and (name in text or set(name) & set(text))]
    hint = f"您是否要找：{'、'.join(near[:5])}" if near else f"现有城市：{'、'.join(names)}"
    hint_en = f"Did you mean {', '.join(near[:5])}?" if near else f"Known cities: {', '.join(names)}"
    problem = wrong_option(
        "city_unknown", "--city", f"没有城市“{text}”的政策", f"No policies for city {text!r}", "", text
    )
    return replace(problem, remedy=hint, remedy_en=hint_en)


def wrong_option(
    code: str, option: str, message: str, message_en: str, example: str, value: str | None = None
) -> Problem:
    """An error about one option, with an example of how it is written."""
    return Problem(
        code=code,
        message=message,
        message_en=message_en,
        remedy=f"例如 {option} {example}",
        remedy_en=f"For example {option} {example}",
        field=option.removeprefix("--").replace("-", "_"),
        value=value,
    )


def _quote_object(found: Quote, month: int) -> dict[str, Any]:
    return {
        "lines": [_line_object(line, month) for line in found.lines],
        "omitted": [
            {"kind": kind.value, "reason": problem.message, "code": problem.code, "remedy": problem.remedy}
            for kind, problem in found.omitted
        ],
        "employer_total": format_yuan(found.employer_fen),
        "employee_total": format_yuan(found.employee_fen),
        "total": format_yuan(found.total_fen),
        "problems": [problem_object(p) for p in (*found.problems, *found.notices)],
    }


def _line_object(line: Line, month: int) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "base": format_yuan(line.base_fen),
        "employer": format_yuan(line.employer_fen),
        "employee": format_yuan(line.employee_fen),
        "employer_rate": format_rate(line.employer_rate_ppm),
        "employee_rate": format_rate(line.employee_rate_ppm),
        "explain": explain(line, month).text,
        "source": line.policy.source,
        "confidence": line.policy.confidence.value,
    }


def _print_quote(found: Quote, title: str, month: int) -> None:
    rows = [["险种", "缴费基数", "单位费率", "单位", "个人费率", "个人", "合计", "可信度"]]
    for line in found.lines:
        figures = [
            display_yuan(line.base_fen),
            percent(line.employer_rate_ppm),
            display_yuan(line.employer_fen),
            percent(line.employee_rate_ppm),
            display_yuan(line.employee_fen),
            display_yuan(line.total_fen),
        ]
        rows.append([KIND_LABELS[line.kind], *figures, CONFIDENCE_LABELS[line.policy.confidence]])
    totals = [display_yuan(fen) for fen in (found.employer_fen, found.employee_fen, found.total_fen)]
    rows.append(["合计", "", "", totals[0], "", totals[1], totals[2], ""])
    click.echo(f"{title} 试算（元）")
    print_table(rows if found.lines else [])
    if found.lines:
        click.echo("\n计算过程")
    for line in found.lines:
        click.echo(f"  {explain(line, month).text}")
    if found.omitted:
        click.echo("\n未计算")
    for kind, problem in found.omitted:
        click.echo(f"  {KIND_LABELS[kind]}：{problem.message}。{problem.remedy}")
    print_problems([*found.problems, *found.notices])


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned by the width on screen, where a Chinese character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = (" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        cells = [row[0] + first, *(pad + cell for pad, cell in zip(rest, row[1:], strict=True))]
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def print_problems(problems: Iterable[Problem], err: bool = False) -> None:
    """One line a problem, with what to do next."""
    marks = {"error": "错误", "warning": "注意", "notice": "提示"}
    for problem in problems:
        remedy = f"。{problem.remedy}" if problem.remedy else ""
        click.echo(f"{marks[problem.severity]}：{problem.message}{remedy}", err=err)


def problem_object(problem: Problem) -> dict[str, Any]:
    """A problem as it stands in an answer: what is empty is left out."""
    return {name: value for name, value in asdict(problem).items() if value not in (None, "")}


def dump(answer: dict[str, Any]) -> str:
    """The one JSON object of an answer."""
    return json.dumps(answer, ensure_ascii=False)


def stop(problems: Iterable[Problem], as_json: bool) -> NoReturn:
    """Answer with problems alone and end with the exit code for bad input."""
    if as_json:
        click.echo(dump({"problems": [problem_object(p) for p in problems]}))
    else:
        print_problems(problems, err=True)
    raise click.exceptions.Exit(_BAD_INPUT)
