"""The zone that a caller names, beside what the archive itself tells of it."""
from __future__ import annotations

import json
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import Any, List
from unittest import mock

import pytest

from rtcompat import archive
from rtcompat.archive.manifest import Entry
from rtcompat.errors import UsageError
from rtcompat.rest1.zones import Clock, Pair
from tests.unit.archive_dump import entry, ticket, written

UTC = timezone.utc
JANUARY = datetime(2024, 1, 15, 8, 37, 11, tzinfo=UTC)


def said(saved: archive.Archive) -> List[str]:
    return [one.what for one in saved.problems]


def manifest(folder: Path, zone: str, *, exact: bool = True, file: str = "a.txt") -> None:
    one = Entry(file, "GET", "ticket/7/show", "", 0, 200, "2024-02-01T00:00:00Z", False,
                "https://x", "4.4.6", "alice", zone, exact)
    (folder / "MANIFEST.jsonl").write_text(json.dumps(vars(one)) + "\n", "utf-8")


def test_histories_win_over_the_zone_given(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": [ticket()], "b.txt": [entry(70)]})
    with archive.open(tmp_path, timezone="Europe/Berlin") as saved:
        found = saved.get_ticket(7)
        assert found.created == JANUARY == next(iter(saved.get_history(7))).created
        assert saved.server().timezone == "America/New_York"
        assert said(saved) == ["histories say America/New_York, not Europe/Berlin as given"]
        assert saved.problems[0].asked


def test_the_zone_given_settles_a_doubt(tmp_path: Path) -> None:
    """In January Bogota and New York show the same."""
    written(tmp_path, {"a.txt": [ticket()], "b.txt": [entry(70)]})
    july = {"America/Bogota": datetime(2024, 7, 16, 5, 5, 59, tzinfo=UTC),
            "America/New_York": datetime(2024, 7, 16, 4, 5, 59, tzinfo=UTC)}
    for zone, due in july.items():
        with archive.open(tmp_path, timezone=zone) as saved:
            found = saved.get_ticket(7)
            assert (found.created, found.due, found.times_exact) == (JANUARY, due, True)
            assert saved.server().timezone == zone and saved.problems == ()


def test_a_few_tickets_that_lie_exclude_no_zone(tmp_path: Path) -> None:
    files: Any = {}
    for number in range(1, 101):
        utc = "2024-01-15 08:37:11" if number > 1 else "2024-01-15 01:37:11"
        files[f"{number}.txt"] = [ticket(number)]
        files[f"h{number}.txt"] = [entry(1000 + number, number, Created=utc)]
    written(tmp_path, files)
    with archive.open(tmp_path, timezone="America/Bogota") as saved:
        assert saved.server().timezone == "America/Bogota" and saved.problems == ()


def test_a_folder_that_tells_nothing_is_read_in_the_zone_given(tmp_path: Path) -> None:
    files: Any = {"none/9.txt": [ticket(9, Created="Mon Jan 15 10:00:00 2024")]}
    for user, hours, number in (("east", 9, 1), ("west", -3, 2)):
        for month in range(1, 13):
            shown = datetime(2024, month, 10, 12 + hours).strftime("%a %b %d %H:%M:%S %Y")
            one = 100 * number + month
            files[f"{user}/{one}.txt"] = [ticket(one, Created=shown)]
            files[f"{user}/h{one}.txt"] = [
                entry(1000 + one, one, Created=f"2024-{month:02}-10 12:00:00")]
    written(tmp_path, files)
    with archive.open(tmp_path, timezone="Asia/Kolkata") as saved:
        assert saved.get_ticket(9).created == datetime(2024, 1, 15, 4, 30, tzinfo=UTC)
        for number in (101, 201):
            assert saved.get_ticket(number).created == datetime(2024, 1, 10, 12, tzinfo=UTC)
        assert len([one for one in said(saved) if "not Asia/Kolkata as given" in one]) == 2


def test_a_manifest_wins_over_the_zone_given(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": [ticket()]})
    manifest(tmp_path, "UTC")
    with archive.open(tmp_path, timezone="America/New_York") as saved:
        assert saved.get_ticket(7).created == datetime(2024, 1, 15, 3, 37, 11, tzinfo=UTC)
        assert said(saved) == ["the manifest says UTC, not America/New_York as given"]
    for same in ("UTC", "Etc/UTC"):
        with archive.open(tmp_path, timezone=same) as saved:
            assert saved.problems == ()


def test_a_manifest_in_doubt_does_not(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": [ticket()]})
    manifest(tmp_path, "UTC", exact=False)
    with archive.open(tmp_path, timezone="America/New_York") as saved:
        assert saved.get_ticket(7).created == JANUARY and saved.problems == ()


def test_a_manifest_that_cannot_be_read_is_a_problem(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, {"a.txt": [ticket()]})
    manifest(tmp_path, "UTC")
    monkeypatch.setattr(import_module("rtcompat.archive.archive"), "read_manifest",
                        mock.Mock(side_effect=PermissionError(13, "Permission denied")))
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert saved.get_ticket(7).id == 7
        problem, = saved.problems
    assert problem.file == str(tmp_path / "MANIFEST.jsonl") and problem.unread
    assert problem.what == "cannot be read: Permission denied"


def test_exports_and_bags_are_read_alike(tmp_path: Path) -> None:
    pytest.importorskip("dask.bag", reason="the extra [dask]")
    import dask
    written(tmp_path / "dump", {"a.txt": [ticket()], "b.txt": [entry(70)]})
    with archive.open(tmp_path / "dump", timezone="Europe/Berlin") as saved:
        archive.export(saved, tmp_path / "out.jsonl")
    exported = json.loads((tmp_path / "out.jsonl").read_text("utf-8").splitlines()[0])
    with dask.config.set(scheduler="sync"):
        bagged = archive.bag(str(tmp_path / "dump"), timezone="Europe/Berlin").compute()
    assert bagged[0]["created"] == exported["created"] == "2024-01-15T08:37:11Z"


def test_of_zones_that_agree_a_well_known_one_is_shown() -> None:
    pairs = [Pair("Mon Jan 15 03:37:11 2024", JANUARY),
             Pair("Tue Jul 16 04:00:00 2024", datetime(2024, 7, 16, 8, tzinfo=UTC))]
    assert Clock().narrowed(pairs).name == "America/New_York"


# -- nothing there ----------------------------------------------------------------------------

def test_an_archive_of_nothing_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with archive.open(empty) as saved:
        assert said(saved) == [f"no answer of RT in {empty}"] and saved.problems[0].asked
    (told,) = archive.read(empty)
    assert (told.raw, [one.what for one in told.problems]) == (b"", [f"no answer of RT in {empty}"])
    written(tmp_path / "junk", {"README": b"hello\n", "b": b""})
    with archive.open(tmp_path / "junk") as saved:
        assert f"no answer of RT in {tmp_path / 'junk'}" in said(saved)
    written(tmp_path / "one", {"a.txt": b"RT/4.4.6 200 Ok\n\nNo matching results.\n\n"})
    with archive.open(tmp_path / "one", empty) as saved:
        assert said(saved) == [f"no answer of RT in {empty}"]


@pytest.mark.parametrize("given", [[], 42, b"dump", ["dump"], None])
def test_what_is_no_path_is_refused(given: Any) -> None:
    with pytest.raises(UsageError, match="not|needs"):
        archive.open(given)
    if not isinstance(given, list):
        with pytest.raises(UsageError, match="not"):
            archive.read(given)
    with pytest.raises(UsageError, match="not"):
        archive.read([given])


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "../Berlin", "a\0b"])
def test_a_zone_that_nobody_knows_in_a_manifest_counts_as_not_told(
        tmp_path: Path, zone: str) -> None:
    written(tmp_path, {"a.txt": [ticket()], "b.txt": [entry(70)]})
    manifest(tmp_path, zone)
    with archive.open(tmp_path) as saved:
        assert saved.get_ticket(7).created == JANUARY
        problem, = saved.problems
    assert problem.file == str(tmp_path / "MANIFEST.jsonl") and repr(zone) in problem.what
    assert problem in archive.verify(tmp_path)
