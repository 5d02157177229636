"""Who sends text messages: the provider with credentials, the sandbox inside `serve` in the demo, or nobody."""

from __future__ import annotations

import hmac
from dataclasses import asdict

from starlette.routing import Mount

from app.settings import Settings
from db.clock import Clock
from integrations.sms.sandbox import SmsSandbox
from integrations.sms.tencent import Account, TencentSms
from services.ports import Sms

SANDBOX_PATH = "/sandbox/sms"
_SANDBOX_ID = "sandbox"
_SANDBOX_APP = "1400000000"


def text_messages(settings: Settings, clock: Clock) -> Sms | None:
    """The adapter by settings. None in production without credentials: codes by message are not offered then."""
    if settings.sms_secret_id:
        account = Account(
            secret_id=settings.sms_secret_id,
            secret_key=settings.sms_secret_key,
            app_id=settings.sms_app_id,
            sign=settings.sms_sign,
            template_id=settings.sms_template_id,
            region=settings.sms_region,
        )
        if missing := [f"SMS_{name.upper()}" for name, value in asdict(account).items() if not value]:
            raise RuntimeError(f"短信设置不完整，缺少 / settings for text messages are missing: {', '.join(missing)}")
        return TencentSms(account, settings.sms_endpoint, clock)
    if not settings.sms_sandbox:
        return None
    account = Account(_SANDBOX_ID, _sandbox_key(settings), _SANDBOX_APP, "社保管理系统", "100001")
    host = settings.host if settings.host not in ("0.0.0.0", "::", "") else "127.0.0.1"  # noqa: S104 - compared only
    return TencentSms(account, f"http://{host}:{settings.port}{SANDBOX_PATH}/", clock)


def sandbox_routes(settings: Settings, clock: Clock) -> list[Mount]:
    """The sandbox's route in the demo, none otherwise."""
    if not settings.sms_sandbox:
        return []
    sandbox = SmsSandbox(_SANDBOX_ID, _sandbox_key(settings), _SANDBOX_APP, clock)
    return [Mount(SANDBOX_PATH, sandbox.app)]


def _sandbox_key(settings: Settings) -> str:
    """Known to the processes of this installation and to nobody else."""
    return hmac.digest(settings.keys.signing, b"sms sandbox", "sha256").hex()
