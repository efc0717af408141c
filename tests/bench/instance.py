"""One running server in a folder of its own: copied, started, waited for, stopped.

The folder's state.json says which process serves on which port and from which template, so that
another process can use the same server, and stop it.
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
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import BenchError
from .software import Software, rt_environment
from .template import Template, write_config
from .versions import Site

WORKERS = 4
READY_SECONDS = 60.0


@dataclass(frozen=True)
class State:
    """A running server: process id, loopback port, and the key of all that it was made from."""

    pid: int
    port: int
    key: str


def read_state(folder: Path) -> State | None:
    """The server that the folder says is running, None if there is none or it died."""
    try:
        state = State(**json.loads((folder / "state.json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return state if _ours(state.pid, folder) else None


def start_rt(site: Site, software: Software, template: Template, folder: Path,
             key: str, port: int, public_url: str) -> State:
    """Copy the template into the folder and serve it on the port; returns once RT answers.

    ``public_url`` is the address that RT believes it has: scheme, host, port, without its path.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(template.database, folder / "rt.sqlite")
    scheme, _, host_port = public_url.partition("://")
    host, _, public_port = host_port.partition(":")
    config = write_config(folder, folder / "rt.sqlite", (
        f"Set($WebDomain, '{host}');", f"Set($WebPort, {public_port});",
        f"Set($WebBaseURL, '{public_url}');", f"Set($WebPath, '{site.path}');",
        *site.settings))
    if (template.folder / "mason_data/obj").exists():
        shutil.copytree(template.folder / "mason_data", folder / "mason_data", dirs_exist_ok=True)
    mount = ("--webpath", site.path) if site.path else ()
    command = software.command(software.rt_server, "--host", "127.0.0.1", "--port", str(port),
                               "--max-workers", str(WORKERS), *mount)
    return launch(command, folder, port, key, rt_environment(config), f"{site.path}/REST/1.0/")


def launch(command: list[str], folder: Path, port: int, key: str,
           environment: dict[str, str] | None, probe: str, tls: bool = False) -> State:
    """Start a server as a process group of its own and wait until it answers on the port."""
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=log, cwd=folder, start_new_session=True)
    state = State(process.pid, port, key)
    limit = time.monotonic() + READY_SECONDS
    while not _answers(port, None if tls else probe):
        if process.poll() is not None or time.monotonic() > limit:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            end = (folder / "server.log").read_text("utf-8", "replace")[-3000:]
            raise BenchError(f"{folder.name} does not answer on port {port}:\n{end}")
        time.sleep(0.02)
    (folder / "state.json").write_text(json.dumps(asdict(state)), "utf-8")
    return state


def stop(folder: Path) -> bool:
    """Stop the folder's server and wait for its end; False if none was running."""
    state = read_state(folder)
    if state is None:
        return False
    os.killpg(state.pid, signal.SIGTERM)
    limit = time.monotonic() + 3
    while _ours(state.pid, folder) and time.monotonic() < limit:
        _reap(state.pid)
        time.sleep(0.01)
    if _ours(state.pid, folder):
        os.killpg(state.pid, signal.SIGKILL)
        _reap(state.pid)
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


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # another process started it


def _answers(port: int, probe: str | None) -> bool:
    """Whether something accepts on the port and, with a path to probe, answers HTTP."""
    try:
        if probe is None:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        try:
            connection.request("GET", probe)
            return connection.getresponse().status > 0
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        return False
