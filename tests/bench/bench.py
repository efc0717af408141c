"""The bench: servers by name, started when first asked for and shared from then on.

Each server's folder carries the hash of all that it is made of, so that checkouts with different
seeds do not disturb each other. Every Bench holds a lease on the servers it uses; the last one to
let go of a server stops it, unless a developer's `up` keeps it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from . import instance, lease, packages, proxy
from .errors import BenchError, Unavailable
from .server import Server, users
from .software import Software, installed
from .template import Template, template
from .versions import RELEASES, SITES, Release, Site, release, site

__all__ = ["Bench", "Server"]
FIRST_PORT = 8460
Made = tuple[Software, Template]


class Bench:
    """All servers of the committed list.

    ``cache`` is $RTCOMPAT_BENCH or ~/.cache/rtcompat-bench. ``timings`` holds the seconds of each
    step, ``missing`` each release found unavailable and why.
    """

    def __init__(self, cache: Path | None = None) -> None:
        default = os.environ.get("RTCOMPAT_BENCH") or Path.home() / ".cache/rtcompat-bench"
        self.cache = Path(cache or default).absolute()
        self.timings: dict[str, float] = {}
        self.missing: dict[str, str] = {}
        self._servers: dict[str, Server] = {}
        self._leases: dict[Path, IO[str]] = {}
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
            with lease.alone(self._lock(f"software-{wanted.name}")):
                found = packages.fetched(wanted, folder) or packages.fetch(wanted, folder)
            if not found.version.startswith(wanted.expected):
                raise Unavailable(wanted.name, f"{wanted.suite} has {found.version}")
        except Unavailable as error:
            self.missing[error.name] = error.reason
            raise
        return found

    def template(self, wanted: Site) -> Made:
        """The software and the seeded template of a site that has an RT, made if need be."""
        assert wanted.release is not None
        software = self.software(release(wanted.release))
        before = time.monotonic()
        with lease.alone(self._lock(f"template-{software.version}-{wanted.season}")):
            made = template(software, wanted.season, self.cache / "templates")
        self.timings[f"template {wanted.name}"] = time.monotonic() - before
        return software, made

    def prepare(self, names: tuple[str, ...]) -> None:
        """Make the templates of these servers, as many at a time as there are processors.

        What cannot be made is passed over here: server() raises its error.
        """
        wanted = {(each.release, each.season): each for each in map(site, names) if each.release}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for done in [pool.submit(self.template, each) for each in wanted.values()]:
                done.exception()

    def server(self, name: str) -> Server:
        """The server of this name, running; started if nobody has yet.

        Raises Unavailable (its release cannot be had), BenchError (it does not start), KeyError.
        """
        if name not in self._servers:
            self._servers[name] = self._up(site(name), self.cache / "servers")
        return self._servers[name]

    def require(self, name: str) -> Server:
        """server(name): the hook of tests that turn to recordings when it raises Unavailable."""
        return self.server(name)

    def fresh(self, name: str) -> Server:
        """A copy of its own of a server, newly seeded, that nobody else uses; ends with stop()."""
        self._fresh += 1
        return self._up(site(name), self.cache / "fresh", f"{os.getpid()}-{self._fresh}")

    def keep(self, server: Server) -> None:
        """Leave this server running whoever stops using it, until stop_all()."""
        (server.folder / "kept").touch()

    def stop(self, server: Server | None = None) -> None:
        """Let go of this server, or of all.

        A server stops when nobody else uses it and it is not kept; fresh copies are deleted.
        """
        for folder in [server.folder] if server else list(self._leases)[::-1]:
            self._leases.pop(folder).close()
            self._servers = {name: each for name, each in self._servers.items()
                             if each.folder != folder}
            with lease.alone(self._lock("servers")):
                if not lease.used(self._lock(folder.name)) and not (folder / "kept").exists():
                    _stop(folder)

    def stop_all(self, names: tuple[str, ...] = ()) -> list[str]:
        """Stop every server found running, or those named, whoever uses it; their names."""
        stopped = []
        with lease.alone(self._lock("servers")):
            for folder in [*self._folders("servers"), *self._folders("fresh")]:
                if (not names or _name(folder) in names) and _stop(folder):
                    stopped.append(_name(folder))
        return stopped

    def running(self, name: str) -> list[str]:
        """The addresses at which a server runs now: one for each seed in use."""
        wanted = site(name)
        return [_address(wanted, state.port).url + wanted.path
                for folder in self._folders("servers") if _name(folder) == name
                for state in [_state(wanted, folder)] if state]

    def _up(self, wanted: Site, parent: Path, tag: str = "") -> Server:
        made = None if wanted.release is None else self.template(wanted)
        key = hashlib.sha256(repr((wanted.name, made, _code())).encode()).hexdigest()[:10]
        folder = parent / f"{wanted.name}~{tag or key}"
        before = time.monotonic()
        with lease.alone(self._lock("servers")):
            if not tag:
                self._sweep(wanted, folder)
            state = _state(wanted, folder) or self._start(wanted, made, folder)
            self._leases[folder] = lease.use(self._lock(folder.name))
        self.timings[f"start {wanted.name}"] = time.monotonic() - before
        return _server(wanted, made, folder, state)

    def _sweep(self, wanted: Site, current: Path) -> None:
        """Stop and delete what nobody uses: the site's servers of other seeds, lost copies."""
        old = [each for each in self._folders("servers") if _name(each) == wanted.name]
        for folder in [*old, *self._folders("fresh")]:
            if folder != current and not lease.used(self._lock(folder.name)):
                _stop(folder)
                shutil.rmtree(folder, ignore_errors=True)
                self._lock(folder.name).unlink(missing_ok=True)

    def _start(self, wanted: Site, made: Made | None, folder: Path) -> instance.State:
        # A port by place in the list: a developer's address stays the same from day to day.
        shared = folder.parent.name == "servers"
        port = instance.free_port(FIRST_PORT + SITES.index(wanted) if shared else 0)
        _stop(folder)
        state = instance.State(0, port)
        if made is not None:
            state = instance.start_rt(wanted, *made, folder, _address(wanted, port))
        if wanted.front is not None:
            state = proxy.start(wanted, folder, state)
        return state

    def _folders(self, kind: str) -> list[Path]:
        return sorted(folder for folder in (self.cache / kind).glob("*~*") if folder.is_dir())

    def _lock(self, name: str) -> Path:
        return self.cache / "locks" / name


def _code() -> list[bytes]:
    """What starts servers: those that older code started are not used."""
    modules = ("instance", "proxy", "software", "template", "versions")
    return [(Path(__file__).parent / f"{name}.py").read_bytes() for name in modules]


def _name(folder: Path) -> str:
    return folder.name.partition("~")[0]


def _state(wanted: Site, folder: Path) -> instance.State | None:
    return proxy.read_state(folder) if wanted.front else instance.read_state(folder)


def _stop(folder: Path) -> bool:
    """Stop what runs in the folder; True if anything did."""
    stopped = any([proxy.stop(folder), instance.stop(folder)])
    (folder / "kept").unlink(missing_ok=True)
    if folder.parent.name == "fresh":
        shutil.rmtree(folder, ignore_errors=True)
    return stopped


def _address(wanted: Site, port: int) -> instance.Address:
    if wanted.front is not None and wanted.front.tls:
        return instance.Address("https", "localhost", port)
    return instance.Address("http", "127.0.0.1", port)


def _server(wanted: Site, made: Made | None, folder: Path, state: instance.State) -> Server:
    url = _address(wanted, state.port).url + wanted.path
    if made is None:
        return Server(wanted.name, url, "", wanted.protocols, {}, {}, None, folder / "rt.sqlite",
                      folder, None)
    software, seeded = made
    ids: dict[str, Any] = json.loads(seeded.ids.read_text("utf-8"))
    tls = wanted.front is not None and wanted.front.tls
    return Server(wanted.name, url, software.version, wanted.protocols,
                  users(ids.pop("tokens", {})), ids, proxy.authority(folder) if tls else None,
                  folder / "rt.sqlite", folder, software)
