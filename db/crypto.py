"""Sealing of ID numbers, phones, bank cards and whole rows of uploads.

A sealed value is `version (1) | key id (1) | nonce (12) | ciphertext and tag`, AES-256-GCM. Table, column and row id
are bound in as associated data, so a value copied into another row or column does not open there.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1


class SealBroken(ValueError):
    """The value does not open: wrong key, wrong place, or somebody changed it."""


class Vault:
    """Seals with the current key and opens with any known one."""

    def __init__(self, keys: Mapping[int, bytes], current: int, index_key: bytes) -> None:
        if current not in keys or not all(len(k) == 32 and 0 < i < 256 for i, k in keys.items()):
            raise ValueError("data keys must be 32 bytes, numbered 1 to 255, and the current one among them")
        self._ciphers = {i: AESGCM(k) for i, k in keys.items()}
        self.current = current
        self._index_key = index_key

    def seal(self, place: str, row_id: int, value: bytes) -> bytes:
        """Seals for `place` ("table.column") and row."""
        nonce = os.urandom(12)
        sealed = self._ciphers[self.current].encrypt(nonce, value, _bound(place, row_id))
        return bytes((VERSION, self.current)) + nonce + sealed

    def open(self, place: str, row_id: int, sealed: bytes) -> bytes:
        """Opens what was sealed for the same place and row; raises SealBroken otherwise."""
        if len(sealed) < 30 or sealed[0] != VERSION or sealed[1] not in self._ciphers:
            raise SealBroken(f"no key opens {place} of {row_id}")
        try:
            return self._ciphers[sealed[1]].decrypt(sealed[2:14], sealed[14:], _bound(place, row_id))
        except InvalidTag as broken:
            raise SealBroken(f"{place} of {row_id} does not open") from broken

    def seal_text(self, place: str, row_id: int, value: str | None) -> bytes | None:
        """As `seal` for text; nothing stays nothing."""
        return None if not value else self.seal(place, row_id, value.encode())

    def open_text(self, place: str, row_id: int, sealed: bytes | None) -> str | None:
        """As `open` for text; nothing stays nothing."""
        return None if sealed is None else self.open(place, row_id, bytes(sealed)).decode()

    def index(self, purpose: str, value: str) -> str:
        """A keyed digest for exact search: 128 bits as 32 hexadecimal digits."""
        return hmac.digest(self._index_key, f"{purpose}:{value}".encode(), "sha256").hex()[:32]


def _bound(place: str, row_id: int) -> bytes:
    return f"{place}.{row_id}".encode()


def sealed_with(sealed: bytes) -> int:
    """The number of the key that a value was sealed with."""
    return sealed[1]
