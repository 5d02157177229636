"""A7.1, A7.2, A7.3: the demonstration rosters."""

from __future__ import annotations

from app.container import Container
from db.models.roster import RosterEntry
from services import roster
from services.paging import Window
from services.seed.roster import rosters
from tests.factories import account


async def test_the_demonstration_has_something_of_everything(container: Container) -> None:
    """A7.1, A7.2, A7.3: seeded through the acts themselves, once, with something to do on every page."""
    ports, admin = container.ports, await account("admin")
    board = await roster.board(ports, admin)
    assert all(k.active for k in board.kinds)
    assert {"roster_contract_short", "roster_temporary_ending", "roster_document_missing"} <= {
        f.code for f in board.findings
    }
    (share,) = (await roster.shares(ports, admin, Window())).rows
    assert (share.share.dispatched, share.share.employees, share.share.over) == (3, 24, True)
    before = await RosterEntry.all().count()
    await rosters(ports)
    assert await RosterEntry.all().count() == before
