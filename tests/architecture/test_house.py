"""The house rules that a test can see: sizes, names, the committed schema, words across the layers."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

from app.graphql import make_schema
from app.settings import ROOT
from services.reactions import AT_ONCE, GIVEN_UP, REACTIONS

LONGEST = 400
LONGEST_FUNCTION = 50
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "base", "common"}
LAYERS = ("app", "resolvers", "schema", "bots", "services", "db", "integrations", "domain")


def _tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines() if line.endswith(endings)]
    return [p for p in paths if p.exists() and "migrations" not in p.parts]


def test_files_stay_small_and_say_what_they_are() -> None:
    paths = _tracked(".py", ".ts", ".vue", ".mjs")
    assert len(paths) > 100
    long = {str(p.relative_to(ROOT)): n for p in paths if (n := p.read_text("utf-8").count("\n")) > LONGEST}
    assert not long, "split them"
    assert not [str(p.relative_to(ROOT)) for p in paths if p.stem in FORBIDDEN_NAMES], "names that say nothing"


def test_functions_stay_small() -> None:
    long = []
    for layer in LAYERS:
        for path in _tracked(".py"):
            if path.relative_to(ROOT).parts[0] != layer:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None:
                    length = node.end_lineno - node.lineno + 1
                    if length > LONGEST_FUNCTION:
                        long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert not long


def test_the_committed_schema_is_up_to_date() -> None:
    """U1, U2: one schema, exported and committed."""
    assert (ROOT / "schema.graphql").read_text("utf-8") == make_schema().as_str() + "\n"


def test_every_topic_that_is_emitted_has_a_reaction() -> None:
    emitted = set()
    for path in _tracked(".py"):
        if path.relative_to(ROOT).parts[0] != "services":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "emit":
                assert isinstance(node.args[0], ast.Constant), f"{path}: the topic of an emit is written out"
                emitted.add(node.args[0].value)
    assert emitted == set(REACTIONS)
    assert set(REACTIONS) >= AT_ONCE | set(GIVEN_UP)


def test_nothing_committed_names_a_download_host() -> None:
    locks = _tracked(".lock", "package-lock.json", ".npmrc", ".toml")
    assert any(path.name == "requirements.lock" for path in locks)
    for path in locks:
        text = path.read_text("utf-8")
        assert '"resolved": "http' not in text, path
        assert "index-url" not in text, path
