"""The measurements as a Markdown table with ratios, and whether both ways came to the same."""

from __future__ import annotations

from typing import Any

_IMPORT = ("check", "submit", "record")
_STEPS = {"check": "读取、检查、加密、写入", "submit": "提交入册", "record": "登记结果", "month": "计算并写入账单"}


def markdown(result: dict[str, Any]) -> str:
    """The report. The plain way's times are scaled to the same number of people where it was measured with fewer."""
    rows, few = result["rows"], result["plain_rows"]
    ours = {m["what"]: m for m in result["measured"] if m["rows"] == rows}
    plain = {m["what"]: m for m in result["measured"] if m["rows"] == few}
    scale = rows / few
    lines = [
        f"# {rows:,} people, {result['database']}, {result['machine']}",
        "",
        "| step | ours s | plain s | ratio | ours CPU s | plain CPU s | CPU ratio | ours MB | plain MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for step in _IMPORT[:2]:
        lines.append(_row(step, ours["import"], plain["plain-import"], (step,), scale))
    lines.append(_row("import", ours["import"], plain["plain-import"], _IMPORT[:2], scale))
    lines.append(_row("(look-ups gathered)", ours["import"], plain["gathered-import"], _IMPORT[:2], scale))
    lines.append(_row("record", ours["import"], plain["plain-import"], ("record",), scale))
    lines.append(_row("month", ours["month"], plain["plain-month"], ("month",), scale))
    lines += ["", _notes(result, scale), _same(result)]
    return "\n".join(lines) + "\n"


def _row(name: str, ours: dict[str, Any], plain: dict[str, Any], steps: tuple[str, ...], scale: float) -> str:
    cells = []
    for unit in ("seconds", "cpu_seconds"):
        fast = sum(ours[unit][s] for s in steps)
        slow = sum(plain[unit][s] for s in steps) * scale
        cells += [f"{fast:.1f}", f"{slow:.1f}", f"{slow / fast:.1f} ×"]
    label = f"{name} {_STEPS[name]}" if name in _STEPS else name
    memory = f"{ours['peak_mb']:.0f} | {plain['peak_mb']:.0f}"
    return f"| {label} | {' | '.join(cells)} | {memory} |"


def _notes(result: dict[str, Any], scale: float) -> str:
    declare = next(m for m in result["measured"] if m["what"] == "import")["seconds"]["declare"]
    scaled = f"The plain way was measured with {result['plain_rows']:,} people and multiplied by {scale:g}. "
    return (
        (scaled if scale > 1 else "")
        + "import = check + submit. Memory is the peak of the whole process and not scaled. The worker then writes the "
        + f"declaration workbook ({declare:.1f} s), which the plain way does not have. “look-ups gathered”: the plain "
        + "way with one query a chunk instead of one a row in its check."
    )


def _same(result: dict[str, Any]) -> str:
    """Both ways on the same number of people: same rows, same items, same fen."""
    found = {m["what"]: m["outcome"] for m in result["measured"] if m["rows"] == result["plain_rows"]}
    register = ("accepted", "items")
    money = ("billed", "lines", "employer_fen", "employee_fen")
    same = all(found["import"][k] == found[w][k] for w in ("plain-import", "gathered-import") for k in register)
    same = same and all(found["month"][k] == found["plain-month"][k] for k in money)
    if not same:
        raise SystemExit(f"the two ways differ: {found}")
    return f"\nBoth ways came to the same: {found['month']}."
