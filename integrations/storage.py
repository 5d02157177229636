"""Files on the local disk (or a mounted share), by key. What comes here is sealed already."""

from __future__ import annotations

import os
import re
from pathlib import Path

from anyio import to_thread

_KEY = re.compile(r"[0-9]{1,20}")


class LocalFiles:
    """Two levels of folders keep any one of them small; a file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        """Stores the content under the key; raises ValueError for a key that is not a number."""
        await to_thread.run_sync(self._write, self._path(key), content)

    async def get(self, key: str) -> bytes:
        """The content under the key; raises FileNotFoundError when there is none."""
        return await to_thread.run_sync(self._path(key).read_bytes)

    async def delete(self, key: str) -> None:
        """Takes the content away; nothing happens when there is none."""
        await to_thread.run_sync(lambda: self._path(key).unlink(missing_ok=True))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("a storage key is a number")
        return self._root / key[-2:] / key[-4:-2] / f"{key}.sealed"

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
