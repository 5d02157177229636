"""What a query may not be, beside too deep, too long or too full of aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
    VariableNode,
)
from strawberry.extensions import SchemaExtension

from services.paging import LARGEST_PAGE

_CONNECTION: Final = frozenset({"edges", "node"})
"""Fields of every connection; they recur in honest queries."""

_FARTHEST: Final = 24


class NoSdl(ValidationRule):
    """`_service` hands out the whole schema; in production a gateway is composed from the released schema.graphql."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value == "_service":
            self.report_error(GraphQLError("The schema is not handed out here", nodes=node))


class NoCircles(ValidationRule):
    """Refuses a field below itself (`branches{parent{branches…}}`): the answer grows by a factor with every round."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        for field in self._recurring(node.selection_set, frozenset(), 0):
            words = f"Circle in the query: `{field.name.value}` stands below itself"
            self.report_error(GraphQLError(words, nodes=field))
            return

    def _recurring(self, selections: SelectionSetNode, above: frozenset[str], depth: int) -> Iterator[FieldNode]:
        if depth > _FARTHEST:
            return  # deeper queries are refused by the depth limit, and fragments in a circle by their own rule
        for selection in selections.selections:
            if isinstance(selection, FragmentSpreadNode):
                fragment = self.context.get_fragment(selection.name.value)
                if fragment is not None:
                    yield from self._recurring(fragment.selection_set, above, depth + 1)
                continue
            inner = getattr(selection, "selection_set", None)
            if inner is None:
                continue
            below = above
            if isinstance(selection, FieldNode):
                name = selection.name.value
                if name in above:
                    yield selection
                    return
                below = above if name in _CONNECTION else above | {name}
            yield from self._recurring(inner, below, depth + 1)


MOST_ROWS: Final = 5000
"""Rows that the pages of one request may hold altogether, those inside each other multiplied."""

_USUAL_PAGE: Final = 50
_OF_A_PAGE: Final = frozenset({"edges", "pageInfo", "totalCount"})


class RowLimit(SchemaExtension):
    """Refuses pages inside pages that come to too many rows (`batches(first: 100){rows(first: 100)}`).

    Runs after validation, so that it sees a sound query, and with the variables, which a validation rule does not get.
    """

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document = context.graphql_document
        if not context.pre_execution_errors and document is not None:
            rows = _Rows(document, context.variables or {}, context.operation_name).count()
            if rows > MOST_ROWS:
                words = f"The pages of this query hold up to {rows} rows; at most {MOST_ROWS} a request"
                context.pre_execution_errors = [GraphQLError(words, extensions={"code": "TOO_MANY"})]
        yield


class _Rows:
    """Counts the rows that a document's pages may hold."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any], name: str | None) -> None:
        self._variables = variables
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        self._operations = [d for d in operations if name is None or (d.name is not None and d.name.value == name)]

    def count(self) -> int:
        return sum(self._below(each.selection_set, 1) for each in self._operations)

    def _below(self, selections: SelectionSetNode, times: int) -> int:
        rows = 0
        for selection in selections.selections:
            if isinstance(selection, FragmentSpreadNode):
                rows += self._below(self._fragments[selection.name.value].selection_set, times)
                continue
            inner = getattr(selection, "selection_set", None)
            if inner is None:
                continue
            many = self._many(selection) if isinstance(selection, FieldNode) else None
            rows += times * (many or 0) + self._below(inner, times * (many or 1))
        return rows

    def _many(self, field: FieldNode) -> int | None:
        """How many rows a page of this field holds at most; None when it is no page."""
        for argument in field.arguments or ():
            value = argument.value
            if argument.name.value == "representations" and isinstance(value, VariableNode):
                given = self._variables.get(value.name.value)
                return len(given) if isinstance(given, list) else None
            if argument.name.value == "first":
                if isinstance(value, IntValueNode):
                    return _page(int(value.value))
                given = self._variables.get(value.name.value) if isinstance(value, VariableNode) else None
                return _page(given) if isinstance(given, int) else _USUAL_PAGE
        shown = field.selection_set.selections if field.selection_set else ()
        paged = any(isinstance(each, FieldNode) and each.name.value in _OF_A_PAGE for each in shown)
        return _USUAL_PAGE if paged else None


def _page(first: int) -> int:
    """What a page asked for can hold; larger ones are refused by the field itself, with a better word."""
    return min(max(first, 0), LARGEST_PAGE)
