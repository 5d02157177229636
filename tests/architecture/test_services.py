"""The calls between services are those drawn in docs/services.md, and they go round in no circle."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from graphlib import TopologicalSorter

from app.settings import ROOT

OPEN_TO_ALL = {"ports", "paging"}


def calls() -> dict[str, set[str]]:
    """Which word's service imports which other word's."""
    found: dict[str, set[str]] = defaultdict(set)
    services = ROOT / "services"
    for path in services.rglob("*.py"):
        word = path.relative_to(services).with_suffix("").parts[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module or node.module.split(".")[0] != "services":
                continue
            parts = node.module.split(".")
            names = [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
            found[word] |= {name for name in names if name != word and name not in OPEN_TO_ALL}
    return {word: others for word, others in found.items() if others and word not in OPEN_TO_ALL}


def test_calls_between_services_are_drawn() -> None:
    text = (ROOT / "docs" / "services.md").read_text("utf-8")
    drawn = set(re.findall(r"^  (\w+) --> (\w+)$", text, re.MULTILINE))
    assert {(word, other) for word, others in calls().items() for other in others} == drawn


def test_calls_between_services_make_no_circle() -> None:
    tuple(TopologicalSorter(calls()).static_order())
