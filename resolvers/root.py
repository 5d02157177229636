"""Joining the roots: every word's queries, mutations and subscriptions, found by their files."""

from __future__ import annotations

import importlib
import pkgutil

from strawberry.tools import merge_types

import resolvers


def _collect(name: str) -> tuple[type, ...]:
    found = []
    for module in sorted(m.name for m in pkgutil.iter_modules(resolvers.__path__) if m.name != "root"):
        part = getattr(importlib.import_module(f"resolvers.{module}"), name, None)
        if part is not None:
            found.append(part)
    return tuple(found)


Query = merge_types("Query", _collect("Query"))
Mutation = merge_types("Mutation", _collect("Mutation"))
Subscription = merge_types("Subscription", _collect("Subscription"))
