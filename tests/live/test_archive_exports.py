"""Exports of real servers, over both protocols, read back."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, List

import pytest

import rtcompat
from rtcompat.archive.exports import export
from rtcompat.archive.exports.whole import wholes
from tests.connections import Connections
from tests.exported import exactly, parquet_back, sqlite_back

pytestmark = [pytest.mark.live, pytest.mark.reads]

#: A few of the seed's tickets, with files, links and custom fields.
QUERY = "id < 7"


@pytest.mark.parametrize("name, protocol, format, back", [
    ("4.4.6", "rest1", "sqlite", sqlite_back), ("5.0.3", "rest2", "parquet", parquet_back)])
def test_a_server_is_exported_and_read_back_equal(
        name: str, protocol: str, format: str, back: Callable[[Path], List[Any]],
        connections: Connections, tmp_path: Path) -> None:
    url, given = connections.server(name).url, connections.credentials(name, "alice")
    with rtcompat.connect(url, protocol=protocol, **given) as client:
        expected = [exactly(one) for one in wholes(client, QUERY, contents=True)]
        done = export(client, tmp_path / "out", format, QUERY, 3, contents=True)
    assert done.tickets == len(expected) > 3 and done.attachments > 3
    found = back(tmp_path / "out")
    assert [exactly(one) for one in found] == expected
    assert sum(len(content) for one in found for content in one.contents.values()) > 50
