"""Compliance review of a transfer to another company, and of changed particulars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.blacklist import company_refused
from domain.compliance.change import ChangeFacts, Offer, Target, no_change, open_month, review_person, under_terms
from domain.compliance.facts import finding, kind_names
from domain.errors import Problem
from domain.payer import Item, taken
from domain.policy import Kind
from domain.precheck.change import NEW_FIELDS
from domain.precheck.row import CheckedRow


def review_transfer(
    row: CheckedRow,
    facts: ChangeFacts,
    targets: Sequence[Target],
    items: Iterable[Item],
    company_id: int,
    offer: Offer | None = None,
) -> list[Problem]:
    """All problems of a move to another company. `targets` are the visible companies of that name, `offer` the
    scheme of the same name that the new company has of its own, when it has one.

    Errors: those of `review_person`, company_unknown, company_same, company_blacklisted, month_closed,
    from_before_start, already_enrolled (at the new company), payer_conflict, and those of the new company's terms.
    """
    problems = review_person(row, facts)
    if "target_company" not in row.extra:
        return problems
    if len(targets) != 1:
        return [*problems, _unknown_company()]
    target = targets[0]
    if target.company_id == company_id:
        return [*problems, _same_company()]
    if target.blocked:
        problems.append(company_refused().at(field="target_company"))
    if not facts.spells or row.start_month is None:
        return problems
    problems += open_month(row.start_month, [*facts.closed, *target.closed], facts.spells)
    kinds = frozenset(part.kind for spell in facts.spells for part in spell.parts)
    living = list(items)
    under_offer = offer is not None and _fits(offer, facts)
    wanted = offer.kinds if offer is not None and under_offer else kinds
    problems += _already_there(wanted & taken(living, target.company_id, row.start_month)[0])
    if offer is not None and under_offer:
        problems += under_terms(row, facts, offer, living, {target.company_id})
    return problems


def _fits(offer: Offer, facts: ChangeFacts) -> bool:
    first = facts.spells[0]
    return (offer.city_code, offer.category) == (first.city_code, first.category)


def review_particulars(
    row: CheckedRow, facts: ChangeFacts, unchanged: frozenset[str], taken_number: bool
) -> list[Problem]:
    """All problems of new particulars. `unchanged` are the fields that say what is on file already, `taken_number`
    whether the new document number is another person's.

    Errors: those of `review_person`, id_number_taken. Notice: no_change. A name that differs is what may be corrected.
    """
    problems = review_person(row, facts)
    if taken_number:
        problems.append(number_taken())
    given = [field for field in NEW_FIELDS if field in row.extra]
    if given and unchanged.issuperset(given):
        problems.append(no_change("与现登记的信息相同", "The same particulars as on file", given[0]))
    return problems


def number_taken() -> Problem:
    """The error for a document number that somebody else has; who that is is nobody's business."""
    return finding(
        "id_number_taken",
        "新证件号码在系统中已属于另一个人",
        "The new document number belongs to another person on file",
        "请对照证件核对号码；若是同一人的两条记录，请联系管理员",
        "Compare it with the document; if one person is on file twice, ask an administrator",
        field="new_id_number",
    )


def _unknown_company() -> Problem:
    return finding(
        "company_unknown",
        "找不到该转入单位，或您无权查看",
        "No such company, or it is not yours to see",
        "请填写公司全称，并确认它在您的权限范围内",
        "Give its full name, and make sure that it lies in your scope",
        field="target_company",
    )


def _same_company() -> Problem:
    return finding(
        "company_same",
        "转入单位就是现在的单位",
        "The person is moved to the company they are with",
        "请核对转入单位",
        "Check the company moved to",
        field="target_company",
    )


def _already_there(kinds: frozenset[Kind]) -> list[Problem]:
    if not kinds:
        return []
    names, names_en = kind_names(kinds)
    return [
        finding(
            "already_enrolled",
            f"此人在转入单位已参加：{names}",
            f"Already enrolled at the company moved to: {names_en}",
            "请核对转入单位；已在那边参保的，只需在本单位减员",
            "Check the company; who is enrolled there already only has to be stopped here",
            field="id_number",
        )
    ]
