"""The bureau port of the services by workbooks: layouts and channel plans come from files, a clerk hands them in."""

from __future__ import annotations

from pathlib import Path

from domain.columns import ImportKind
from domain.declaration import Channel, ChannelPlan, Layout, pick
from integrations.bureau.layouts import load_layouts, load_plans
from integrations.bureau.workbook import WorkbookForm


class WorkbookBureau:
    """Renders the workbook of a channel, change and city. Its receipt number is recorded by the clerk later."""

    def __init__(self, directory: Path) -> None:
        """Reads the layouts; refused (declaration_file, declaration_field) with everything that is wrong in them."""
        self._layouts = load_layouts(directory)
        self._default, self._plans = load_plans(directory)

    def plan(self, city_code: str) -> ChannelPlan:
        """Which kinds each channel of the city takes."""
        return self._plans.get(city_code, self._default)

    def layout(self, channel: Channel, change: ImportKind, city_code: str) -> Layout | None:
        """The city's own layout or the general one; None for a change that nobody takes a workbook for."""
        return pick(self._layouts, channel, change, city_code)

    def begin(self, layout: Layout, company: str, month: int) -> WorkbookForm:
        """A workbook to be filled."""
        return WorkbookForm(layout, company, month)
