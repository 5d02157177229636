"""The share of dispatched people among everybody whom a host company uses (劳务派遣暂行规定 §4)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.money import PPM


@dataclass(frozen=True, slots=True)
class DispatchShare:
    """Counts, and what follows from them. Without a headcount nothing follows: no figure is made up.

    `employees` are those with a labour contract of the host itself; the total is them and the dispatched. `share_ppm`
    is cut off, so that it never shows the limit as kept where it is not; the comparison itself is exact.
    """

    dispatched: int
    employees: int | None
    limit_ppm: int

    @property
    def total(self) -> int | None:
        """Everybody whom the company uses."""
        return None if self.employees is None else self.employees + self.dispatched

    @property
    def share_ppm(self) -> int | None:
        """The share in millionths; None without a headcount or with nobody."""
        return self.dispatched * PPM // self.total if self.total else None

    @property
    def over(self) -> bool | None:
        """Whether the limit is exceeded; None where it is not known."""
        return None if self.total is None else self.dispatched * PPM > self.limit_ppm * self.total

    @property
    def room(self) -> int | None:
        """How many more may be dispatched with the same employees; negative: how many too many."""
        if self.employees is None:
            return None
        return self.limit_ppm * self.employees // (PPM - self.limit_ppm) - self.dispatched

    @property
    def arithmetic(self) -> str:
        """The sum as a clerk would write it."""
        if self.employees is None:
            return f"{self.dispatched} ÷（用工单位人数未知 + {self.dispatched}）= 无法计算"
        if self.share_ppm is None:
            return "没有人员"
        percent = f"{self.share_ppm // 10_000}.{self.share_ppm % 10_000 // 100:02d}%"
        sign = "＞" if self.over else "≤"
        limit = f"{self.limit_ppm // 10_000}%"
        return f"{self.dispatched} ÷（{self.employees} + {self.dispatched}）= {percent} {sign} {limit}"
