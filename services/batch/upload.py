"""The uploaded file that an import is made of."""

from __future__ import annotations

from db.models.file import StoredFile
from domain.actor import Actor, not_found
from domain.errors import Refusal


async def own_upload(actor: Actor, file_id: int) -> StoredFile:
    """The actor's own upload; refused as not found otherwise."""
    file = await StoredFile.get_or_none(id=file_id, owner_id=actor.staff_id, purpose="upload")
    if file is None:
        raise Refusal(not_found("文件", "file").at(field="fileId"))
    return file
