"""Settings from the environment and `.env`; every one has a default that works on one machine."""

from __future__ import annotations

import json
import os
import secrets
from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Keys:
    """The secrets: data keys by number, which one is current, the search-digest key and the URL-signing key."""

    def __init__(self, plain: dict) -> None:
        self.data = {int(i): bytes.fromhex(k) for i, k in plain["data"].items()}
        self.current = int(plain["current"])
        self.index = bytes.fromhex(plain["index"])
        self.signing = bytes.fromhex(plain["signing"])

    @staticmethod
    def new() -> dict:
        """Fresh random secrets in their stored form."""
        return {
            "data": {"1": secrets.token_hex(32)},
            "current": 1,
            "index": secrets.token_hex(32),
            "signing": secrets.token_hex(32),
        }

    @staticmethod
    def with_one_more(plain: dict) -> dict:
        """The stored form with a fresh data key, which becomes the current one; older ones still open."""
        number = max(map(int, plain["data"])) + 1
        return plain | {"data": plain["data"] | {str(number): secrets.token_hex(32)}, "current": number}


class Settings(BaseSettings):
    """See README for what each one means. Names in the environment are the same in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    var_dir: Path = ROOT / "var"
    database_url: str = ""
    redis_url: str = "memory://"
    host: str = "127.0.0.1"
    port: int = 8000
    environment: str = "demo"
    keys_json: str = ""
    policies_dir: Path = ROOT / "policies"
    console_dir: Path = ROOT / "web" / "admin" / "dist"
    allowed_origins: str = ""
    log_level: str = "INFO"
    sms_secret_id: str = ""
    sms_secret_key: str = ""
    sms_app_id: str = ""
    sms_sign: str = ""
    sms_template_id: str = ""
    sms_region: str = "ap-guangzhou"
    sms_endpoint: str = "https://sms.tencentcloudapi.com"

    @property
    def production(self) -> bool:
        """Whether introspection is off, errors are masked and cookies need TLS."""
        return self.environment == "production"

    @property
    def sms_sandbox(self) -> bool:
        """Whether text messages go to the sandbox inside `serve`: in the demo, as long as nobody gave credentials."""
        return self.environment == "demo" and not self.sms_secret_id

    @property
    def database(self) -> str:
        """The database URL, by default a SQLite file in `var_dir`."""
        return self.database_url or f"sqlite://{self.var_dir / 'shebao.sqlite3'}"

    @property
    def embedded(self) -> bool:
        """Whether Redis lives inside the process, so that `serve` has to be its own worker."""
        return self.redis_url.startswith("memory:")

    @cached_property
    def keys(self) -> Keys:
        """The secrets from KEYS_JSON, else from `var_dir`/keys.json, which is made at the first start.

        In production they must be given: a key that was made by itself is lost with the machine.
        """
        if self.keys_json:
            return Keys(json.loads(self.keys_json))
        path = self.var_dir / "keys.json"
        if not path.exists():
            if self.production:
                raise RuntimeError("KEYS_JSON is needed in production; `shebao keys` prints a new set")
            self.var_dir.mkdir(parents=True, exist_ok=True)
            # Two processes may start together: the one that creates the file wins, the other reads it.
            part = path.with_name(f"keys.{secrets.token_hex(4)}.part")
            part.touch(mode=0o600)
            part.write_text(json.dumps(Keys.new()))
            try:
                os.link(part, path)
            except FileExistsError:
                pass
            finally:
                part.unlink()
        return Keys(json.loads(path.read_text()))
