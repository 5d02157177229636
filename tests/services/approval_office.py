"""An office for tests of approvals: people, flows, and a business whose decisions are noted down."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from app.container import Container
from db.models.company import Company
from db.models.notice import Notice
from db.transaction import Work, work
from domain.actor import Actor
from domain.approval_flow import Approver, ApproverKind, Mode, Step
from domain.approval_form import NewFlow
from services import approval
from tests.factories import key, new_staff

HERE = "晨光科技有限公司"
BRANCH = "晨光科技（上海）分公司"
ELSEWHERE = "远航物流（上海）有限公司"
READ = "approval.read"
_subjects = itertools.count(1)


def permission(code: str) -> Approver:
    return Approver(ApproverKind.PERMISSION, code)


def person(actor: Actor) -> Approver:
    return Approver(ApproverKind.STAFF, str(actor.staff_id))


def step(name: str, *approvers: Approver, mode: Mode = Mode.ANY, hours: int = 0, skip: bool = False) -> Step:
    return Step(name, approvers, mode, hours, skip_if_same=skip)


class Office:
    """Claims are asked for, and what was decided about them stands in `decided`."""

    def __init__(self, container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
        self.container, self.ports = container, container.ports
        self.decided: list[tuple[int, bool, str]] = []
        monkeypatch.setitem(approval.DECIDED, "claim", self._note)

    async def _note(self, unit: Work, subject_id: int, approved: bool, comment: str) -> None:
        self.decided.append((subject_id, approved, comment))
        # A line in the same transaction, so that a test sees what was really committed.
        await unit.audit("test.decided", "claim", subject_id)

    async def someone(self, *permissions: str, company: str | None = None) -> Actor:
        """A new member of staff who may see approvals and whatever else is named."""
        actor, _ = await new_staff(self.container, [READ, *permissions], company)
        return actor

    async def flow(self, by: Actor, *steps: Step, **about: object) -> approval.FlowRow:
        """A flow for claims, saved."""
        new = NewFlow("claim", "报销审核", steps, **about)  # type: ignore[arg-type]
        return await approval.save_flow(self.ports, by, new, key())

    async def ask(self, by: Actor, company: str = HERE, amount: int = 0, city: str | None = None) -> int:
        """A claim is put before its approvers; answers the approval's id."""
        async with work(self.ports.store, by) as unit:
            owner = await Company.get(name=company)
            number = next(_subjects)
            return await approval.ask(unit, "claim", number, owner, f"报销 {number}", amount, city)

    async def say(self, by: Actor, approval_id: int, approve: bool = True, comment: str = "") -> int:
        return await approval.decide(self.ports, by, approval_id, approve, comment, key())

    async def told(self, who: Actor) -> list[str]:
        """The first word of every notice to somebody, oldest first."""
        titles = await Notice.filter(staff_id=who.staff_id).order_by("id").values_list("title", flat=True)
        return [str(t).split("：")[0] for t in titles]

    async def names_told(self, people: Iterable[Actor]) -> set[str]:
        return {who.name for who in people if await self.told(who)}

    async def detail(self, who: Actor, approval_id: int) -> approval.ApprovalDetail:
        found = (await approval.details(self.ports, who, [approval_id]))[0]
        assert found is not None
        return found
