"""The bench: servers by name, started when first asked for and shared from then on."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import instance, packages, proxy
from .errors import BenchError, Unavailable
from .software import Software, installed
from .template import Template, template
from .versions import RELEASES, SITES, Release, Site, release, site

FIRST_PORT = 8460
NAMES = ("root", "alice", "nora", "uwe", "gerda", "yorick")


@dataclass(frozen=True)
class User:
    """One who can log in; ``token`` is an authentication token where RT has them (RT 5)."""

    name: str
    password: str
    email: str
    token: str | None


@dataclass(frozen=True)
class Server:
    """A server that answers.

    ``url`` is what a user would be told, with sub-path, without a slash at its end. ``version``
    is RT's own string, "" where no RT is. ``ids`` maps kind, then name, to the seed's ids.
    """

    name: str
    url: str
    version: str
    protocols: frozenset[str]
    users: Mapping[str, User]
    ids: Mapping[str, Any]
    ca_file: Path | None
    database: Path
    folder: Path
    software: Software | None

    def log(self) -> str:
        """What the server has said so far: RT's warnings and errors."""
        return (self.folder / "server.log").read_text("utf-8", "replace")

    def perl(self, snippet: str) -> str:
        """What a piece of Perl printed (UTF-8), run with this RT loaded (`RT->SystemUser`, …).

        Raises BenchError, with RT's messages, when it dies. Takes about a second.
        """
        if self.software is None:
            raise BenchError(f"{self.name} has no RT")
        head = ("use utf8; use strict; use warnings; binmode STDOUT, ':encoding(UTF-8)';"
                " require RT; RT::LoadConfig(); RT::Init();\n#line 1 \"snippet\"\n")
        return self.software.run(self.folder / "RT_SiteConfig.pm", "-", stdin=head + snippet)


class Bench:
    """All servers of the committed list.

    Servers found running (a developer's `up`, another run) are used and left running; those that
    this object starts end with stop(). ``cache`` is $RTCOMPAT_BENCH or ~/.cache/rtcompat-bench.
    ``timings`` holds the seconds of each step, ``missing`` each release found unavailable and why.
    """

    def __init__(self, cache: Path | None = None) -> None:
        default = os.environ.get("RTCOMPAT_BENCH") or Path.home() / ".cache/rtcompat-bench"
        self.cache = Path(cache or default).absolute()
        self.timings: dict[str, float] = {}
        self.missing: dict[str, str] = {}
        self._servers: dict[str, Server] = {}
        self._started: list[Path] = []
        self._fresh = 0

    def names(self) -> tuple[str, ...]:
        """The names of all servers, the five releases first."""
        return tuple(each.name for each in SITES)

    def unavailable(self) -> dict[str, str]:
        """Release name to reason, for each release that cannot be had; fetches what is missing.

        Raises BenchError when one of the installed release is missing: those are not optional.
        """
        for each in RELEASES:
            try:
                self.software(each)
            except Unavailable:
                continue  # now in self.missing
        return dict(self.missing)

    def require(self, name: str) -> Server:
        """server(name): the hook of tests that turn to recordings when it raises Unavailable."""
        return self.server(name)

    def software(self, wanted: Release) -> Software:
        """The release's files, fetched if need be.

        Raises Unavailable for other suites', BenchError for the installed release's.
        """
        if wanted.suite is None:
            have = installed(wanted.generation)
            if have is None or not have.version.startswith(wanted.expected):
                raise BenchError(
                    f"RT {wanted.expected} is not installed ({have.version if have else 'none'} "
                    "is); as root: python -m tests.bench install")
            return have
        if wanted.name in self.missing:
            raise Unavailable(wanted.name, self.missing[wanted.name])
        folder = self.cache / "software" / wanted.name
        try:
            with self._lock(f"software-{wanted.name}"):
                found = packages.fetched(wanted, folder) or packages.fetch(wanted, folder)
            if not found.version.startswith(wanted.expected):
                raise Unavailable(wanted.name, f"{wanted.suite} has {found.version}")
        except Unavailable as error:
            self.missing[error.name] = error.reason
            raise
        return found

    def server(self, name: str) -> Server:
        """The server of this name, running; started if nobody has yet.

        Raises Unavailable (its release cannot be had), BenchError (it does not start), KeyError.
        """
        if name not in self._servers:
            self._servers[name] = self._up(site(name), self.cache / "servers" / name)
        return self._servers[name]

    def fresh(self, name: str) -> Server:
        """A copy of its own of a server, newly seeded, that nobody else uses; ends with stop()."""
        self._fresh += 1
        folder = self.cache / "fresh" / f"{name}-{os.getpid()}-{self._fresh}"
        return self._up(site(name), folder)

    def prepare(self, names: tuple[str, ...]) -> None:
        """Make the templates of these servers, as many at a time as there are processors.

        What cannot be made is passed over here: server() raises its error.
        """
        wanted = {(each.release, each.season): each for each in map(site, names) if each.release}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for done in [pool.submit(self.template, each) for each in wanted.values()]:
                done.exception()

    def stop(self, server: Server | None = None) -> None:
        """Stop this server, or all that this object started; copies of one's own are deleted."""
        for folder in [server.folder] if server else self._started[::-1]:
            proxy.stop(folder)
            instance.stop(folder)
            if folder.parent.name == "fresh":
                shutil.rmtree(folder)
            self._started = [each for each in self._started if each != folder]
            self._servers = {name: each for name, each in self._servers.items()
                             if each.folder != folder}

    def stop_all(self, names: tuple[str, ...] = ()) -> list[str]:
        """Stop every server found running, or those named, whoever started it; their names."""
        stopped = [folder.name for folder in self.folders() if (not names or folder.name in names)
                   and any([proxy.stop(folder), instance.stop(folder)])]
        self._started.clear()
        self._servers.clear()
        return stopped

    def running(self, name: str) -> str | None:
        """The address of a server if it runs now."""
        folder = self.cache / "servers" / name
        front = site(name).front
        state = proxy.read_state(folder) if front else instance.read_state(folder)
        return _address(site(name), state.port).url + site(name).path if state else None

    def folders(self) -> list[Path]:
        """The folders of all servers that ever ran here."""
        return sorted(folder for kind in ("servers", "fresh")
                      for folder in (self.cache / kind).glob("*") if folder.is_dir())

    def template(self, wanted: Site) -> tuple[Software, Template]:
        """The site's software and seeded template, made if need be."""
        assert wanted.release is not None
        software = self.software(release(wanted.release))
        with self._lock(f"template-{software.version}-{wanted.season}"):
            before = time.monotonic()
            made = template(software, wanted.season, self.cache / "templates")
            self.timings[f"template {wanted.name}"] = time.monotonic() - before
        return software, made

    def _up(self, wanted: Site, folder: Path) -> Server:
        before = time.monotonic()
        software, made = (None, None) if wanted.release is None else self.template(wanted)
        key = hashlib.sha256(repr((wanted.name, made, _code())).encode()).hexdigest()[:12]
        with self._lock(f"server-{folder.name}"):
            state = proxy.read_state(folder) if wanted.front else instance.read_state(folder)
            if state is None or state.key != key:
                proxy.stop(folder)
                instance.stop(folder)
                state = self._start(wanted, software, made, folder, key)
                self._started.append(folder)
        self.timings[f"start {wanted.name}"] = time.monotonic() - before
        return _server(wanted, software, made, folder, state)

    def _start(self, wanted: Site, software: Software | None, made: Template | None,
               folder: Path, key: str) -> instance.State:
        shared = folder.parent.name == "servers"
        # A port by place in the list: a developer's address stays the same from day to day.
        port = instance.free_port(FIRST_PORT + SITES.index(wanted) if shared else 0)
        state = instance.State(0, port, key)
        if software is not None and made is not None:
            state = instance.start_rt(wanted, software, made, folder, key, _address(wanted, port))
        if wanted.front is not None:
            state = proxy.start(wanted, folder, state)
        return state

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        """One process at a time makes the same thing."""
        folder = self.cache / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _code() -> list[bytes]:
    """What starts servers: those that older code started are not used."""
    modules = ("instance", "proxy", "software", "template", "versions")
    return [(Path(__file__).parent / f"{name}.py").read_bytes() for name in modules]


def _address(wanted: Site, port: int) -> instance.Address:
    if wanted.front is not None and wanted.front.tls:
        return instance.Address("https", "localhost", port)
    return instance.Address("http", "127.0.0.1", port)


def _server(wanted: Site, software: Software | None, made: Template | None, folder: Path,
            state: instance.State) -> Server:
    ids: dict[str, Any] = json.loads(made.ids.read_text("utf-8")) if made else {}
    tokens = ids.pop("tokens", {})
    users = {name: User(name, "password" if name == "root" else f"password-{name}",
                        f"{name}@example.org", tokens.get(name))
             for name in (NAMES if software else ())}
    tls = wanted.front is not None and wanted.front.tls
    return Server(wanted.name, _address(wanted, state.port).url + wanted.path,
                  software.version if software else "", wanted.protocols, users, ids,
                  proxy.authority(folder) if tls else None, folder / "rt.sqlite", folder, software)
