"""`python -m bench`: an import and a month of many people, ours and the plain way, as a ratio.

Every measurement is a process of its own on a database of its own. The plain way is measured with fewer rows and
scaled up in proportion, which flatters it (its tables stay smaller); the output says so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.people import write_workbook
from bench.report import markdown

OUT = Path(__file__).parent / "out"
ROOT = Path(__file__).resolve().parent.parent


class Bench:
    """A folder with workbooks and databases, and the measurements made in it."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url

    def run(self, what: str, home: str, rows: int) -> dict[str, Any]:
        """One measurement with `rows` people, in the database of that name."""
        print(f"… {what}, {rows} people", file=sys.stderr, flush=True)
        workbook = self._folder / f"{rows}.xlsx"
        if not workbook.exists():
            write_workbook(workbook, rows)
        place = self._folder / home
        place.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "bench.measure", what, "--home", str(place), "--workbook", str(workbook)]
        command += ["--url", self._database(home)]
        quiet = os.environ | {"LOG_LEVEL": "ERROR"}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=quiet)
        if done.returncode:
            raise SystemExit(f"{what} failed:\n{done.stderr[-4000:]}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return {"what": what, "rows": rows, **found}

    def _database(self, home: str) -> str:
        """A database of its own on the server, made anew for a home that has not been used yet; or SQLite."""
        if not self._url:
            return ""
        name = f"shebao_bench_{home}"
        marker = self._folder / home / "made"
        if not marker.exists():
            from tests.servers import MariaDb

            MariaDb(self._url, name).create()
            marker.touch()
        return f"{self._url.rsplit('/', 1)[0]}/{name}"

    def drop(self) -> None:
        """Removes the databases on the server; a SQLite file goes with the folder."""
        if self._url:
            from tests.servers import MariaDb

            for marker in self._folder.glob("*/made"):
                MariaDb(self._url, f"shebao_bench_{marker.parent.name}").drop()


def main() -> None:
    """Measures, prints a Markdown table, and leaves JSON and Markdown in bench/out/."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="people in the workbook and in the month")
    parser.add_argument("--plain-rows", type=int, default=20_000, help="people that the plain way is measured with")
    parser.add_argument("--quick", action="store_true", help="5,000 people, to see that it works")
    parser.add_argument("--database-url", default="", help="a MariaDB server's URL; SQLite without it")
    given = parser.parse_args()
    rows = 5000 if given.quick else given.rows
    few = min(rows, given.plain_rows)
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        bench = Bench(Path(folder), given.database_url)
        try:
            found = [
                bench.run("import", "ours", rows),
                bench.run("month", "ours", rows),
                bench.run("plain-import", "plain", few),
                bench.run("gathered-import", "gathered", few),
                bench.run("plain-month", "plain", few),
            ]
            # The same people by our way, so that both can be seen to come to the same amounts.
            if few < rows:
                found += [bench.run("import", "check", few), bench.run("month", "check", few)]
        finally:
            bench.drop()
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "database": "MariaDB" if given.database_url else "SQLite",
        "rows": rows,
        "plain_rows": few,
        "measured": found,
    }
    OUT.mkdir(exist_ok=True)
    text = markdown(result)
    name = "mariadb" if given.database_url else "sqlite"
    (OUT / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=2), "utf-8")
    (OUT / f"{name}.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
