"""The command `shebao` as an operator uses it: one JSON object a call, exit codes, the same rules as the console."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT, Settings
from tests.factories import person, sheet

COMPANY = "晨光科技有限公司"
SAMPLE = ROOT / "samples" / "增员_样例.xlsx"
LEAVERS = ROOT / "samples" / "减员_样例.csv"


class Shell:
    """Runs the command against a test's own database."""

    def __init__(self, settings: Settings) -> None:
        plain = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "KEYS_JSON")}
        self._env = plain | {
            "VAR_DIR": str(settings.var_dir),
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "ENVIRONMENT": "demo",
        }

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            env=self._env | env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def answer(self, *words: str, code: int = 0) -> dict[str, Any]:
        """The one JSON object of a call that ends with the exit code."""
        done = self.run(*words, "--json")
        assert done.returncode == code, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def shell(settings: Settings) -> Shell:
    return Shell(settings)


def test_import_month_bill_explain(shell: Shell) -> None:
    """A1.2, A1.3, M3.2: the whole job without a browser; leavers go; the same file again enrols nobody twice."""
    imported = shell.answer("import", str(SAMPLE), "--kind", "enroll", "--company", COMPANY, "--month", "2026-11")
    assert (imported["rows"], imported["ok"], imported["failed"], imported["state"]) == (32, 23, 9, "done")
    assert imported["batch"] == "ZY202611-0001"
    wrong = [p for p in imported["problems"] if p["severity"] == "error"]
    assert {"id_numeric", "id_checksum", "required_missing", "phone_form", "duplicate_in_file"} <= {
        p["code"] for p in wrong
    }
    assert all(p["row"] and p["column"] and p["message"] and p["remedy"] for p in wrong)
    assert not any(len(p["value"] or "") == 18 and "*" not in p["value"] for p in wrong), "an ID number in the open"

    run = shell.answer("run-month", "2026-11", "--company", COMPANY)
    assert [(b["company"], b["people"], b["state"]) for b in run["bills"]] == [(COMPANY, 23, "draft")]
    bill = shell.answer("bill", "2026-11", "--company", COMPANY)
    cents = sum(round(float(line["amount"]) * 100) for line in bill["lines"])
    assert f"{cents / 100:.2f}" == bill["total"] == run["bills"][0]["total"]
    line = next(line for line in bill["lines"] if line["kind"] == "pension")
    told = shell.answer("explain", line["id"])
    assert line["employer"] == told["employer"]
    assert "16%" in told["explain"]
    assert told["source"]

    again = shell.answer("import", str(SAMPLE), "--kind", "enroll", "--company", COMPANY, "--month", "2026-11")
    assert (again["ok"], again["failed"]) == (0, 32)
    assert "already_enrolled" in {p["code"] for p in again["problems"]}

    gone = shell.answer("import", str(LEAVERS), "--kind", "terminate", "--company", COMPANY, "--month", "2026-12")
    assert (gone["rows"], gone["ok"], gone["failed"]) == (5, 4, 1)
    later = shell.answer("run-month", "2027-01", "--company", COMPANY)
    assert later["bills"][0]["people"] == 23 - 4


def test_a_rehearsal_stores_nothing(shell: Shell) -> None:
    rehearsed = shell.answer(
        "import", str(SAMPLE), "--kind", "enroll", "--company", COMPANY, "--month", "2026-11", "--dry-run"
    )
    assert (rehearsed["rows"], rehearsed["ok"], rehearsed["failed"], rehearsed["batch"]) == (32, 23, 9, None)
    nobody = shell.answer("run-month", "2026-11", "--company", COMPANY, code=2)
    assert [p["code"] for p in nobody["problems"]] == ["nobody_enrolled"]


def test_an_import_may_stop_for_the_console(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "两人.xlsx"
    path.write_bytes(sheet([person(1), person(2)]))
    words = ("import", str(path), "--kind", "enroll", "--company", COMPANY, "--month", "2026-11")
    assert shell.answer(*words, "--until", "in_review")["state"] == "in_review"
    assert shell.answer("run-month", "2026-11", "--company", COMPANY, code=2)["problems"]


def test_bad_calls_say_what_to_do(shell: Shell, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    words = ("--kind", "enroll", "--company", COMPANY, "--month", "2026-11")
    told = shell.answer("import", str(broken), *words, code=2)
    assert (told["rows"], told["problems"][0]["code"]) == (0, "file_broken")
    unknown = shell.answer("import", str(SAMPLE), "--kind", "enroll", "--company", "没有这家公司", code=2)
    assert unknown["problems"][0]["code"] == "not_found"
    assert shell.answer("explain", "42", code=2)["problems"][0]["code"] == "not_found"
    assert shell.run("bill", "2026-13", "--company", COMPANY).returncode == 2
    for call in (
        ("bill", "2026-13", "--company", COMPANY),
        ("run-month",),
        ("import", "gone.xlsx", "--kind", "enroll"),
    ):
        assert shell.answer(*call, code=2)["problems"][0]["code"] == "usage"


def test_a_database_without_tables_is_told(shell: Shell, tmp_path: Path) -> None:
    home = {"VAR_DIR": str(tmp_path / "empty"), "DATABASE_URL": "", "REDIS_URL": "memory://"}
    done = shell.run("bill", "2026-11", "--company", COMPANY, "--json", **home)
    assert done.returncode == 2
    assert json.loads(done.stdout)["problems"][0]["code"] == "not_migrated"


def test_production_makes_no_keys_and_no_demo_accounts(shell: Shell, tmp_path: Path) -> None:
    """Without KEYS_JSON production refuses to start; with it the first administrator's password is shown once."""
    home = {
        "VAR_DIR": str(tmp_path / "prod"),
        "DATABASE_URL": "",
        "REDIS_URL": "memory://",
        "ENVIRONMENT": "production",
    }
    assert shell.run("migrate", **home).returncode == 0
    refused = shell.run("seed", **home)
    assert refused.returncode != 0
    assert "KEYS_JSON" in refused.stderr
    keys = shell.run("keys").stdout.strip()
    first = shell.run("seed", **home, KEYS_JSON=keys)
    assert first.returncode == 0, first.stderr
    assert "admin" in first.stdout
    assert "zhuanyuan" not in first.stdout
    assert "只显示这一次" in first.stdout
    second = shell.run("seed", **home, KEYS_JSON=keys)
    assert "只显示这一次" not in second.stdout
