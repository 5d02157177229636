"""A list on its way into a workbook: its states, limits, and why one is refused."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from domain.errors import Problem

MOST_ROWS: Final = 200_000
MOST_RUNNING: Final = 3
KEPT_DAYS: Final = 7


class ExportState(StrEnum):
    """Waiting for the worker, being made, and how it ended; `expired` when its file was deleted again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


EXPORT_STATE_LABELS: Final[dict[ExportState, tuple[str, str]]] = {
    ExportState.WAITING: ("排队中", "waiting"),
    ExportState.RUNNING: ("导出中", "being made"),
    ExportState.DONE: ("已完成", "done"),
    ExportState.FAILED: ("失败", "failed"),
    ExportState.CANCELLED: ("已取消", "cancelled"),
    ExportState.EXPIRED: ("文件已删除", "file deleted"),
}

OPEN: Final = (ExportState.WAITING, ExportState.RUNNING)


def too_many_rows(rows: int) -> Problem:
    """More rows than one workbook takes."""
    return Problem(
        "export_too_large",
        f"共 {rows} 行，一次最多导出 {MOST_ROWS} 行",
        f"There are {rows} rows; one export takes at most {MOST_ROWS}",
        "请用筛选条件分几次导出",
        "Narrow the list down and export it in parts",
        field="filter",
        value=str(rows),
    )


def too_many_running() -> Problem:
    """The person has as many exports under way as anybody may."""
    return Problem(
        "export_busy",
        f"您已有 {MOST_RUNNING} 个导出在进行",
        f"You have {MOST_RUNNING} exports under way",
        "请等待其中一个完成，或先取消",
        "Wait for one of them, or cancel it",
    )


def not_exported(name: str, known: Iterable[str]) -> Problem:
    """There is such a list, perhaps, but none that can be exported."""
    return Problem(
        "export_list",
        "这个列表不能导出",
        "This list cannot be exported",
        f"可以导出：{'、'.join(known)}",
        f"These can be: {', '.join(known)}",
        field="list",
        value=name[:60],
    )


def column_unknown(name: str, known: Iterable[str]) -> Problem:
    """A column that the list does not have."""
    return Problem(
        "export_column",
        "列表没有这一列",
        "The list has no such column",
        f"可选的列：{'、'.join(known)}",
        f"The columns are {', '.join(known)}",
        field="columns",
        value=name[:60],
    )


def filter_wrong(name: str, value: object) -> Problem:
    """A condition that the list does not know, or a value that it does not take."""
    return Problem(
        "export_filter",
        f"筛选条件“{name[:40]}”不能识别",
        f"The condition {name[:40]!r} cannot be read",
        "请回到列表重新筛选后导出",
        "Go back to the list, filter it again and export",
        field=f"filter.{name[:40]}",
        value=None if value is None else str(value)[:60],
    )


def rights_gone() -> Problem:
    """Whoever asked may no longer see the list."""
    return Problem(
        "forbidden",
        "您已没有查看该列表的权限，导出已停止",
        "You may no longer see this list; the export has stopped",
        "请联系管理员",
        "Ask an administrator",
    )


def given_up() -> Problem:
    """The worker tried again and again."""
    return Problem(
        "export_failed",
        "多次尝试后仍未能导出",
        "The export failed several times",
        "请缩小范围后再导出；仍然失败请联系管理员",
        "Export a smaller part; if that fails too, ask an administrator",
    )


def not_open(state: ExportState) -> Problem:
    """The export has ended, so there is nothing to cancel."""
    label, label_en = EXPORT_STATE_LABELS[state]
    return Problem(
        "export_ended",
        f"该导出{label}，不能取消",
        f"This export is {label_en}; it cannot be cancelled",
        "请刷新列表查看",
        "Reload the list",
        field="state",
        value=state.value,
    )
