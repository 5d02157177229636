"""What a new installation begins with, and the data of a demonstration."""

from __future__ import annotations

from services.seed.demo import ACCOUNTS, COMPANY, demo
from services.seed.start import CHECKER, MAKER, first_administrator, start

__all__ = ["ACCOUNTS", "CHECKER", "COMPANY", "MAKER", "demo", "first_administrator", "start"]
