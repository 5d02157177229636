"""The general ledger: accounts, and transfers that are only ever added."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


# `owner_id` is the company of a client account, 0 for our own.
class LedgerAccount(Row):
    code = fields.CharField(max_length=60)
    owner_id = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "ledger_account"
        unique_together = [("code", "owner_id")]


# An amount from one account to another. A chain is posted whole or not at all; a mistake is reversed, never edited.
class LedgerTransfer(Row):
    chain_id = fields.BigIntField()
    seq = fields.IntField()
    debit_account: fields.ForeignKeyRelation[LedgerAccount] = fields.ForeignKeyField(
        "shebao.LedgerAccount", related_name="debits", on_delete=fields.RESTRICT
    )
    credit_account: fields.ForeignKeyRelation[LedgerAccount] = fields.ForeignKeyField(
        "shebao.LedgerAccount", related_name="credits", on_delete=fields.RESTRICT
    )
    fen = fields.BigIntField()
    act = fields.CharField(max_length=40)
    source_kind = fields.CharField(max_length=24)
    source_id = fields.BigIntField()
    reverses_id = fields.BigIntField(null=True, unique=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "ledger_transfer"
        unique_together = [("chain_id", "seq")]
        indexes = [("source_kind", "source_id")]
