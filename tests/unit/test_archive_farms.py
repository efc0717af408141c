"""Recorded servers of RT 3.6, 3.8 and 4.0 as archives: equal to what a client reads of them."""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Dict, Tuple

import pytest

from rtcompat import archive
from rtcompat.errors import RTError
from rtcompat.exchange import run
from rtcompat.replay import Unrecorded
from rtcompat.rest1.operations import Context, Rest1
from tests.farm.farm import VERSIONS, Farm, farms
from tests.farm.reading import TICKETS

#: Left out of the recordings for its size.
_UNRECORDED = "not recorded"


@pytest.fixture(scope="module")
def recorded() -> Dict[str, Farm]:
    return farms()


def _saved(farm: Farm, folder: Path) -> None:
    """Its answers as files, named as their addresses."""
    for (path, parameters), body in farm.answers.items():
        given = dict(parameters)
        listing = path.endswith("/history")
        if set(given) - {"format"} or path.startswith("search") or "/history/" in path \
                or (given.get("format") == "l") < listing:
            continue
        place = folder / (re.sub(r"/$", "", path) + (".long" if given else "") + ".txt")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)


def _of_client(farm: Farm, operation: Any) -> Any:
    try:
        found = run(operation, farm.send)
    except RTError as error:
        return type(error).__name__
    except Unrecorded:
        return _UNRECORDED
    return tuple(found.items) if hasattr(found, "cursor") else found


def _of_archive(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except RTError as error:
        return type(error).__name__


@pytest.mark.parametrize("version", VERSIONS)
def test_an_archive_of_old_answers_reads_as_a_client(
        version: str, recorded: Dict[str, Farm], tmp_path: Path) -> None:
    farm = recorded[version]
    _saved(farm, tmp_path)
    client = Rest1(Context(version=version, user="root", timezone="UTC"))
    pairs: Dict[Tuple[str, int], Tuple[Any, Any]] = {}
    with archive.open(tmp_path, timezone="UTC") as saved:
        for number in TICKETS:
            pairs["ticket", number] = (_of_client(farm, client.get_ticket(number)),
                                       _of_archive(lambda: saved.get_ticket(number)))
            pairs["links", number] = (_of_client(farm, client.get_links(number)),
                                      _of_archive(lambda: saved.get_links(number)))
            pairs["history", number] = (_of_client(farm, client.get_history(number)),
                                        _of_archive(lambda: tuple(saved.get_history(number))))
            parts = saved.get_attachments(number)
            pairs["list", number] = (_of_client(farm, client.get_attachments(number)), parts)
            for part in parts:
                place = {"ticket_id": number}
                pairs["attachment", part.id] = (
                    _of_client(farm, client.get_attachment(part.id, **place)),
                    _of_archive(lambda: saved.get_attachment(part.id, **place)))
                pairs["content", part.id] = (
                    _of_client(farm, client.read_attachment(part.id, **place)),
                    _of_archive(lambda: saved.read_attachment(part.id, **place)))
        pairs["queue", 1] = (_of_client(farm, client.get_queue("General")),
                             saved.get_queue("General"))
        pairs["user", 1] = (_of_client(farm, client.get_user("alice")), saved.get_user("alice"))
        assert saved.versions.keys() == {version}
    assert [key for key, (wanted, found) in pairs.items()
            if wanted != found and wanted is not _UNRECORDED] == []
    assert sum(wanted is not _UNRECORDED for wanted, _ in pairs.values()) > 250
