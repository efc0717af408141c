"""Tickets of RT 3.6, 3.8 and 4.0 are read into equal records, but for the table of differences."""
from __future__ import annotations

from typing import Dict, Set, Tuple

import pytest

from rtcompat.exchange import run
from rtcompat.model import NewAttachment
from rtcompat.replay import Unrecorded
from rtcompat.rest1.operations import Context, Rest1
from tests.farm.differences import DIFFERENCES, Difference, differing, row_for
from tests.farm.farm import VERSIONS, Farm, farms
from tests.farm.reading import Reading, read_farm


@pytest.fixture(scope="module")
def recordings() -> Dict[str, Farm]:
    return farms()


@pytest.fixture(scope="module")
def readings(recordings: Dict[str, Farm]) -> Dict[str, Reading]:
    return {version: read_farm(farm) for version, farm in recordings.items()}


def test_equal_but_for_the_table(readings: Dict[str, Reading]) -> None:
    compared = len(set().union(*readings.values()))
    found = differing(readings)
    assert compared > 1200 and len(found) < compared / 8
    unexcused = []
    needed: Set[Tuple[Difference, str]] = set()
    for (record, key, field), odd in found.items():
        rows = row_for(record, key, field)
        for version in odd:
            excusing = [row for row in rows if version in row.versions]
            needed.update((row, version) for row in excusing)
            if not excusing:
                unexcused.append((record, key, field, version,
                                  [readings[each].get((record, key, field))
                                   for each in VERSIONS]))
    assert not unexcused
    idle = [(row, version) for row in DIFFERENCES for version in row.versions
            if (row, version) not in needed]
    assert not idle, "equal everywhere: take the row out of the table"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_ticket_is_read_whole(version: str, readings: Dict[str, Reading]) -> None:
    reading = readings[version]
    assert {key for record, key, _ in reading if record == "Ticket"} == set(range(1, 13))
    assert reading["Ticket", 9, "id"] == 10  # merged
    assert reading["Ticket", 11, "status"] == "deleted"
    first = next(key for record, key, field in reading
                 if record == "Message" and key[0] == 1 and field == "content")
    assert reading["Message", first, "content"].startswith("First line.\n--\n")
    assert not [name for name in reading if name[2] == "refused"]


@pytest.mark.parametrize("version", VERSIONS)
def test_bytes_are_those_that_were_sent(version: str, readings: Dict[str, Reading]) -> None:
    contents = {key: value for (record, key, field), value in readings[version].items()
                if record == "Attachment" and field == "content"}
    assert contents[6, "utf-8 text file attached", "file", 1] == (
        "UTF-8 text file: äöü €, Ελλ, 中文 🚀\nsecond line\n".encode())
    latin = contents[6, "windows-1252 text file attached, declared"[:40], "file", 1]
    assert latin.decode("cp1252").encode("cp1252") == latin and b"\x80" in latin
    assert contents[6, "empty file attached", "file", 1] == b""
    assert contents[6, "PNG attached", "file", 1].startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("version", VERSIONS)
def test_how_many_requests(version: str, recordings: Dict[str, Farm]) -> None:
    farm = recordings[version]
    client = Rest1(Context(version=version, user="root", timezone="UTC"))
    for operation, count in ((client.get_ticket(1), 1), (client.get_links(7), 1),
                             (client.get_history(1), 3 if version == "3.6.11" else 2),
                             (client.get_history(3), 2 if version == "3.6.11" else 1)):
        del farm.asked[:]
        run(operation, farm.send)
        assert len(farm.asked) == count, farm.asked


def test_a_recording_takes_no_writes(recordings: Dict[str, Farm]) -> None:
    client = Rest1(Context(version="4.0.25", user="root", timezone="UTC"))
    with pytest.raises(Unrecorded):
        run(client.comment(1, "text", attachments=[NewAttachment("a", b"x")]),
            recordings["4.0.25"].send)
