"""A run on a machine that cannot have the other suites' releases: recordings, and a loud end."""
from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

import pytest

from rtcompat.replay import Unrecorded, read_recording
from rtcompat.rest1 import timing as rest1_timing
from rtcompat.rest2 import creating as rest2_creating
from tests.bench.server import NAMES as LOGINS
from tests.bench.server import users
from tests.bench.versions import RELEASES, release
from tests.contract import record, recordings

ROOT = Path(__file__).resolve().parents[2]
#: A plugin that changes the committed list of releases before a run, and closes the network.
CHANGED = """
from dataclasses import replace
from tests.bench import versions
versions.RELEASES = tuple(replace(each, {change}) if {which} else each
                          for each in versions.RELEASES)
import socket
def closed(*_):
    raise AssertionError('a test without a server uses the network')
socket.socket.connect = closed
"""


class Run(NamedTuple):
    """How a run of pytest ended: its exit code, its counts (passed, skipped, …), its lines."""

    code: int
    counts: Dict[str, int]
    lines: List[str]


def run(folder: Path, change: str, which: str, *arguments: str) -> Run:
    """Run tests with other releases and with a bench whose folder is empty."""
    (folder / "changed.py").write_text(CHANGED.format(change=change, which=which), "utf-8")
    environment = {**os.environ, "RTCOMPAT_BENCH": str(folder / "bench"),
                   "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    environment.pop("RTCOMPAT_MATRIX", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "changed", "-p", "no:cacheprovider", "-q",
         "--color=no", *arguments],
        cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    lines = done.stdout.splitlines()
    counts = {word: int(number) for number, word in
              re.findall(r"(\d+) (passed|skipped|failed|error)", lines[-1] if lines else "")}
    return Run(done.returncode, counts, lines)


def test_read_tests_run_on_recordings_and_write_tests_are_counted(tmp_path: Path) -> None:
    found = run(tmp_path, "suite='no-such-suite'", "each.suite", "tests/contract",
                "--ignore=tests/contract/test_recordings.py",
                "-k", "[4.4.4- or [5.0.7- or [sid- or [4.4.4] or [5.0.7] or [sid]")
    assert found.code == 0, found.lines[-40:]
    assert set(found.counts) == {"passed", "skipped"}
    loud = [line for line in found.lines if line.startswith("NOT LIVE: RT ")]
    assert [line.split()[3] for line in loud] == list(recordings.RECORDED)
    read = written = 0
    for line in loud:
        counts = re.search(r" \(no-such-suite\): .*; (\d+) write tests not run, (\d+) read tests "
                           r"run on recordings, (\d+) read tests not run$", line)
        assert counts, line
        protocols = len(release(line.split()[3]).protocols)
        assert int(counts[1]) >= 40 * protocols, line
        assert int(counts[2]) == len(record.reads()) * len(recordings.ZONES) * protocols
        assert int(counts[3]) == 4 * protocols  # times of every user, held to the database
        read += int(counts[2])
        written += int(counts[1]) + int(counts[3])
    assert found.counts == {"passed": read, "skipped": written}


def test_a_missing_installed_release_is_an_error(tmp_path: Path) -> None:
    found = run(tmp_path, "expected='4.4.9'", "each.name == '4.4.6'", "tests/contract",
                "-k", "4.4.6-rest1-root and (test_people_and_numbers or test_links)")
    assert found.code == 1
    assert set(found.counts) == {"error"} and found.counts["error"] >= 2
    assert any("RT 4.4.9 is not installed" in line for line in found.lines)
    assert not any(line.startswith("NOT LIVE") for line in found.lines)


def test_what_is_recorded_is_what_may_be_missing() -> None:
    folders = {path.name for path in recordings.FOLDER.iterdir()}
    assert folders == set(recordings.RECORDED) == {each.name for each in RELEASES if each.suite}
    for name in recordings.RECORDED:
        assert recordings.seed(name).version.startswith(release(name).expected)
        files = {path.name for path in (recordings.FOLDER / name).iterdir()}
        assert files == {"seed.json"} | {
            recordings.file_of(name, protocol, user).name
            for protocol in release(name).protocols for user in recordings.ZONES}


def test_recordings_are_small_and_hold_no_secret_and_no_place() -> None:
    files = [path for path in recordings.FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 3_000_000
    secrets = [user.password for user in users({}).values() if user.name != "root"]
    assert len(secrets) == len(LOGINS) - 1
    for path in files:
        content = path.read_bytes()
        for word in (*secrets, "RT_SID", "127.0.0.1", "localhost", "rtcompat-bench"):
            assert word.encode() not in content, (path, word)
        if path.suffix == ".recording":
            for each in read_recording(path):
                assert each.server == recordings.SITE
                assert set(each.headers) <= set(record.KEPT_HEADERS)
                asked = [pair[0] for pair in each.request.get("form", [])]
                assert not {"user", "pass", "token"} & set(asked)


@pytest.mark.parametrize("user", list(recordings.ZONES))
@pytest.mark.parametrize("name, protocol", [("4.4.4", "rest1"), ("sid", "rest2")])
def test_recordings_do_not_ask_what_day_it_is(name: str, protocol: str, user: str,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    class Timeless(datetime):
        """A clock that nobody may look at."""

        @classmethod
        def now(cls, tz: Optional[tzinfo] = None) -> Timeless:
            raise AssertionError("a read looks at the clock")

    for module in (rest1_timing, rest2_creating):
        monkeypatch.setattr(module, "datetime", Timeless)
    for test in record.reads().values():
        record.call(test, recordings.replayed(name, user, protocol), recordings.seed(name).ids)


def test_what_was_not_recorded_is_said() -> None:
    tracker = recordings.replayed("4.4.4", "root", "rest1")
    with pytest.raises(Unrecorded, match="ticket/123456"):
        tracker.get_ticket(123456)
