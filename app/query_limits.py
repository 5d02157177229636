"""What a query may not be, beside too deep, too long or too full of aliases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
)

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
