"""What the readers of lists share: who asks, and the names behind ids, each looked up once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from db.scope import company_sql
from db.sql import fetch, fetch_tuples, marks
from domain.actor import Actor
from domain.particulars import mask
from services.person import BANK_CARD, ID_NUMBER, PHONE, visible_sql
from services.policy import cities
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Named:
    """A person as the actor may see them: in the open with `person.reveal`, else masked."""

    name: str = ""
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    bank_card: str = ""
    birth: str = ""
    sex: str = ""


@dataclass
class Desk:
    """An export at work for an actor, with whatever rights that actor has now."""

    ports: Ports
    actor: Actor
    _companies: dict[int, str] = field(default_factory=dict)
    _cities: dict[str, str] = field(default_factory=dict)

    async def people(self, ids: Iterable[int | None]) -> dict[int, Named]:
        """The people that the actor may see, by id."""
        wanted = sorted({i for i in ids if i is not None})
        if not wanted:
            return {}
        visible, values = visible_sql(self.actor, "person.id")
        rows = await fetch(f"SELECT * FROM person WHERE id IN ({marks(wanted)}) AND {visible}", [*wanted, *values])
        return {r["id"]: self._named(r) for r in rows}

    def shown(self, plain: str | None) -> str:
        """A sensitive value as the actor may see it."""
        if not plain:
            return ""
        return plain if self.actor.may("person.reveal") else mask(plain)

    async def companies(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Names of companies in scope."""
        missing = sorted({i for i in ids if i is not None} - set(self._companies))
        if missing:
            scope, values = company_sql(self.actor, "id")
            sql = f"SELECT id, name FROM company WHERE id IN ({marks(missing)}) AND {scope}"
            self._companies |= {r[0]: r[1] for r in await fetch_tuples(sql, [*missing, *values])}
        return self._companies

    async def cities(self) -> dict[str, str]:
        """Names of cities by code."""
        if not self._cities:
            self._cities = {c.code: c.name for c in await cities()}
        return self._cities

    def _named(self, r: dict) -> Named:
        vault, row_id = self.ports.store.vault, r["id"]
        return Named(
            r["name"],
            r["id_kind"],
            self.shown(vault.open_text(ID_NUMBER, row_id, r["id_number_sealed"])),
            self.shown(vault.open_text(PHONE, row_id, r["phone_sealed"])),
            self.shown(vault.open_text(BANK_CARD, row_id, r["bank_card_sealed"])),
            r["birth"] or "",
            r["sex"] or "",
        )
