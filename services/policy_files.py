"""Read the dated city policies from their YAML files (policies/)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from domain.errors import Problem, Refusal
from domain.policy import PolicyVersion
from domain.policy_file import parse

# The C loader reads all cities in a fraction of the time; a build of PyYAML without it still works.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_policies(directory: Path) -> list[PolicyVersion]:
    """The rows of every *.yaml file in the directory, files by name.

    Raises Refusal with the problems of all files together: policies_absent when there is no file,
    policy_file when one is no YAML, and those of `domain.policy_file.parse`; each names its file.
    """
    versions: list[PolicyVersion] = []
    problems: list[Problem] = []
    paths = sorted(directory.glob("*.yaml"))
    if not paths:
        raise Refusal(_absent(directory))
    for path in paths:
        try:
            versions += parse(_read(path))
        except Refusal as refusal:
            problems += [problem.at(field=path.name) for problem in refusal.problems]
    if problems:
        raise Refusal(*problems)
    return versions


def load_all(directory: Path) -> list[PolicyVersion]:
    """The rows of the directory and those of its `partial` folder.

    Cities of which only some kinds were found lie apart, so that nobody takes them for complete ones.
    """
    partial = directory / "partial"
    return load_policies(directory) + (load_policies(partial) if partial.is_dir() else [])


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader, see above
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise Refusal(_unreadable(path, str(wrong))) from wrong
    if not isinstance(document, dict):
        raise Refusal(_unreadable(path, "not a mapping"))
    return document


def _absent(directory: Path) -> Problem:
    return Problem(
        code="policies_absent",
        message=f"目录 {directory.name} 中没有政策文件",
        message_en=f"There are no policy files in {directory.name}",
        remedy="请检查政策目录的位置",
        remedy_en="Check where the policy directory is",
    )


def _unreadable(path: Path, reason: str) -> Problem:
    first_line = " ".join(reason.split())[:200]
    return Problem(
        code="policy_file",
        message=f"政策文件 {path.name} 不能读取：{first_line}",
        message_en=f"Policy file {path.name} cannot be read: {first_line}",
        remedy="请检查 YAML 格式与编码（UTF-8）",
        remedy_en="Check the YAML syntax and that the file is UTF-8",
    )
