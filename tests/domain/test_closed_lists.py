"""A1.2: every meaning that is offered for a value is a word that the check itself reads."""

from __future__ import annotations

import pytest

from domain.columns import FIELDS, ImportKind, field_spec, map_columns
from domain.precheck import precheck_row
from domain.precheck.repair import written_date
from domain.precheck.values import CLOSED, meaning_of, unknown_values
from tests.domain.test_precheck import context

FIELDS_OF_KINDS = [(kind, field) for kind in ImportKind for field in CLOSED if field_spec(kind, field)]


@pytest.mark.parametrize(("kind", "field"), FIELDS_OF_KINDS)
def test_every_meaning_is_read_by_the_check(kind: ImportKind, field: str) -> None:
    about = context(kind)
    mapping = map_columns([spec.label for spec in FIELDS[kind]], kind)
    place = next(column.index for column in mapping if column.field == field)
    choices = CLOSED[field].choices(about)
    assert choices
    given = {"id_number": "110105199001011240"}

    def unknown(text: str) -> set[str]:
        cells = [text if column.index == place else given.get(column.field or "") for column in mapping]
        return unknown_values(precheck_row(cells, mapping, 4, about).problems)

    for meaning, label in choices.items():
        assert field not in unknown(meaning), meaning
        assert meaning_of(field, label, about) == meaning
    assert (field in unknown("没有这种说法")) == (CLOSED[field].code is not None)


@pytest.mark.parametrize(
    ("field", "text", "written"),
    [
        ("start_month", "26-11", "2026-11"),
        ("start_month", "26年11月", "2026-11"),
        ("start_month", "2026/11/3", "2026-11"),
        ("start_month", "11-26", "11-26"),
        ("start_month", "11/12/26", "11/12/26"),
        ("start_month", "下个月", "下个月"),
        ("contract_start", "26.11.3", "2026-11-03"),
        ("contract_start", "2026年11月3日", "2026-11-03"),
        ("contract_start", "11.12.26", "11.12.26"),
        ("remark", "26-11", "26-11"),
    ],
)
def test_dates_are_written_out_only_where_they_are_clear(field: str, text: str, written: str) -> None:
    assert written_date(text, field) == written
