"""Archives read by Dask: what one process reads, whatever the partitions, and though a worker is
killed."""
from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import tarfile
import threading
import time
import warnings
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from rtcompat import archive
from rtcompat.archive.exports.bag import export_by_dask
from rtcompat.archive.exports.routing import pieces, routes
from rtcompat.archive.exports.whole import as_record, wholes
from rtcompat.archive.manifest import Entry
from rtcompat.errors import ConnectFailed, NotSaved, UsageError
from tests.exported import exactly, parquet_back, record_back
from tests.tiny import tiny

dask = pytest.importorskip("dask", reason="the extra [dask]")


def expected(*paths: Path, **how: Any) -> List[Dict[str, Any]]:
    with archive.open(*paths, **how) as opened:
        return [as_record(one) for one in wholes(opened, "id > 0", contents=True)]


def bagged(*paths: Path, **how: Any) -> List[Dict[str, Any]]:
    with dask.config.set(scheduler="sync"):
        found = archive.bag([str(one) for one in paths], contents=True, **how).compute()
    return sorted(found, key=lambda record: int(record["id"]))


def shuffled(folder: Path, into: Path) -> None:
    """The same answers, several in a file and none beside its ticket's others."""
    files = sorted(one for one in folder.glob("ticket/**/*.txt") if "content" not in one.name)
    into.mkdir()
    shutil.copytree(folder / "queue", into / "queue")
    for number in range(4):
        joined = b"".join(one.read_bytes() for one in files[number::4])
        (into / f"{number}.txt.gz").write_bytes(gzip.compress(joined))
    with tarfile.open(into / "contents.tar", "w") as tar:
        for one in folder.rglob("content.txt"):
            tar.add(one, arcname=str(one.relative_to(folder)))


@pytest.mark.parametrize("npartitions", [None, 1, 2, 7])
def test_a_folder_gives_what_one_process_reads(npartitions: Any, tmp_path: Path) -> None:
    numbers = tiny(tmp_path / "dump", 9)
    found = bagged(tmp_path / "dump", npartitions=npartitions)
    assert [one["id"] for one in found] == numbers
    assert found == expected(tmp_path / "dump")
    first = record_back(found[0])
    assert first.transactions[0].content == "text 1" and len(first.contents) == 2
    assert first.ticket.created == first.transactions[0].created, "the zone was learnt from all"


@pytest.mark.parametrize("npartitions", [1, 3, 5])
def test_a_ticket_whose_parts_lie_in_several_files_is_one_record(
        npartitions: int, tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 9)
    shuffled(tmp_path / "dump", tmp_path / "mixed")
    whole = expected(tmp_path / "mixed")
    assert bagged(tmp_path / "mixed", npartitions=npartitions) == whole
    assert [one["lacking"] for one in whole] == [{}] * 9
    assert [one["transactions"] for one in whole] == [
        one["transactions"] for one in expected(tmp_path / "dump")]


def test_what_lists_alone_name_is_a_ticket_once(tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 4)
    (tmp_path / "dump" / "search.txt").write_bytes(
        b"RT/4.4.6 200 Ok\n\n3: three\n77: seventy-seven\n78: more\n\n\n")
    found = bagged(tmp_path / "dump", npartitions=5)
    assert [one["id"] for one in found] == [1, 2, 3, 4, 77, 78]
    assert found == expected(tmp_path / "dump")
    assert found[4]["subject"] == "seventy-seven" and "created" not in found[4]


def test_a_zone_that_is_told_counts(tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 2)
    for history in tmp_path.glob("dump/ticket/*/history*"):
        (shutil.rmtree if history.is_dir() else os.unlink)(history)
    found = bagged(tmp_path / "dump", timezone="Europe/Berlin")
    assert found == expected(tmp_path / "dump", timezone="Europe/Berlin")
    assert found[0]["created"] == "2023-01-13T01:30:00Z", "no history tells another"


def test_the_zones_of_a_manifest_count(tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 2)
    entries = [Entry(f"ticket/{number}/show.txt", "GET", f"ticket/{number}/show", "", 0, 200,
                     "2024-01-01T00:00:00Z", False, "https://x", "4.4.6", "alice", "Asia/Tokyo")
               for number in (1, 2)]
    (tmp_path / "dump" / "MANIFEST.jsonl").write_text(
        "".join(json.dumps(vars(one)) + "\n" for one in entries), "utf-8")
    found = bagged(tmp_path / "dump", npartitions=3)
    assert found == expected(tmp_path / "dump")
    assert found[0]["created"] == "2023-01-12T17:30:00Z"


def test_any_storage_is_read(tmp_path: Path) -> None:
    import fsspec
    tiny(tmp_path / "dump", 3)
    memory = fsspec.filesystem("memory")
    try:
        memory.put(str(tmp_path / "dump"), "/bag-test", recursive=True)
        with dask.config.set(scheduler="sync"):
            for given in ("memory://bag-test", "memory://bag-test/**/*.txt"):
                found = archive.bag(given, contents=True).compute()
                assert sorted(found, key=lambda one: int(one["id"])) == expected(
                    tmp_path / "dump")
    finally:
        memory.rm("/bag-test", recursive=True)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    for given in ("nothing", "nothing/*.txt"):
        with pytest.raises(UsageError):
            archive.bag(str(tmp_path / given))
    with pytest.raises(UsageError):
        archive.bag(str(tmp_path))


def test_the_first_partitions_hold_tickets(tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 5)
    for number in range(400, 420):  # what RT refused, and whose partition would hold nothing
        (tmp_path / "dump" / f"{number - 400:02}-{number}.txt").write_bytes(
            b"RT/4.4.6 200 Ok\n\n# Ticket %d does not exist.\n\n\n" % number)
    with dask.config.set(scheduler="sync"):
        for npartitions in (None, 2, 5, 9, 40):
            found = archive.bag(str(tmp_path / "dump"), npartitions=npartitions)
            assert [one["id"] for one in found.take(1)] == [1]
            sizes = [len(list(part)) for part in dask.compute(*found.to_delayed())]
            held = [size for size in sizes if size]
            assert sum(held) == 5 and sizes == held + [0] * (len(sizes) - len(held))
            assert len(held) == min(5, found.npartitions)


def test_what_was_saved_without_its_ticket_is_a_record(tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 6)
    for number in (1, 4):
        os.unlink(tmp_path / "dump" / "ticket" / str(number) / "show.txt")
    for npartitions in (1, 4):
        found = bagged(tmp_path / "dump", npartitions=npartitions, timezone="America/New_York")
        assert [one["id"] for one in found] == [1, 2, 3, 4, 5, 6]
        assert found == expected(tmp_path / "dump", timezone="America/New_York")
        assert found[3]["lacking"]["ticket"] == "NotSaved: ticket/4/show was not saved"
        assert len(found[3]["transactions"]) == 2 and "subject" not in found[3]


def test_answers_go_where_their_tickets_are(tmp_path: Path) -> None:
    tiny(tmp_path, 8)
    found = list(pieces(0, archive.read([str(tmp_path)])))
    marks = [one for piece in found for one in piece.marks]
    shared = routes(marks, (), 4)
    places = [shared.of[f"ticket/{number}"] for number in range(1, 9)]
    assert places == sorted(places) and set(places) == {0, 1, 2, 3}
    for piece in found:
        address = piece.answers[0].path
        sent = shared.of_piece(piece)
        if address.startswith("queue/"):
            assert sent == (0, 1, 2, 3), "needed by all"
        elif "999" not in address:
            assert len(sent) == 1, address
    joined = routes([*marks, frozenset(("ticket/1", "transaction/108"))], (), 4)
    assert joined.of["ticket/1"] == joined.of["ticket/8"], "a transaction of both"
    assert shared.owns(0, 12345) and not shared.owns(1, 12345)


# -- a cluster ----------------------------------------------------------------------------------

@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two workers, each a process of its own."""
    distributed = pytest.importorskip("distributed", reason="the extra [dask]")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                silence_logs=50) as made:
            yield made


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning",
                            "ignore::pytest.PytestUnraisableExceptionWarning")
def test_problems_of_the_whole_are_counted_once_and_nothing_is_not_written(
        cluster: Any, tmp_path: Path) -> None:
    tiny(tmp_path / "dump", 6)
    for number in (1, 4, 6):
        os.unlink(tmp_path / "dump" / "ticket" / str(number) / "show.txt")
    with archive.open(tmp_path / "dump") as opened:
        assert len(list(wholes(opened, "id > 0"))) == 6
        count = len(opened.problems)
    done = export_by_dask(str(tmp_path / "dump"), tmp_path / "out", cluster.scheduler_address,
                          npartitions=4)
    assert (done.tickets, done.problems) == (6, count) and done.lacking["ticket"] == 3
    (tmp_path / "empty.txt").write_bytes(b"hello\n")
    with pytest.raises(NotSaved, match="no answer of RT in"):
        export_by_dask(str(tmp_path / "empty.txt"), tmp_path / "none", cluster.scheduler_address)
    with pytest.raises(UsageError, match="missing port number"):
        export_by_dask(str(tmp_path / "dump"), tmp_path / "none", "nonsense")
    with dask.config.set({"distributed.comm.timeouts.connect": "0.5s"}):
        with pytest.raises(ConnectFailed, match="no Dask scheduler answers at tcp://127.0.0.1:1"):
            export_by_dask(str(tmp_path / "dump"), tmp_path / "none", "tcp://127.0.0.1:1")
    assert not (tmp_path / "none").exists() and not list(tmp_path.glob(".none*"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning",
                            "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_worker_that_is_killed_changes_nothing(cluster: Any, tmp_path: Path) -> None:
    numbers = tiny(tmp_path / "dump", 40)
    shuffled(tmp_path / "dump", tmp_path / "mixed")
    shutil.move(str(tmp_path / "mixed" / "contents.tar"), str(tmp_path / "dump" / "c.tar"))
    paths = [str(tmp_path / "mixed"), str(tmp_path / "dump")]
    written: List[int] = []

    def kill() -> None:
        """Kill a worker as soon as the first file of the output is there."""
        until = time.monotonic() + 60
        while time.monotonic() < until and not written:
            # the one numbered behind the partitions is empty and ours
            parts = set(tmp_path.glob(".out.*/tickets/*")) - set(
                tmp_path.glob(".out.*/tickets/part-00012.parquet"))
            if parts:
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
                written.append(len(parts))
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        done = export_by_dask(paths, tmp_path / "out", cluster.scheduler_address, contents=True,
                              npartitions=12)
    finally:
        killer.join()
    assert 1 <= written[0] < 12, "a worker was killed in the middle"
    assert done.tickets == 40 and not done.lacking
    with archive.open(*paths) as opened:
        alone = [exactly(one) for one in wholes(opened, "id > 0", contents=True)]
    assert [exactly(one) for one in parquet_back(tmp_path / "out")] == alone
    assert [one["ticket"]["id"] for one in alone] == numbers
    assert not list((tmp_path / "out").glob(".*")) and not list(tmp_path.glob(".out*"))
