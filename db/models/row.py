"""What every table has."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


# A row with an id of our own making.
class Row(Model):
    id = fields.BigIntField(primary_key=True, generated=False)

    class Meta:
        abstract = True
