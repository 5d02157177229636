"""Refusals as values: what is wrong, where, and what to do next, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a problem stops: an error stops the row, a warning asks for a look, a notice only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `code` is stable and machine-readable; the texts are for people.

    `row` is the row number as the spreadsheet program shows it (1-based), `column` the header as the
    user wrote it, `field` our own name of the input, `value` what was found (masked where sensitive).
    """

    code: str
    message: str
    message_en: str
    remedy: str = ""
    remedy_en: str = ""
    severity: Severity = Severity.ERROR
    field: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def at(
        self, *, row: int | None = None, column: str | None = None, value: str | None = None, field: str | None = None
    ) -> Problem:
        """The same problem with its place filled in."""
        return replace(
            self,
            row=self.row if row is None else row,
            column=self.column if column is None else column,
            value=self.value if value is None else value,
            field=self.field if field is None else field,
        )


_FIELDS = tuple(field.name for field in fields(Problem))
_SEVERITY = _FIELDS.index("severity")


class Refusal(Exception):
    """Raised by an act that will not be done; the transaction rolls back and the problems become the answer."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.code}: {p.message_en}" for p in problems))
        self.problems: tuple[Problem, ...] = problems


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems stops the row or act."""
    return any(p.severity is Severity.ERROR for p in problems)


def restored(plain: Mapping[str, Any]) -> Problem:
    """A problem from the dictionary that `dataclasses.asdict` made of it."""
    values = [plain[name] for name in _FIELDS]
    values[_SEVERITY] = Severity(values[_SEVERITY])
    return Problem(*values)


def invalid(field: str, message: str, message_en: str) -> Problem:
    """An input that cannot be taken as it is; the code is the field's name with `_invalid`."""
    return Problem(f"{field}_invalid", message, message_en, "请更正后重试", "Correct it and try again", field=field)
