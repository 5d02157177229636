"""Columns of an import: which fields it knows, and which of the user's headers mean them."""

from __future__ import annotations

from domain.columns.choice import choice_problems
from domain.columns.fields import (
    BASE_KINDS,
    CHANGE_KINDS,
    FIELDS,
    IMPORT_KIND_LABELS,
    KIND_FIELDS,
    FieldSpec,
    ImportKind,
    field_spec,
)
from domain.columns.mapping import (
    HEADER_SEARCH_ROWS,
    CellValue,
    ColumnMapping,
    MappingSource,
    column_of,
    find_header,
    find_named_header,
    header_names,
    likely_header,
    map_columns,
    mapping_notices,
    missing_required,
    normalize_header,
)
from domain.columns.template import TEMPLATE_NOTES, TemplateColumn, template_columns

__all__ = [
    "BASE_KINDS",
    "CHANGE_KINDS",
    "FIELDS",
    "HEADER_SEARCH_ROWS",
    "IMPORT_KIND_LABELS",
    "KIND_FIELDS",
    "TEMPLATE_NOTES",
    "CellValue",
    "ColumnMapping",
    "FieldSpec",
    "ImportKind",
    "MappingSource",
    "TemplateColumn",
    "choice_problems",
    "column_of",
    "field_spec",
    "find_header",
    "find_named_header",
    "header_names",
    "likely_header",
    "map_columns",
    "mapping_notices",
    "missing_required",
    "normalize_header",
    "template_columns",
]
