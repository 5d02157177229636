"""T3: one set of migrations builds the same tables as the models say, on the database at hand."""

from __future__ import annotations

from tortoise import Tortoise
from tortoise.connection import get_connection

from app.container import Container
from db.connect import migrate
from db.sql import dialect, fetch


async def test_the_schema_holds_what_the_models_say(container: Container) -> None:
    """Every column and every unique key is really there, and no id is counted up by the database."""
    kind = dialect(get_connection("default"))
    for model in Tortoise.apps["shebao"].values():  # type: ignore[union-attr]
        table = model._meta.db_table
        if kind == "sqlite":
            columns = {r["name"]: r for r in await fetch(f"SELECT * FROM pragma_table_info('{table}')")}
            indexes = await fetch(f"SELECT name, \"unique\" AS u FROM pragma_index_list('{table}')")
            unique = set()
            for index in indexes:
                if index["u"]:
                    names = await fetch(f"SELECT name FROM pragma_index_info('{index['name']}') ORDER BY seqno")
                    unique.add(tuple(n["name"] for n in names))
            text = (await fetch("SELECT sql FROM sqlite_master WHERE name = ?", [table]))[0]["sql"]
            assert "AUTOINCREMENT" not in text, table
        else:
            rows = await fetch(
                "SELECT column_name AS name, extra FROM information_schema.columns "
                "WHERE table_schema = DATABASE() AND table_name = ?",
                [table],
            )
            columns = {r["name"]: r for r in rows}
            assert not any("auto_increment" in r["extra"] for r in rows), table
            keys = await fetch(
                "SELECT index_name AS i, column_name AS c FROM information_schema.statistics WHERE table_schema = "
                "DATABASE() AND table_name = ? AND non_unique = 0 ORDER BY index_name, seq_in_index",
                [table],
            )
            unique = {tuple(k["c"] for k in keys if k["i"] == name) for name in {k["i"] for k in keys}}
        wanted = {field.source_field or name for name, field in model._meta.fields_map.items() if field.has_db_field}
        assert set(columns) == wanted, table
        for names in model._meta.unique_together:
            assert tuple(names) in unique, f"{table} {names}"
        for name, field in model._meta.fields_map.items():
            if field.has_db_field and field.unique and not field.pk:
                assert ((field.source_field or name),) in unique, f"{table}.{name}"


async def test_migrating_again_changes_nothing(container: Container) -> None:
    before = await fetch("SELECT COUNT(*) AS n FROM policy")
    await migrate(container.settings.database)
    assert await fetch("SELECT COUNT(*) AS n FROM policy") == before
