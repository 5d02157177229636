"""Hundreds of malformed requests and files: a clear answer each, never an incident, and nothing moved."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from graphql import (
    BooleanValueNode,
    EnumValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    parse,
)

from app.container import Container
from db.sql import fetch
from services import batch
from tests.api.conftest import ClientOf
from tests.api.test_authorization import ARGUMENTS, FIELDS, _fingerprint, _selection
from tests.factories import HEADERS, account, checked, person, sheet

pytestmark = pytest.mark.slow

LONG = "长" * 3000
STRINGS = ['""', '" "', '"💥"', f'"{LONG}"', '"2026-13"', '"-1"', '"1e9"', '"\'; DROP TABLE person; --"', "-1", "null"]
WRONG: dict[type[ValueNode], list[str]] = {
    StringValueNode: STRINGS,
    IntValueNode: ["-1", "2147483647", "99999999999", '"x"', "1.5", "null"],
    BooleanValueNode: ['"maybe"', "2"],
    EnumValueNode: ["NO_SUCH_WORD", '"x"', "null"],
    ListValueNode: ["[null]", '["x"]', "{}"],
    ObjectValueNode: ["{}", "{nobodyKnowsThis: 1}", "[]", '"x"'],
}
NO_TEXT = ['""', '" "', f'"{LONG}"', "-1", "null"]
WRONG_FOR = {
    **dict.fromkeys(("name", "reason", "source", "text", "resolution"), NO_TEXT),
    "idempotencyKey": ['""', '"short"', f'"{LONG}"', "-1", "null"],
    **{name: [f'"{LONG}"', "-1", "null"] for name in ("channel", "comment", "note", "search")},
}
"""What a field of free text may not be: any other words may be meant, and some may be left empty."""
UNTOUCHED = {"signIn", "signOut", "changePassword"}
"""They count failures by name and address, which is what they are for."""


def malformed(operation: str, name: str) -> Iterator[str]:
    """The field's call with one value replaced, for every value of it and everything that may be wrong with it."""
    given = f"{operation} {{ {name}{ARGUMENTS[name]} {_selection(name, operation)} }}"
    document: Any = parse(given)
    for argument in _arguments(document.definitions[0].selection_set.selections[0].arguments):
        value = argument.value
        for text in WRONG_FOR.get(argument.name.value, WRONG.get(type(value), [])):
            yield given[: value.loc.start] + text + given[value.loc.end :]


def _arguments(given: Iterable[Any]) -> Iterator[Any]:
    """Every argument, and every field of what is given as an object."""
    for argument in given:
        yield argument
        if isinstance(argument.value, ObjectValueNode):
            yield from _arguments(argument.value.fields)


async def test_malformed_requests(client_of: ClientOf) -> None:
    """Every value of every root field replaced by nonsense: refused or answered, never an incident, nothing moves."""
    client = await client_of("admin")
    count = 0
    for operation, name, _ in FIELDS:
        if operation == "subscription" or name in UNTOUCHED or name not in ARGUMENTS:
            continue
        before = await _fingerprint()
        for call in malformed(operation, name):
            answer = await client.ask(call)
            count += 1
            errors = answer.get("errors", [])
            assert "INTERNAL" not in [e.get("extensions", {}).get("code") for e in errors], f"{call}: {answer}"
            assert errors or answer.get("data") is not None, f"{call}: {answer}"
            assert all(e["message"] for e in errors), call
        assert await _fingerprint() == before, f"something malformed got through to {name}"
    assert count >= 200


GOOD = sheet([person(1), person(2)])


def broken_files() -> Iterator[tuple[str, bytes, str]]:
    """Files that cannot be worked through: what is wrong, the bytes, and a name."""
    for part in range(1, 20):
        yield f"cut at {part}/20", GOOD[: len(GOOD) * part // 20], "a.xlsx"
    for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist():
        if name.startswith("xl/") and not name.startswith(("xl/theme", "xl/styles", "xl/_rels/")):
            yield f"{name} is no XML", _package({name: b"<"}), "a.xlsx"
    yield "a package of something else", _package(None), "a.xlsx"
    yield "a page of the web", b"<html><table><tr><td>\xe5\xa7\x93</td></tr></table></html>", "a.xls"
    yield "an old workbook cut short", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls"
    yield "no line but a title", "十一月人员表\n".encode(), "a.csv"
    yield "a header alone", ",".join(HEADERS).encode(), "a.csv"
    for missing in ("姓名", "证件号码", "申报工资"):
        left = [h for h in HEADERS if h != missing]
        yield f"without {missing}", sheet([person(1)], left), "a.xlsx"
    yield "two columns of the same meaning", _csv(["姓名", "证件号码", "身份证号码", "申报工资"]), "a.csv"
    for encoding in ("utf-8", "gb18030"):
        yield f"letters in {encoding} without a header", "张三,李四,王五\n".encode(encoding) * 30, "a.csv"


def _csv(headers: list[str]) -> bytes:
    return ("\n".join([",".join(headers), ",".join("x" for _ in headers)])).encode()


def _package(changes: dict[str, bytes] | None) -> bytes:
    """The good workbook with some parts replaced, or a package that is none."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist() if changes is not None else []:
            new.writestr(name, (changes or {}).get(name, old.read(name)))
        if changes is None:
            new.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


async def test_malformed_files(container: Container) -> None:
    """A1.2: each fails with a reason and a remedy in both languages, and leaves no row and no person."""
    maker = await account("zhuanyuan")
    for what, content, name in broken_files():
        found = await batch.one(maker, await checked(container, content, name=name))
        if found.state != "failed":
            # Only what can be read at all gets as far as rows, and then none of them is good.
            assert found.ok_rows == 0, what
            continue
        for problem in found.failure:
            assert problem.code != "check_broken", what
            assert all((problem.message, problem.message_en, problem.remedy, problem.remedy_en)), what
        assert (await fetch("SELECT COUNT(*) AS n FROM batch_row WHERE batch_id = ?", [found.id]))[0]["n"] == 0, what
    assert (await fetch("SELECT COUNT(*) AS n FROM person"))[0]["n"] == 0


NONSENSE = ["", "？？", "#REF!", "=1+1", "-5", "1.66E+17", "面议", "0", "2026-13", "9" * 40, "\u202e张三", "a\tb\nc"]
READ_AS_GIVEN = {
    ("姓名", "面议"),
    ("手机号", ""),
    ("银行卡号", ""),
    ("公积金比例", ""),
}
"""Cells that may well stand there: a word that could be a name, optional ones left empty. All else is wrong."""


async def test_malformed_cells(container: Container) -> None:
    """A1.2, B4: nonsense in any column is told at its row and column, with the value and what to do."""
    rows: list[dict[str, str]] = []
    wrong: list[tuple[str, str]] = []
    for header in HEADERS:
        for value in NONSENSE:
            wrong.append((header, value))
            rows.append(person(len(rows) + 1) | {header: value})
    ports, maker = container.ports, await account("zhuanyuan")
    batch_id = await checked(container, sheet(rows))
    view = await batch.one(maker, batch_id)
    assert view.state == "checked"
    shown = (await batch.rows(ports, view, None, None, len(rows), 0)).rows
    assert len(shown) == len(rows)
    for row, (header, value) in zip(shown, wrong, strict=True):
        here = [p for p in row.problems if p.column == header]
        for problem in here:
            assert problem.row == row.row_no
            assert all((problem.message, problem.message_en, problem.remedy, problem.remedy_en)), problem
        if row.state == "failed":
            assert here, f"{header}={value!r}: {[p.code for p in row.problems]}"
    silent = [pair for row, pair in zip(shown, wrong, strict=True) if not row.problems]
    assert {pair for pair in silent if pair not in READ_AS_GIVEN} == set()
