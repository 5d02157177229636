"""One measurement in a process of its own, so that its peak of memory is its own: `python -m bench.measure …`."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
from pathlib import Path
from typing import Any

from bench import plain_import, plain_month, product
from bench.stopwatch import Stopwatch


async def _run(what: str, home: Path, url: str, workbook: Path) -> dict[str, Any]:
    async with product.opened(home, url) as container:
        ports = container.ports
        before, watch = _peak(), Stopwatch()
        if what == "import":
            await product.import_people(ports, workbook, watch)
        elif what in ("plain-import", "gathered-import"):
            await plain_import.import_people(ports, workbook, watch, gathered=what == "gathered-import")
        elif what == "month":
            await product.draft(ports, watch)
        else:
            await plain_month.draft(ports, watch)
        return {
            "seconds": watch.seconds,
            "cpu_seconds": watch.cpu_seconds,
            "peak_mb": _peak(),
            "peak_before_mb": before,
            "outcome": await product.outcome(),
        }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Prints what was measured as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["import", "plain-import", "gathered-import", "month", "plain-month"])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--url", default="")
    parser.add_argument("--workbook", type=Path, required=True)
    given = parser.parse_args()
    found = asyncio.run(_run(given.what, given.home, given.url, given.workbook))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
