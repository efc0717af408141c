"""nginx before a server: TLS with an authority of its own, or one protocol closed."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

from . import instance
from .errors import BenchError
from .instance import State
from .versions import Site

PAGE = ("<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1>"
        "<p>This address is closed.</p></body></html>\n")
PATHS = {"rest1": "REST/1.0", "rest2": "REST/2.0"}


def start(site: Site, folder: Path, state: State) -> State:
    """Start nginx on the state's port before the RT in the folder, or before pages of its own."""
    assert site.front is not None
    place = folder / "nginx"
    for each in ("tmp", "pages"):
        (place / each).mkdir(parents=True, exist_ok=True)
    (place / "pages/index.html").write_text("<html><body>Nothing to see.</body></html>\n", "utf-8")
    (place / "pages/closed.html").write_text(PAGE, "utf-8")
    if site.front.tls:
        _certificate(place)
    (place / "nginx.conf").write_text(_configuration(site, folder, state.port), "utf-8")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [nginx, "-p", str(place), "-e", str(place / "error.log"), "-c",
               str(place / "nginx.conf")]
    return instance.launch(command, place, state, partial(instance.accepts, state.port))


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


def _configuration(site: Site, folder: Path, port: int) -> str:
    assert site.front is not None
    place = folder / "nginx"
    # nginx calls plain http on a TLS port 497: such a request is sent to the https address.
    tls = ((f"ssl_certificate {place}/server.pem;", f"ssl_certificate_key {place}/server.key;",
            "error_page 497 =301 https://$host:$server_port$request_uri;")
           if site.front.tls else ())
    closed = tuple(f"location {site.path}/{PATHS[name]} {{ return 403; }}"
                   for name in sorted(site.front.closed))
    pages = f"location / {{ root {place}/pages; }}"
    main = pages if site.release is None else _fastcgi(site.path, folder / "rt.sock")
    temporary = tuple(f"{kind}_temp_path {place}/tmp/{kind};"
                      for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return "\n".join((
        "daemon off;", "user root;" if os.geteuid() == 0 else "", f"pid {place}/nginx.pid;",
        "worker_processes 1;", "events { worker_connections 256; }", "http {", "access_log off;",
        *temporary, "client_max_body_size 64m;", "types { text/html html; }", "server {",
        f"listen 127.0.0.1:{port}{' ssl' if tls else ''};", "server_name localhost;", *tls,
        "error_page 403 /closed.html;",
        f"location = /closed.html {{ internal; root {place}/pages; }}",
        *closed, main, pages if site.path else "", "}", "}", ""))


def _fastcgi(path: str, sock: Path) -> str:
    """RT mounted at the path; without one everything belongs to RT."""
    parameters = {
        "SCRIPT_NAME": f'"{path}"', "PATH_INFO": "$rt_path", "QUERY_STRING": "$query_string",
        "REQUEST_METHOD": "$request_method", "CONTENT_TYPE": "$content_type",
        "CONTENT_LENGTH": "$content_length", "REQUEST_URI": "$request_uri",
        "SERVER_PROTOCOL": "$server_protocol", "REMOTE_ADDR": "$remote_addr",
        "SERVER_NAME": "$server_name", "SERVER_PORT": "$server_port",
        "HTTPS": "$https if_not_empty", "HTTP_HOST": "$http_host"}
    lines = "\n".join(f"fastcgi_param {name} {value};" for name, value in parameters.items())
    return (f"location {path}/ {{\nset $rt_path $uri;\n"
            f"if ($uri ~ ^{path}(/.*)$) {{ set $rt_path $1; }}\n{lines}\n"
            f"fastcgi_pass unix:{sock};\n}}")


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
