"""Loading the dated rows of the repository's files, as `shebao seed` does."""

from __future__ import annotations

from pathlib import Path

from db.models.policy import City, Policy
from db.transaction import work
from domain.actor import Actor
from domain.errors import Refusal
from domain.policy import overlaps
from services.policy.book import FACTS
from services.policy.rules import load_rules
from services.policy_files import load_all
from services.ports import Ports


async def load(ports: Ports, actor: Actor, directory: Path) -> int:
    """Writes policies and local rules of the files that the database does not have yet; answers how many policies.

    A row with the same key and start is left as it is: what bills were computed with never changes under them.
    """
    versions = load_all(directory)
    wrong = overlaps(versions)
    if wrong:
        raise Refusal(*wrong)
    async with work(ports.store, actor) as unit:
        known_cities = {c.code for c in await City.all()}
        known = {
            (p["city_code"], p["category"], p["kind"], p["tier"], p["effective_from"])
            for p in await Policy.all().values("city_code", "category", "kind", "tier", "effective_from")
        }
        for code, name in sorted({(v.city_code, v.city) for v in versions}):
            if code not in known_cities:
                await City.create(id=unit.new_id(), code=code, name=name)
        new = [v for v in versions if (*v.key, v.effective_from) not in known]
        await Policy.bulk_create(
            Policy(id=row_id, created_at=unit.now, **{name: getattr(v, name) for name in FACTS})
            for v, row_id in zip(new, ports.store.ids.block(len(new)), strict=True)
        )
        rules = await load_rules(unit, directory)
        if rules:
            await unit.audit("policy.rule", "city_rule", 0, 条数=rules)
        if new:
            await unit.audit("policy.load", "policy", 0, 行数=len(new))
    return len(new)
