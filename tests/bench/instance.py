"""One running server in a folder of its own: copied, started, waited for, stopped.

The folder's state.json says which process serves on which port, so that another process can use
the same server, and stop it.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from .errors import BenchError
from .software import Software, rt_environment
from .template import Template, write_config
from .versions import Site

WORKERS = 4
READY_SECONDS = 60.0


@dataclass(frozen=True)
class Address:
    """What a server believes its address is, without the sub-path."""

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


@dataclass(frozen=True)
class State:
    """A running server: process id (also its process group's) and loopback port."""

    pid: int
    port: int


def read_state(folder: Path) -> State | None:
    """The server that the folder says is running, None if there is none or it died."""
    try:
        state = State(**json.loads((folder / "state.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return state if _ours(state.pid, folder) else None


def start_rt(site: Site, software: Software, template: Template, folder: Path,
             address: Address) -> State:
    """Copy the template into the folder and serve it; returns once RT answers.

    Without a web server before it RT listens on the address's port, else on folder/rt.sock.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(template.database, folder / "rt.sqlite")
    config = write_config(folder, folder / "rt.sqlite", (
        f"Set($WebDomain, '{address.host}');", f"Set($WebPort, {address.port});",
        f"Set($WebBaseURL, '{address.url}');", f"Set($WebPath, '{site.path}');",
        *site.settings))
    if site.front is None:
        command = software.command(software.rt_server, "--host", address.host, "--port",
                                   str(address.port), "--max-workers", str(WORKERS))
        answers = partial(_answers_http, address.port)
    else:
        command = software.command(software.rt_fcgi, "--listen", folder / "rt.sock",
                                   "--nproc", str(WORKERS))
        answers = partial(_accepts, socket.AF_UNIX, str(folder / "rt.sock"))
    return launch(command, folder, State(0, address.port), answers, rt_environment(config))


def launch(command: list[str], folder: Path, state: State, answers: Callable[[], bool],
           environment: dict[str, str] | None = None) -> State:
    """Start a server as a session of its own, nobody's child, and wait until it answers.

    Returns the state with its process id, as it was written into the folder.
    """
    started = subprocess.run(
        ["/bin/sh", "-c", 'setsid "$@" >>server.log 2>&1 </dev/null & echo $!', "sh", *command],
        env=environment, cwd=folder, stdout=subprocess.PIPE, check=True)
    state = replace(state, pid=int(started.stdout))
    limit = time.monotonic() + READY_SECONDS
    while not answers():
        alive = _ours(state.pid, folder)
        if not alive or time.monotonic() > limit:
            if alive:
                os.killpg(state.pid, signal.SIGKILL)
            end = (folder / "server.log").read_text("utf-8", "replace")[-3000:]
            raise BenchError(f"{folder} does not answer:\n{end}")
        time.sleep(0.02)
    (folder / "state.json").write_text(json.dumps(asdict(state)), "utf-8")
    return state


def accepts(port: int) -> bool:
    """Whether something accepts connections on the loopback port."""
    return _accepts(socket.AF_INET, ("127.0.0.1", port))


def stop(folder: Path) -> bool:
    """Stop the folder's server and wait for its end; False if none was running."""
    state = read_state(folder)
    if state is None:
        return False
    os.killpg(state.pid, signal.SIGTERM)
    limit = time.monotonic() + 3
    while _ours(state.pid, folder) and time.monotonic() < limit:
        time.sleep(0.01)
    if _ours(state.pid, folder):
        os.killpg(state.pid, signal.SIGKILL)
    (folder / "state.json").unlink(missing_ok=True)
    return True


def free_port(wanted: int = 0) -> int:
    """The wanted loopback port if nobody has it, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise BenchError("no free port on 127.0.0.1")


def _ours(pid: int, folder: Path) -> bool:
    """Whether the process lives and works in the folder: a process id may be used again."""
    try:
        return os.path.realpath(f"/proc/{pid}/cwd") == os.path.realpath(folder) and (
            Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z")
    except OSError:
        return False


def _accepts(family: int, place: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(place) == 0


def _answers_http(port: int) -> bool:
    """Whether a first request, which also compiles RT's pages, is answered on the port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
    try:
        connection.request("GET", "/REST/1.0/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
