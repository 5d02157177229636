"""Approval flows: which one applies, who may take part in a step, and when a step is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.approval import already_voted, default_permission, not_an_approver, own_request, part_done
from domain.errors import Problem


class Mode(StrEnum):
    """ANY: one approver's yes is enough. ALL: every entry of the step needs a yes, each by a different person."""

    ANY = "any"
    ALL = "all"


class ApproverKind(StrEnum):
    PERMISSION = "permission"
    ROLE = "role"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, order=True)
class Approver:
    """An entry of a step: whoever holds a permission or a role (by code), or one person (staff id as text)."""

    kind: ApproverKind
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a flow. At most one of `hours` and `days` (business days) is set; 0 and 0 is no time limit."""

    name: str
    approvers: tuple[Approver, ...]
    mode: Mode = Mode.ANY
    hours: int = 0
    days: int = 0
    escalate_to: str | None = None
    skip_if_same: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a flow applies. `company_path` covers the company and all below; min is inclusive, max exclusive (fen)."""

    priority: int = 0
    company_path: str | None = None
    city_code: str | None = None
    min_fen: int | None = None
    max_fen: int | None = None
    created_at: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be asked. `roles` are codes, `scope` is as in `Actor`."""

    staff_id: int
    name: str
    permissions: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    scope: tuple[str, ...] | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Ballot:
    """One person's word on one step; `on_behalf_of_id` is who they stood in for."""

    step_no: int
    staff_id: int
    on_behalf_of_id: int | None
    approve: bool

    @property
    def principal_id(self) -> int:
        """Whose say it was."""
        return self.on_behalf_of_id or self.staff_id


@dataclass(frozen=True, slots=True)
class Request:
    """What a step is decided on: the path of its company, and who asked."""

    company_path: str
    requested_by_id: int


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's place at a step: their own, or that of the one they stand in for."""

    on_behalf_of_id: int | None = None


def matches(flow: Conditions, company_path: str, city_code: str | None, amount_fen: int) -> bool:
    """Whether the flow applies at all."""
    return (
        (flow.company_path is None or company_path.startswith(flow.company_path))
        and (flow.city_code is None or flow.city_code == city_code)
        and (flow.min_fen is None or amount_fen >= flow.min_fen)
        and (flow.max_fen is None or amount_fen < flow.max_fen)
    )


def best(flows: Iterable[Conditions], company_path: str, city_code: str | None, amount_fen: int) -> Conditions | None:
    """The most specific flow that applies; None when none does.

    Higher priority wins, then the deeper branch, then the narrower band of amounts, then a named city over none, then
    the newest.
    """
    return max((f for f in flows if matches(f, company_path, city_code, amount_fen)), key=_specificity, default=None)


def _specificity(flow: Conditions) -> tuple[int, ...]:
    depth = 0 if flow.company_path is None else flow.company_path.count("/") - 1
    lower = flow.min_fen or 0
    # A band with an end is narrower than one without; of two without an end, the one that begins higher is.
    band = (0, lower) if flow.max_fen is None else (1, lower - flow.max_fen)
    return (flow.priority, depth, *band, int(flow.city_code is not None), flow.created_at, flow.id)


def default_steps(business: str) -> tuple[Step, ...]:
    """What holds without a flow: one step, anyone who holds `<business>.approve`, no time limit."""
    return (Step("审核", (Approver(ApproverKind.PERMISSION, default_permission(business)),)),)


def fits(person: Person, approver: Approver, company_path: str) -> bool:
    """Whether the entry means this person, for a company of that path."""
    if person.scope is not None and not any(company_path.startswith(prefix) for prefix in person.scope):
        return False
    return named(person, approver)


def named(person: Person, approver: Approver) -> bool:
    """Whether the entry means this person for some company."""
    if approver.kind is ApproverKind.PERMISSION:
        return approver.value in person.permissions
    if approver.kind is ApproverKind.ROLE:
        return approver.value in person.roles
    return approver.value == str(person.staff_id)


def covered(step: Step, people: Sequence[Person], company_path: str) -> int:
    """How many entries of the step the people can satisfy at most, each person standing for one entry."""
    held: dict[int, int] = {}

    def place(who: int, tried: set[int]) -> bool:
        for entry, approver in enumerate(step.approvers):
            if entry in tried or not fits(people[who], approver, company_path):
                continue
            tried.add(entry)
            if entry not in held or place(held[entry], tried):
                held[entry] = who
                return True
        return False

    return sum(place(who, set()) for who in range(len(people)))


def complete(step: Step, ayes: Sequence[Person], company_path: str) -> bool:
    """Whether these people's yes is all that the step asks for."""
    return covered(step, ayes, company_path) >= needed(step)


def needed(step: Step) -> int:
    """How many different people have to say yes."""
    return 1 if step.mode is Mode.ANY else len(step.approvers)


def seat(
    step: Step,
    ballots: Sequence[Ballot],
    me: Person,
    principals: Sequence[Person],
    known: Mapping[int, Person],
    request: Request,
) -> Seat | Problem:
    """Where somebody sits at the step, or why they do not.

    `ballots` are those of this step, `principals` the people that `me` stands in for today, `known` everybody in whose
    name a ballot was cast. One's own place comes before that of somebody else.
    """
    path = request.company_path
    places = [p for p in (me, *principals) if any(fits(p, a, path) for a in step.approvers)]
    if not places:
        return not_an_approver()
    free = [p for p in places if p.staff_id != request.requested_by_id]
    if me.staff_id == request.requested_by_id or not free:
        return own_request()
    if any(b.staff_id == me.staff_id for b in ballots):
        return already_voted()
    taken = {b.principal_id for b in ballots}
    voters = [known[i] for i in taken if i in known]
    have = covered(step, voters, path)
    for person in free:
        # A word that satisfies no further entry would change nothing, whoever gives it.
        if person.staff_id not in taken and covered(step, [*voters, person], path) > have:
            return Seat(None if person.staff_id == me.staff_id else person.staff_id)
    return part_done()


def skippable(step: Step, earlier: Sequence[Person], company_path: str) -> bool:
    """Whether the step falls away because those who approved an earlier step themselves would only repeat it."""
    return step.skip_if_same and complete(step, earlier, company_path)
