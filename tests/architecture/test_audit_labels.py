"""Every act that is noted has a word for people, in both languages."""

from __future__ import annotations

import ast

from app.settings import ROOT
from services.audit import LABELS


def noted() -> set[str]:
    """The first words of every call of `audit` in the services, as far as they are written out."""
    found = set()
    for path in [*(ROOT / "services").rglob("*.py"), *(ROOT / "app").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "audit":
                for each in ast.walk(node.args[0]) if node.args else ():
                    if isinstance(each, ast.Constant) and isinstance(each.value, str) and "." in each.value:
                        found.add(each.value)
    return {act for act in found if not act.endswith(".")}


def test_every_act_has_a_label() -> None:
    acts = noted()
    assert len(acts) > 40
    assert acts - set(LABELS) == set()
