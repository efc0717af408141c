"""nginx before a server: TLS with an authority of its own, or one protocol closed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from . import instance
from .errors import BenchError
from .instance import State
from .versions import Front

PAGE = ("<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1>"
        "<p>This address is closed.</p></body></html>\n")
PATHS = {"rest1": "REST/1.0", "rest2": "REST/2.0"}


def start(front: Front, folder: Path, key: str, port: int, behind: int | None) -> State:
    """Start nginx on the port, before the RT on the port ``behind`` (None: only its own page)."""
    place = folder / "nginx"
    for each in ("tmp", "pages"):
        (place / each).mkdir(parents=True, exist_ok=True)
    (place / "pages/index.html").write_text("<html><body>Nothing to see.</body></html>\n", "utf-8")
    (place / "pages/closed.html").write_text(PAGE, "utf-8")
    if front.tls:
        _certificate(place)
    (place / "nginx.conf").write_text(_configuration(front, place, port, behind), "utf-8")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [nginx, "-p", str(place), "-e", str(place / "error.log"), "-c",
               str(place / "nginx.conf")]
    return instance.launch(command, place, port, key, None, "/", tls=front.tls)


def stop(folder: Path) -> bool:
    """Stop the folder's nginx; False if none was running."""
    return instance.stop(folder / "nginx")


def read_state(folder: Path) -> State | None:
    """The folder's nginx if it runs and the RT behind it, if it ever had one, runs too."""
    if (folder / "rt.sqlite").exists() and instance.read_state(folder) is None:
        return None
    return instance.read_state(folder / "nginx")


def authority(folder: Path) -> Path:
    """The file of the authority that signed the folder's certificate."""
    return folder / "nginx/authority.pem"


def _configuration(front: Front, place: Path, port: int, behind: int | None) -> str:
    listen = f"127.0.0.1:{port}" + (" ssl" if front.tls else "")
    tls = ((f"ssl_certificate {place}/server.pem;", f"ssl_certificate_key {place}/server.key;")
           if front.tls else ())
    closed = tuple(f"location ~ /{PATHS[name]}(/|$) {{ return 403; }}"
                   for name in sorted(front.closed))
    root = (f"location / {{ root {place}/pages; }}" if behind is None else
            f"location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host "
            "$http_host; proxy_set_header X-Forwarded-Proto $scheme; proxy_request_buffering off; "
            "client_max_body_size 64m; }")
    temporary = tuple(f"{kind}_temp_path {place}/tmp/{kind};"
                      for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return "\n".join((
        "daemon off;", "user root;" if _root() else "", f"pid {place}/nginx.pid;",
        "worker_processes 1;",
        "events { worker_connections 256; }", "http {", "access_log off;", *temporary,
        "types { text/html html; }", "server {", f"listen {listen};", "server_name localhost;",
        *tls, "error_page 403 /closed.html;",
        f"location = /closed.html {{ internal; root {place}/pages; }}",
        *closed, root, "}", "}", ""))


def _root() -> bool:
    return Path("/proc/self").stat().st_uid == 0


def _certificate(place: Path) -> None:
    """An authority and a certificate of localhost and 127.0.0.1 that it signed, for a year."""
    (place / "san.txt").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                                   "basicConstraints=CA:FALSE\n", "utf-8")
    steps = (
        "req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=Bench-Authority "
        "-addext keyUsage=critical,keyCertSign,cRLSign "
        "-keyout authority.key -out authority.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial "
        "-days 365 -extfile san.txt -out server.pem",
    )
    for step in steps:
        done = subprocess.run(["openssl", *step.split()], cwd=place, capture_output=True,
                              encoding="utf-8", check=False)
        if done.returncode != 0:
            raise BenchError(f"openssl {step.split()[0]}: {done.stderr[-600:]}")
