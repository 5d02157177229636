"""Correcting what a channel wants corrected."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from db.models.batch import Batch
from db.models.declaration import Feedback
from db.transaction import Work, once
from domain.actor import Actor
from domain.declaration import Channel, Verdict
from domain.errors import Problem, Refusal
from domain.feedback import FeedbackState
from services import batch
from services.feedback.acts import locked, resolve
from services.ports import Ports


async def correct(ports: Ports, actor: Actor, feedback_id: int, cells: Mapping[str, str], key: str) -> int:
    """Takes new values by field; a row that passes goes back to the channel in a new declaration."""
    actor.require("feedback.handle")

    async def run(unit: Work) -> int:
        # The batch is locked before its feedback, as the recording of results does, so that the two never cross.
        found = await Feedback.get_or_none(id=feedback_id)
        held = await Batch.filter(id=found.batch_id).select_for_update().first() if found else None
        (row,) = await locked(unit, [feedback_id])
        if row.asked != Verdict.CORRECTION or not row.channel or held is None:
            raise Refusal(_not_asked())
        if not cells:
            raise Refusal(_nothing_changed())
        wanted = batch.Correction(row.batch_row_id, Channel(row.channel), tuple(cells.items()))
        await batch.amend_row(ports, unit, held, wanted)
        await resolve(unit, row, FeedbackState.CORRECTED, "已更正：" + "、".join(cells))
        await unit.audit("feedback.correct", "feedback", row.id, row.company_id, 字段=sorted(cells))
        return row.id

    # What was typed may be a phone or a card, which not even a plain digest of is kept.
    plain = orjson.dumps(dict(cells), option=orjson.OPT_SORT_KEYS).decode()
    given = {"id": feedback_id, "cells": ports.store.vault.index("batch_row.cells", plain)}
    return await once(ports.store, actor, "feedback.correct", key, given, run)


def _not_asked() -> Problem:
    return Problem(
        "correction_not_asked",
        "该反馈为办理失败，不是要求补正",
        "This row failed; no correction was asked for",
        "请选择重新申报",
        "Declare it again instead",
    )


def _nothing_changed() -> Problem:
    return Problem(
        "cells_empty",
        "没有填写要更正的内容",
        "No value was given",
        "请至少更正一个字段",
        "Correct at least one field",
        field="cells",
    )
