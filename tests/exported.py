"""Exports read back: each format's file as the tickets that went in."""
from __future__ import annotations

import json
import sqlite3
from base64 import b64decode
from collections import defaultdict
from contextlib import closing
from dataclasses import fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Mapping, Tuple

from rtcompat.archive.exports.tables import TABLES
from rtcompat.archive.exports.whole import Whole
from rtcompat.model import (EMPTY, LINK_NAMES, NOT_LOADED, Attachment, CustomFieldFile, FrozenMap,
                            Link, Links, Ticket, Transaction, Watcher)

#: By table its rows, each by column; times aware.
Tables = Dict[str, List[Dict[str, Any]]]
_TIMES = frozenset(("created", "starts", "started", "due", "resolved", "told", "last_updated"))
_JSON = frozenset(column.name for table in TABLES for column in table.columns
                  if column.kind == "json")


def exactly(record: Any) -> Any:
    """A record with every attribute, those that are not compared as well."""
    if isinstance(record, (Whole, Ticket, Transaction, Attachment, Watcher, CustomFieldFile,
                           Links)):
        return {each.name: exactly(getattr(record, each.name)) for each in fields(record)}
    if isinstance(record, Mapping):
        return {name: exactly(value) for name, value in record.items()}
    if isinstance(record, tuple):
        return tuple(exactly(one) for one in record)
    return record


def moment(text: Any) -> Any:
    """A time as the texts of exports have it."""
    if not isinstance(text, str):
        return text
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


# -- JSON Lines ---------------------------------------------------------------------------------

def _tupled(given: Any) -> Any:
    if isinstance(given, list):
        return tuple(_tupled(one) for one in given)
    return given


def _from_json(kind: Any, given: Mapping[str, Any], special: Mapping[str, Callable[[Any], Any]]
               ) -> Any:
    names = {each.name for each in fields(kind)}
    assert set(given) <= names, set(given) - names
    found: Dict[str, Any] = {}
    for name, value in given.items():
        if name in special:
            found[name] = special[name](value)
        elif name in _TIMES:
            found[name] = moment(value)
        elif isinstance(value, dict):
            found[name] = FrozenMap({key: _tupled(one) for key, one in value.items()})
        else:
            found[name] = _tupled(value)
    return kind(**found)


def _people(given: Any) -> Tuple[Watcher, ...]:
    return tuple(Watcher(**one) for one in given)


def _files(given: Any) -> FrozenMap[str, Any]:
    return FrozenMap({name: tuple(CustomFieldFile(**one) for one in held)
                      for name, held in given.items()})


def record_back(given: Mapping[str, Any]) -> Whole:
    """A record of the JSON Lines (or of the bag) as what it was made of."""
    left = dict(given)
    assert left.pop("type") == "ticket"
    contents: Dict[int, bytes] = {}

    def attachment(one: Dict[str, Any]) -> Attachment:
        held = dict(one)
        if "content_base64" in held:
            contents[held["id"]] = b64decode(held.pop("content_base64"))
        found: Attachment = _from_json(Attachment, held, {})
        return found

    def attachments(those: Any) -> Tuple[Attachment, ...]:
        return tuple(map(attachment, those))

    parts: Dict[str, Any] = {"lacking": FrozenMap(left.pop("lacking"))}
    if "transactions" in left:
        parts["transactions"] = tuple(
            _from_json(Transaction, one, {"attachments": attachments})
            for one in left.pop("transactions"))
    if "attachments" in left:
        parts["attachments"] = attachments(left.pop("attachments"))
    if "links" in left:
        parts["links"] = Links(**{name: tuple(Link(**one) for one in ends)
                                  for name, ends in left.pop("links").items()})
    ticket = _from_json(Ticket, left, {
        "requestors": _people, "cc": _people, "admin_cc": _people, "undecided": frozenset,
        "custom_field_files": _files,
        "custom_roles": lambda roles: FrozenMap({name: _people(held)
                                                 for name, held in roles.items()})})
    return Whole(ticket, contents=FrozenMap(contents), **parts)


def jsonl_back(path: Path) -> List[Whole]:
    content = path.read_bytes()
    assert content.isascii() and (not content or content.endswith(b"\n"))
    return [record_back(json.loads(line)) for line in content.splitlines()]


# -- tables -------------------------------------------------------------------------------------

def sqlite_back(path: Path) -> List[Whole]:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.row_factory = sqlite3.Row
        tables: Tables = {}
        for table in TABLES:
            order = "rowid"
            tables[table.name] = [
                {**row, **{column.name: moment(row[column.name])
                           for column in table.columns if column.kind == "time"},
                 **{column.name: bool(row[column.name])
                    for column in table.columns if column.kind == "bool"}}
                for row in map(dict, database.execute(
                    f"SELECT * FROM {table.name} ORDER BY {order}"))]
    return tables_back(tables)


def parquet_back(folder: Path) -> List[Whole]:
    import pyarrow.parquet as parquet
    tables: Tables = {}
    schemas = set()
    for table in TABLES:
        tables[table.name] = []
        for part in sorted((folder / table.name).iterdir()):
            read = parquet.ParquetFile(part).read()
            schemas.add((table.name, str(read.schema)))
            tables[table.name] += read.to_pylist()
    assert len(schemas) == len(TABLES), "every part of a table has the same columns"
    return tables_back(tables)


def _by_ticket(rows: Iterable[Dict[str, Any]]) -> Dict[int, List[Dict[str, Any]]]:
    found: Dict[int, List[Dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["ticket_id"]].append(row)
    return found


def _values(rows: Iterable[Dict[str, Any]]) -> FrozenMap[str, Tuple[str, ...]]:
    found: Dict[str, Tuple[str, ...]] = {}
    for row in rows:
        held = found.setdefault(row["name"], ())
        if row["position"] is not None:
            assert row["position"] == len(held)
            found[row["name"]] = (*held, row["value"])
    return FrozenMap(found)


def _attributes(kind: Any, row: Dict[str, Any], missing: FrozenSet[str]) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for each in fields(kind):
        if each.name in missing:
            found[each.name] = NOT_LOADED
        elif each.name in row:
            value = row[each.name]
            if each.name in _JSON:
                value = json.loads(value)
                value = FrozenMap(value) if isinstance(value, dict) else _tupled(value)
            found[each.name] = value
    return found


def _attachment(row: Dict[str, Any], contents: Dict[int, bytes]) -> Attachment:
    missing = frozenset(json.loads(row["not_loaded"]))
    if row["content"] is not None:
        contents[row["id"]] = row["content"]
    own = NOT_LOADED if "attachment_ticket_id" in missing else row["attachment_ticket_id"]
    return Attachment(**{**_attributes(Attachment, row, missing), "ticket_id": own})


def _transaction(row: Dict[str, Any], parts: List[Dict[str, Any]],
                 values: List[Dict[str, Any]], contents: Dict[int, bytes]) -> Transaction:
    missing = frozenset(json.loads(row["not_loaded"]))
    found = {**_attributes(Transaction, row, missing), "ticket_id": row["transaction_ticket_id"]}
    if "attachments" not in missing:
        found["attachments"] = tuple(_attachment(one, contents) for one in parts)
    if "custom_fields" not in missing:
        found["custom_fields"] = _values(values)
    return Transaction(**found)


def _ticket(row: Dict[str, Any], missing: FrozenSet[str], values: List[Dict[str, Any]],
            watchers: List[Dict[str, Any]]) -> Ticket:
    found = _attributes(Ticket, row, missing)
    found["undecided"] = frozenset(json.loads(row["undecided"]))
    if "custom_field_files" not in missing:
        found["custom_field_files"] = _files(json.loads(row["custom_field_files"]))
    people: Dict[Tuple[bool, str], Tuple[Watcher, ...]] = {}
    for one in watchers:
        held = people.setdefault((one["custom_role"], one["role"]), ())
        if one["position"] is not None:
            people[one["custom_role"], one["role"]] = (*held, Watcher(
                one["email"], one["name"], one["kind"], one["principal_id"]))
    for role in ("requestors", "cc", "admin_cc"):
        found[role] = NOT_LOADED if role in missing else people.get((False, role), ())
    found["custom_roles"] = NOT_LOADED if "custom_roles" in missing else FrozenMap(
        {name: held for (custom, name), held in people.items() if custom})
    found["custom_fields"] = (NOT_LOADED if "custom_fields" in missing
                              else _values(values))
    return Ticket(**found)


def tables_back(tables: Tables) -> List[Whole]:
    """Rows as the tickets that they were made of."""
    related = {name: _by_ticket(tables[name]) for name in tables if name != "tickets"}
    return [_whole(row, {name: rows.get(row["id"], []) for name, rows in related.items()})
            for row in tables["tickets"]]


def _whole(row: Dict[str, Any], of: Dict[str, List[Dict[str, Any]]]) -> Whole:
    missing = frozenset(json.loads(row["not_loaded"]))
    contents: Dict[int, bytes] = {}
    values: Dict[Any, List[Dict[str, Any]]] = defaultdict(list)
    for one in of["custom_field_values"]:
        values[one["transaction_id"]].append(one)
    parts: Dict[Any, List[Dict[str, Any]]] = defaultdict(list)
    alone: List[Dict[str, Any]] = []
    for one in sorted(of["attachments"], key=lambda each: int(each["position"])):
        (alone if "attachments" not in missing else parts[one["transaction_id"]]).append(one)
    found: Dict[str, Any] = {}
    if "transactions" not in missing:
        found["transactions"] = tuple(
            _transaction(one, parts[one["id"]], values[one["id"]], contents)
            for one in of["transactions"])
    if "attachments" not in missing:
        found["attachments"] = tuple(_attachment(one, contents) for one in alone)
    if "links" not in missing:
        ends: Dict[str, Tuple[Link, ...]] = {name: () for name in LINK_NAMES}
        for one in of["links"]:
            ends[one["direction"]] += (Link(one["kind"], one["target_id"], one["url"]),)
        found["links"] = Links(**ends)
    lacking = json.loads(row["lacking"])
    return Whole(_ticket(row, missing, values[None], of["watchers"]),
                 contents=FrozenMap(contents), lacking=FrozenMap(lacking) if lacking else EMPTY,
                 **found)
