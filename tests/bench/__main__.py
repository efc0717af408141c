"""The bench by hand: up, down, list, install, clean."""

from __future__ import annotations

import argparse
import shutil
import sys

from . import packages
from .bench import Bench
from .errors import BenchError, Unavailable
from .server import Server
from .versions import RELEASES


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if all went well, 1 if a server or version could not be had."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("command", choices=("up", "down", "list", "install", "clean"))
    parser.add_argument("names", nargs="*", metavar="server",
                        help="up, down: these servers only, of " + ", ".join(Bench().names()))
    options = parser.parse_args(arguments)
    bench = Bench()
    if unknown := set(options.names) - set(bench.names()):
        parser.error(f"no server {', '.join(sorted(unknown))}")
    try:
        return {"up": up, "down": down, "list": show, "install": install,
                "clean": clean}[options.command](bench, options.names)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1


def up(bench: Bench, names: list[str]) -> int:
    """Start the named servers, or all; they keep running."""
    missing = 0
    wanted = tuple(names) or bench.names()
    bench.prepare(wanted)
    for name in wanted:
        try:
            server = bench.server(name)
            bench.keep(server)
            describe(server)
        except Unavailable as error:
            print(f"NOT LIVE: RT {error}", file=sys.stderr)
            missing = 1
    return missing


def down(bench: Bench, names: list[str]) -> int:
    """Stop the named servers, or all."""
    print("stopped:", ", ".join(bench.stop_all(tuple(names))) or "none was running")
    return 0


def show(bench: Bench, names: list[str]) -> int:
    """List all servers, running or not, without starting any."""
    for name in bench.names():
        print(f"{name:16} {' '.join(bench.running(name)) or '-'}")
    return 0


def install(bench: Bench, names: list[str]) -> int:
    """Install this machine's RTs and fetch the newest of the other suites."""
    packages.install()
    missing = 0
    for release in RELEASES:
        try:
            if release.suite is not None:
                packages.refresh(release, bench.cache / "software" / release.name)
            print(f"{release.name:8} {bench.software(release).version}")
        except Unavailable as error:
            print(f"NOT LIVE: RT {error}", file=sys.stderr)
            missing = 1
    return missing


def clean(bench: Bench, names: list[str]) -> int:
    """Stop every server and delete the cache folder."""
    bench.stop_all()
    shutil.rmtree(bench.cache, ignore_errors=True)
    return 0


def describe(server: Server) -> None:
    print(f"{server.name}: {server.url}  RT {server.version or 'none'}  "
          f"{' '.join(sorted(server.protocols))}")
    if server.ca_file:
        print(f"    CA {server.ca_file}")
    for user in server.users.values():
        token = f"  token {user.token}" if user.token else ""
        print(f"    {user.name} / {user.password}{token}")


sys.exit(main())
