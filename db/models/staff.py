"""Staff accounts, roles with permissions, branch scope and sessions."""

from __future__ import annotations

from tortoise import fields

from db.models.company import Company
from db.models.row import Row


class Staff(Row):
    username = fields.CharField(max_length=60, unique=True)
    display_name = fields.CharField(max_length=60)
    password_hash = fields.CharField(max_length=255)
    active = fields.BooleanField(default=True)
    created_at = fields.BigIntField()
    # Sealed secret of the authenticator; it counts once it was confirmed with a first code.
    totp_sealed = fields.BinaryField(null=True)
    totp_since = fields.BigIntField(default=0)
    totp_last_step = fields.BigIntField(default=0)
    # Digests of the recovery codes that are left, as JSON.
    recovery = fields.TextField(null=True)
    failures = fields.IntField(default=0)
    locked_until = fields.BigIntField(default=0)
    password_changed_at = fields.BigIntField(default=0)
    # Digests of earlier passwords, as JSON, newest first.
    password_history = fields.TextField(null=True)
    # Where one-time codes go; it counts once it was confirmed with a first code.
    phone_sealed = fields.BinaryField(null=True)
    phone_confirmed_at = fields.BigIntField(db_default=0)

    class Meta:
        table = "staff"


class Role(Row):
    code = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)

    class Meta:
        table = "role"


class RolePermission(Row):
    role: fields.ForeignKeyRelation[Role] = fields.ForeignKeyField("shebao.Role", related_name="permissions")
    permission = fields.CharField(max_length=60)

    class Meta:
        table = "role_permission"
        unique_together = [("role_id", "permission")]


class StaffRole(Row):
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("shebao.Staff", related_name="staff_roles")
    role: fields.ForeignKeyRelation[Role] = fields.ForeignKeyField("shebao.Role", related_name="role_staff")

    class Meta:
        table = "staff_role"
        unique_together = [("staff_id", "role_id")]


# A company whose whole branch the staff member may see. No row at all means everything.
class StaffScope(Row):
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("shebao.Staff", related_name="scopes")
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField("shebao.Company", related_name="scoped_staff")

    class Meta:
        table = "staff_scope"
        unique_together = [("staff_id", "company_id")]


# A signed-in browser or client. Only a digest of its token is stored.
class Session(Row):
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField("shebao.Staff", related_name="sessions")
    token_hash = fields.CharField(max_length=64, unique=True)
    created_at = fields.BigIntField()
    last_seen_at = fields.BigIntField()
    expires_at = fields.BigIntField()
    revoked_at = fields.BigIntField(default=0)
    ip = fields.CharField(max_length=64, default="")
    user_agent = fields.CharField(max_length=255, default="")

    class Meta:
        table = "session"


# Who signed in or tried to, from where; kept apart from the audit log, which says what people did afterwards.
class SignInEntry(Row):
    staff_id = fields.BigIntField(null=True, db_index=True)
    username = fields.CharField(max_length=60)
    outcome = fields.CharField(max_length=24)
    ip = fields.CharField(max_length=64, default="")
    user_agent = fields.CharField(max_length=255, default="")
    at = fields.BigIntField(db_index=True)

    class Meta:
        table = "sign_in_entry"
