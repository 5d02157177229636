"""Saved filters: what may be kept under a name."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from domain.errors import Problem

MOST_SAVED: Final = 50
LONGEST_QUERY: Final = 4096
"""Bytes of the query as JSON."""
LONGEST_NAME: Final = 60
_PERSONAL = re.compile(r"1[3-9][0-9]{9}|[0-9]{15}|[0-9]{17}[0-9Xx]|[0-9]{16,19}")


def check_saved(name: str, query: str) -> list[Problem]:
    """What is wrong with a filter: its name, its size, its form, or that it names a person.

    ID numbers, phones and cards are sealed wherever they are kept, so none is kept in a filter.
    """
    problems = []
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        problems.append(
            _wrong(
                "name",
                "filter_name",
                f"名称须为 1 至 {LONGEST_NAME} 个字",
                f"A name has 1 to {LONGEST_NAME} characters",
            )
        )
    if len(query.encode()) > LONGEST_QUERY:
        zh = f"筛选条件超过 {LONGEST_QUERY // 1024} KB"
        return [*problems, _wrong("query", "filter_long", zh, f"The filter is larger than {LONGEST_QUERY} bytes")]
    try:
        found = json.loads(query)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return [*problems, _wrong("query", "filter_form", "筛选条件不是 JSON 对象", "The filter is no JSON object")]
    if any(_PERSONAL.fullmatch(text.replace(" ", "")) for text in _texts(found)):
        zh, en = "筛选条件里有证件号、手机号或卡号，不能保存", "A filter with an ID number, phone or card is not kept"
        problems.append(_wrong("query", "filter_personal", zh, en))
    return problems


def too_many() -> Problem:
    """Enough filters for one person."""
    return Problem(
        "filter_too_many",
        f"最多保存 {MOST_SAVED} 个筛选",
        f"At most {MOST_SAVED} filters are kept",
        "请先删除不用的筛选",
        "Delete one that you no longer need",
    )


def taken(name: str) -> Problem:
    """One's own filters of a list have different names."""
    return Problem(
        "filter_taken",
        "您在这个列表已有同名的筛选",
        "You have a filter of that name for this list",
        "请换一个名称",
        "Choose another name",
        field="name",
        value=name,
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [str(value)] if isinstance(value, str | int) and not isinstance(value, bool) else []


def _wrong(field: str, code: str, message: str, message_en: str) -> Problem:
    return Problem(code, message, message_en, "请更正后重试", "Correct it and try again", field=field)
