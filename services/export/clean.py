"""Files of exports are deleted after some days: they are copies of lists that live on, with personal data in them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from db.clock import BEIJING
from db.models.file import StoredFile
from db.models.preference import ExportJob
from db.transaction import work
from domain.export import KEPT_DAYS, ExportState
from domain.reminder import Reminder
from services.ports import Ports
from services.staff import SYSTEM

_CHUNK = 200


async def cleanup(ports: Ports, day: date) -> list[Reminder]:
    """Deletes the files of exports that ended more than seven days before the day; tells nobody anything.

    Safe to repeat: the bytes go first, and a row whose bytes are gone is met again until it is gone too.
    """
    first_kept = datetime.combine(day - timedelta(days=KEPT_DAYS), time(), BEIJING)
    limit = int(first_kept.timestamp() * 1000)
    while jobs := await ExportJob.filter(state=ExportState.DONE, ended_at__lt=limit).order_by("id").limit(_CHUNK):
        for job in jobs:
            if job.file_id is not None:
                await ports.files.delete(str(job.file_id))
        async with work(ports.store, SYSTEM) as unit:
            await StoredFile.filter(id__in=[j.file_id for j in jobs if j.file_id is not None]).delete()
            await ExportJob.filter(id__in=[j.id for j in jobs]).update(state=ExportState.EXPIRED, file_id=None)
            await unit.audit("export.cleanup", "export_job", 0, None, 文件数=len(jobs))
    return []
