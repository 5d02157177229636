"""What a request brings: who asks, the ports, and loaders that live as long as the request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from domain.actor import Actor
from domain.city_rule import LocalRule
from services import approval, batch, bill, company, enrollment, enrollment_bases, person, policy, scheme, supplier
from services.approval import ApprovalRow
from services.batch import BatchView
from services.bill import BillView, Explained, KindSum, LineView
from services.company import CompanyRow, Counts
from services.contact import ContactRow
from services.contract import ContractRow
from services.enrollment import EnrollmentRow, ItemRow
from services.enrollment_bases import Bases
from services.person import ParticularsChange, PersonRow
from services.policy import CityRow, Confirmation
from services.ports import Ports
from services.scheme import SchemeRow
from services.supplier import DocumentRow, PriceRow, ScoreRow, SupplierRow

K = TypeVar("K")
T = TypeVar("T")


@dataclass
class Context:
    """`actor` is None when nobody is signed in. The callables reach the HTTP side without knowing it."""

    ports: Ports
    actor: Actor | None
    ip: str
    user_agent: str
    sign_url: Callable[[int], str]
    keep_session: Callable[[str], None]
    forget_session: Callable[[], None]
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self)

    @property
    def me(self) -> Actor:
        """The signed-in actor; only used where a declared permission has made sure of one."""
        if self.actor is None:
            raise PermissionError("nobody is signed in")
        return self.actor


Info = StrawberryInfo[Context, None]


class Loaders:
    """One batch load per nested field and request, each through the services and so within the actor's scope."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def _by_actor(self, load: Callable[..., Awaitable[Sequence[Any]]], *before: Any) -> DataLoader[int, Any]:
        async def fetched(keys: list[int]) -> Sequence[Any]:
            return await load(*before, self._context.me, keys)

        return DataLoader(load_fn=fetched)

    @cached_property
    def company(self) -> DataLoader[int, CompanyRow | None]:
        return self._by_actor(company.by_ids)

    @cached_property
    def branches(self) -> DataLoader[int, list[CompanyRow]]:
        return self._by_actor(company.branches)

    @cached_property
    def enrolled_count(self) -> DataLoader[int, int]:
        return self._by_actor(company.enrolled_counts)

    @cached_property
    def company_counts(self) -> DataLoader[int, Counts]:
        return self._by_actor(company.counts)

    @cached_property
    def company_contracts(self) -> DataLoader[int, list[ContractRow]]:
        return self._by_actor(company.contracts)

    @cached_property
    def company_contacts(self) -> DataLoader[int, list[ContactRow]]:
        return self._by_actor(company.contacts, self._context.ports)

    @cached_property
    def supplier(self) -> DataLoader[int, SupplierRow | None]:
        return self._by_actor(supplier.by_ids)

    @cached_property
    def supplier_contracts(self) -> DataLoader[int, list[ContractRow]]:
        return DataLoader(load_fn=supplier.contracts)

    @cached_property
    def supplier_contacts(self) -> DataLoader[int, list[ContactRow]]:
        return DataLoader(load_fn=partial(supplier.contacts, self._context.ports))

    @cached_property
    def supplier_prices(self) -> DataLoader[int, list[PriceRow]]:
        return DataLoader(load_fn=partial(supplier.prices, self._context.ports))

    @cached_property
    def supplier_scores(self) -> DataLoader[int, list[ScoreRow]]:
        return DataLoader(load_fn=supplier.scores)

    @cached_property
    def supplier_documents(self) -> DataLoader[int, list[DocumentRow]]:
        return DataLoader(load_fn=supplier.documents)

    @cached_property
    def person(self) -> DataLoader[int, PersonRow | None]:
        return self._by_actor(person.by_ids, self._context.ports)

    @cached_property
    def enrollment(self) -> DataLoader[int, EnrollmentRow | None]:
        return self._by_actor(enrollment.by_ids)

    @cached_property
    def enrollments_of_person(self) -> DataLoader[int, list[EnrollmentRow]]:
        return self._by_actor(enrollment.of_people)

    @cached_property
    def bases(self) -> DataLoader[int, Bases]:
        return DataLoader(load_fn=partial(enrollment_bases.bases, self._context.ports))

    @cached_property
    def particulars_history(self) -> DataLoader[int, list[ParticularsChange]]:
        return DataLoader(load_fn=partial(person.histories, self._context.ports))

    @cached_property
    def items(self) -> DataLoader[int, list[ItemRow]]:
        return DataLoader(load_fn=enrollment.items)

    @cached_property
    def batch(self) -> DataLoader[int, BatchView | None]:
        return self._by_actor(batch.by_ids)

    @cached_property
    def approval_of_batch(self) -> DataLoader[int, ApprovalRow | None]:
        return self._by_actor(approval.of_batches)

    @cached_property
    def bill(self) -> DataLoader[int, BillView | None]:
        return self._by_actor(bill.by_ids)

    @cached_property
    def bill_sums(self) -> DataLoader[int, list[KindSum]]:
        return DataLoader(load_fn=bill.by_kind)

    @cached_property
    def explained(self) -> DataLoader[LineView, Explained]:
        return DataLoader(load_fn=partial(bill.explanations, self._context.ports))

    @cached_property
    def scheme(self) -> DataLoader[int, SchemeRow | None]:
        async def load(keys: list[int]) -> list[SchemeRow | None]:
            found = await scheme.by_ids(self._context.me, keys)
            return [found.get(k) for k in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def city_by_id(self) -> DataLoader[int, CityRow | None]:
        async def load(keys: list[int]) -> list[CityRow | None]:
            found = await policy.cities_by_ids(keys)
            return [found.get(k) for k in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def city(self) -> DataLoader[str, CityRow | None]:
        async def load(codes: list[str]) -> list[CityRow | None]:
            found = {c.code: c for c in await policy.cities()}
            return [found.get(c) for c in codes]

        return DataLoader(load_fn=load)

    @cached_property
    def confirmation(self) -> DataLoader[int, Confirmation]:
        return DataLoader(load_fn=policy.confirmations)

    @cached_property
    def unconfirmed(self) -> DataLoader[tuple[str, int], int]:
        return DataLoader(load_fn=partial(policy.unconfirmed_counts, self._context.ports.store))

    @cached_property
    def city_rules(self) -> DataLoader[str, list[LocalRule]]:
        return DataLoader(load_fn=policy.rules)
