"""SQLite: the tables with keys, indexes and full-text search, as Datasette shows them.

Transactions and attachments have a ``key`` of their own beside RT's ``id``: saved before and after
a merge, the same transaction stands in two tickets. Times are texts ``2024-07-01T08:00:00Z``.
"""
from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Iterable, List, Tuple

from rtcompat.archive.exports.tables import TABLES, Table, rows
from rtcompat.archive.exports.whole import Whole
from rtcompat.errors import Unsupported

__all__ = ["write"]

_TYPES = {"int": "INTEGER", "text": "TEXT", "bool": "INTEGER", "time": "TEXT", "json": "TEXT",
          "bytes": "BLOB"}
_OF_TICKET = "FOREIGN KEY (ticket_id) REFERENCES tickets (id)"
#: By table what stands beside its columns.
_BESIDE: Dict[str, Tuple[str, ...]] = {
    "tickets": (),
    "transactions": ("UNIQUE (ticket_id, id)", _OF_TICKET),
    "attachments": (_OF_TICKET, "FOREIGN KEY (transaction_key) REFERENCES transactions (key)"),
    "custom_field_values": (
        _OF_TICKET, "FOREIGN KEY (transaction_key) REFERENCES transactions (key)"),
    "links": (_OF_TICKET,),
    "watchers": (_OF_TICKET,),
}
#: Columns that only this format has, before the others.
_KEYS: Dict[str, Tuple[str, ...]] = {
    "transactions": ("key INTEGER PRIMARY KEY",),
    # NULL where the history is not in the file
    "attachments": ("key INTEGER PRIMARY KEY", "transaction_key INTEGER"),
    "custom_field_values": ("transaction_key INTEGER",),
}
_INDEXES = (
    ("tickets", "queue"), ("tickets", "status"), ("tickets", "owner"), ("tickets", "created"),
    ("tickets", "last_updated"), ("transactions", "type"), ("transactions", "creator"),
    ("transactions", "created"), ("attachments", "ticket_id, id"),
    ("attachments", "transaction_key"), ("attachments", "filename"),
    ("custom_field_values", "ticket_id"), ("custom_field_values", "name, value"),
    ("custom_field_values", "transaction_key"), ("links", "ticket_id"),
    ("links", "kind, target_id"), ("watchers", "ticket_id"), ("watchers", "email"),
)
#: Full-text tables, each over the columns of another one: (table, its key, columns).
_SEARCHED = (("tickets", "id", ("subject",)), ("transactions", "key", ("content", "html")))


def write(found: Iterable[Whole], path: Path) -> None:
    """Write the tickets into a new database.

    Raises: Unsupported where Python's SQLite has no FTS5.
    """
    # Closed by itself: a connection's own ``with`` ends the transaction only.
    with closing(sqlite3.connect(str(path), isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        # The file gets its name when it is whole, so nothing has to be undone in it.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        _create(database)
        database.execute("BEGIN")
        writer = _Writer(database)
        for whole in found:
            for table, values in rows(whole):
                writer.put(table, values)
        database.execute("COMMIT")
        _finish(database)


def _create(database: sqlite3.Connection) -> None:
    for table in TABLES:
        columns = [*_KEYS.get(table.name, ()),
                   *(_column(table, column.name, column.kind) for column in table.columns),
                   *_BESIDE[table.name]]
        database.execute(f"CREATE TABLE {table.name} (\n  " + ",\n  ".join(columns) + "\n)")
    for name, key, columns_of in _SEARCHED:
        try:
            database.execute(
                f"CREATE VIRTUAL TABLE {name}_fts USING fts5({', '.join(columns_of)}, "
                f"content='{name}', content_rowid='{key}')")
        except sqlite3.OperationalError as error:
            raise Unsupported("this Python's SQLite has no full-text search (FTS5): " + str(error),
                              operation="export") from error


def _column(table: Table, name: str, kind: str) -> str:
    key = " PRIMARY KEY" if table.name == "tickets" and name == "id" else ""
    return f'"{name}" {_TYPES[kind]}{key}'


class _Writer:
    """Puts rows in; knows the keys of the transactions of the ticket in hand."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._keys: Dict[int, int] = {}
        self._statements = {
            table.name: "INSERT INTO {} VALUES ({})".format(table.name, ", ".join(
                "?" * (len(table.columns) + len(_KEYS.get(table.name, ())))))
            for table in TABLES}
        self._places = {table.name: {column.name: place
                                     for place, column in enumerate(table.columns)}
                        for table in TABLES}

    def put(self, table: str, values: Tuple[Any, ...]) -> None:
        """Put a row in; those of a ticket come after its own."""
        stored: List[Any] = [
            one.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(one, datetime) else one
            for one in values]
        places = self._places[table]
        if table == "tickets":
            self._keys = {}
        elif table == "transactions":
            stored = [None, *stored]
        elif table in ("attachments", "custom_field_values"):
            owner = self._keys.get(values[places["transaction_id"]])
            stored = [None, owner, *stored] if table == "attachments" else [owner, *stored]
        put = self._database.execute(self._statements[table], stored)
        if table == "transactions":
            assert put.lastrowid is not None
            self._keys[values[places["id"]]] = put.lastrowid


def _finish(database: sqlite3.Connection) -> None:
    """Indexes and the full text last, when it takes one pass."""
    database.execute("BEGIN")
    for table, columns in _INDEXES:
        name = f"{table}_{columns.replace(', ', '_')}"
        database.execute(f"CREATE INDEX {name} ON {table} ({columns})")
    for name, _, _ in _SEARCHED:
        database.execute(f"INSERT INTO {name}_fts ({name}_fts) VALUES ('rebuild')")
    database.execute("COMMIT")
    database.execute("ANALYZE")
