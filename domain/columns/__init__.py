"""Columns of an import: which fields it knows, and which of the user's headers mean them."""

from __future__ import annotations

from domain.columns.fields import FIELDS, KIND_FIELDS, FieldSpec, ImportKind, field_spec
from domain.columns.mapping import (
    CellValue,
    ColumnMapping,
    column_of,
    find_header,
    header_names,
    map_columns,
    mapping_notices,
    missing_required,
    normalize_header,
)
from domain.columns.template import TEMPLATE_NOTES, TemplateColumn, template_columns

__all__ = [
    "FIELDS",
    "KIND_FIELDS",
    "TEMPLATE_NOTES",
    "CellValue",
    "ColumnMapping",
    "FieldSpec",
    "ImportKind",
    "TemplateColumn",
    "column_of",
    "field_spec",
    "find_header",
    "header_names",
    "map_columns",
    "mapping_notices",
    "missing_required",
    "normalize_header",
    "template_columns",
]
