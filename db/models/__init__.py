"""Tables, one file a word. Every id is made by the application (db/ids.py); instants are UTC milliseconds.

What a table is for stands in a comment above its class: a docstring would become its comment in the database,
where SQLite trips over an apostrophe.
"""

from __future__ import annotations

import pkgutil

MODULES = [f"{__name__}.{m.name}" for m in pkgutil.iter_modules(__path__) if m.name != "row"]
"""Every module of tables, found by its file: adding a word means adding its file."""
