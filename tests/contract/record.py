"""Make the recordings anew: ``python -m tests.contract.record [RELEASE…]``.

Every test of `test_reads` is run against a copy of its own of each release outside the installed
one, by each protocol and user, its answers recorded; then it is run again on the recordings.
"""
from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Set, cast

from rtcompat.exchange import Request, Response, Send
from rtcompat.protocols import PROTOCOLS
from rtcompat.replay import describe, recording
from rtcompat.session import Credentials, Manner, Session
from rtcompat.tracker import Tracker
from rtcompat.transport import Transport
from tests.bench.bench import Bench, Server
from tests.bench.errors import Unavailable
from tests.bench.versions import site
from tests.contract import recordings, test_reads

__all__ = ["main", "reads"]

MANIFEST = recordings.FOLDER.parent / "MANIFEST.json"
#: What of an answer's head says something about RT; the rest says something about the day.
KEPT_HEADERS = ("content-type", "etag", "last-modified", "location", "www-authenticate")
Test = Callable[..., None]


def main(arguments: List[str]) -> int:
    """Record the releases named, or all; 1 if one cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract.record", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="RELEASE",
                        help=" ".join(recordings.RECORDED))
    names = parser.parse_args(arguments).names or list(recordings.RECORDED)
    if unknown := set(names) - set(recordings.RECORDED):
        parser.error(f"not recorded: {', '.join(sorted(unknown))}")
    bench, missing = Bench(), 0
    try:
        for name in names:
            try:
                record(bench, name)
            except Unavailable as error:
                print(f"NOT RECORDED: RT {error}", file=sys.stderr)
                missing = 1
    finally:
        bench.stop()
    list_files()
    return missing


def reads() -> Dict[str, Test]:
    """The tests of `test_reads`, by name."""
    return {name: test for name, test in vars(test_reads).items()
            if name.startswith("test_") and inspect.isfunction(test)}


def call(test: Test, tracker: Tracker, ids: Mapping[str, Any]) -> None:
    """Run a test as pytest would."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"tracker": tracker, "ids": ids, "tmp_path": Path(folder)}
        test(**{name: given[name] for name in inspect.signature(test).parameters})


def record(bench: Bench, name: str) -> None:
    """Replace the recordings of a release; they stay as they were if a test fails."""
    server = bench.fresh(name)
    try:
        with tempfile.TemporaryDirectory(dir=recordings.FOLDER) as temporary:
            folder = Path(temporary) / name
            folder.mkdir()
            held = {"version": server.version, "ids": server.ids}
            (folder / "seed.json").write_text(
                json.dumps(held, indent=0, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
            for protocol in sorted(site(name).protocols):
                for user in recordings.ZONES:
                    path = folder / recordings.file_of(name, protocol, user).name
                    ask_everything(server, protocol, user, path)
            final = recordings.FOLDER / name
            shutil.rmtree(final, ignore_errors=True)
            folder.rename(final)
    finally:
        bench.stop(server)
    check(name)


def ask_everything(server: Server, protocol: str, user: str, path: Path) -> None:
    """Run every test as this user, recording what is asked and answered."""
    manner = PROTOCOLS[protocol].manner
    credentials = Credentials(user, server.users[user].password)
    session = Session(Transport(server.url), credentials, [manner])
    session.open(manner)
    tape = cast(Session, Tape(session, server, path))
    for test in reads().values():
        call(test, recordings.client(tape, server.version, user, protocol), server.ids)
    session.logout()
    session.close()
    print(f"RT {server.version} {protocol} {user}: {path.stat().st_size:,} bytes")


def check(name: str) -> None:
    """Run every test on the new recordings."""
    held = json.loads((recordings.FOLDER / name / "seed.json").read_text("utf-8"))
    for path in sorted((recordings.FOLDER / name).glob("*.recording")):
        protocol, _, user = path.stem.partition("-")
        for test in reads().values():
            call(test, recordings.replayed(name, user, protocol), held["ids"])


class Tape:
    """In a session's place: a real one's answers, each request's first one recorded."""

    def __init__(self, session: Session, server: Server, path: Path) -> None:
        self._session = session
        self._server = server
        self._path = path
        self._known: Set[str] = set()

    def sender(self, manner: Manner) -> Send:
        live = self._session.sender(manner)
        asks = nameless(live, self._server)
        records = recording(asks, self._path, base=manner.base)

        def send(request: Request) -> Response:
            asked = json.dumps(describe(request, manner.base), sort_keys=True)
            if asked in self._known:
                return asks(request) if request.sink is None else live(request)
            self._known.add(asked)
            return records(request)
        return send


def nameless(send: Send, server: Server) -> Send:
    """A ``send`` whose answers do not show on which machine, at which port and when they came.

    RT's crashes print the paths of its files: they are shown as installed, as Debian's own are.
    """
    assert server.software is not None
    names = ((server.url, recordings.SITE), (str(server.software.root), ""),
             (str(server.folder), "/var/cache"))

    def ask(request: Request) -> Response:
        response = send(replace(request, sink=None))
        content = response.content
        for shown, told in names:
            content = content.replace(shown.encode(), told.encode())
        headers = {name: response.headers[name].replace(server.url, recordings.SITE)
                   for name in KEPT_HEADERS if name in response.headers}
        return replace(response, headers=headers, content=content, server=recordings.SITE)
    return ask


def list_files() -> None:
    """Bring the manifest's entries of recordings up to date: file, RT's version, digest."""
    entries = [entry for entry in json.loads(MANIFEST.read_text("utf-8"))
               if not entry["file"].startswith("recordings/")]
    for path in sorted(recordings.FOLDER.rglob("*")):
        if path.is_file():
            seed = json.loads((path.parent / "seed.json").read_text("utf-8"))
            entries.append({"file": path.relative_to(MANIFEST.parent).as_posix(),
                            "server": seed["version"],
                            "sha256": hashlib.sha256(path.read_bytes()).hexdigest()})
    lines = ",\n".join(json.dumps(entry, sort_keys=True) for entry in entries)
    partial = MANIFEST.with_suffix(".partial")
    partial.write_text(f"[\n{lines}\n]\n", "utf-8")
    os.replace(partial, MANIFEST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
