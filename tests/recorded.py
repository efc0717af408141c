"""Recorded answers on disk, as the three recorders wrote them.

A folder holds any of: ``MANIFEST.json`` (our own ``fixtures/``: a list of answers, several of which
may share a file); ``INDEX.jsonl`` with one line a file (method, URL, form, HTTP status and headers)
beside the bodies; ``NAME.meta.json`` and ``NAME.body``; text files of a request line, headers and
body (``# curl …`` or ``METHOD PATH``).
"""
from __future__ import annotations

import json
import re
import shlex
import urllib.parse
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

__all__ = ["Recorded", "recorded"]

_BASE = re.compile(r"(?:https?://[^/]+)?(/.*)?\Z", re.DOTALL)


@dataclass(frozen=True)
class Recorded:
    """One answer and the request recorded beside it.

    Attributes:
        file: relative to the folder that was read.
        server: RT's version where the recorder noted it, else empty.
        method: empty if no request was recorded.
        path: from the server's root, decoded, without the query.
        form: query and body together, in order; parts of a multipart body too.
        user: who asked, None if nobody said; "?" for a cookie or a token.
        accepted: False when the recorder sent credentials that are wrong on purpose.
        status: of HTTP; None where the file holds no answer.
        headers: by lower-case name.
    """

    file: str
    method: str = ""
    path: str = ""
    form: Tuple[Tuple[str, str], ...] = ()
    user: Optional[str] = None
    accepted: bool = True
    status: Optional[int] = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    server: str = ""

    def get(self, key: str) -> str:
        """The first value of a form field, or the empty text."""
        return next((value for name, value in self.form if name == key), "")


def recorded(folder: Path) -> Iterator[Recorded]:
    """Every recorded answer below a folder, by name."""
    manifest = folder / "MANIFEST.json"
    if manifest.exists():
        yield from _listed(folder, manifest)
        return
    for index in sorted(folder.rglob("INDEX.jsonl")):
        yield from _indexed(folder, index)
    for meta in sorted(folder.rglob("*.meta.json")):
        if meta.with_name(meta.name[:-len(".meta.json")] + ".body").exists():
            yield _with_meta(folder, meta)
    for file in sorted(folder.rglob("*.txt")):
        found = _told(folder, file)
        if found is not None:
            yield found


def _listed(folder: Path, manifest: Path) -> Iterator[Recorded]:
    for entry in json.loads(manifest.read_text("utf-8")):
        file = folder / entry["file"]
        if file.suffix == ".recording" or file.name == "seed.json":
            continue  # exchanges of rtcompat.replay, and what they were recorded from
        if "request" not in entry:
            told = _told(folder, file)
            assert told is not None, entry["file"]
            yield replace(told, server=entry["server"])
            continue
        asked = entry["request"]
        form = [(str(name), str(value)) for name, value in asked["form"]]
        form += [(str(part[0]), "(a file)") for part in asked.get("files", ())]
        found = _rest1(folder, file, asked["method"], asked["url"], form, {}, entry["status"], [])
        yield replace(found, headers=entry["headers"], server=entry["server"], user=asked["user"],
                      accepted=asked.get("accepted", True))


def _indexed(folder: Path, index: Path) -> Iterator[Recorded]:
    known = set()
    for line in index.read_text("utf-8").strip("\n").split("\n"):
        entry = json.loads(line)
        known.add(entry["file"])
        file = index.with_name(entry["file"])
        if file.exists():
            form = [(str(name), str(value)) for name, value in entry["form"]]
            form += [(str(part[0]), "(a file)") for part in entry["files"]]
            yield _rest1(folder, file, entry["method"], entry["url"], form,
                         {key.lower(): value for key, value in entry["req_headers"].items()},
                         int(entry["http_status"].split()[0]), entry["headers"])
    for file in sorted(index.parent.glob("rt*__*.txt")):
        if file.name not in known:
            name = str(file.relative_to(folder))
            if "FULL-HTTP" in file.name:
                status, headers, content = _http(file.read_bytes())
                yield Recorded(name, status=status, headers=headers, content=content)
            else:
                yield Recorded(name, content=file.read_bytes())


def _rest1(folder: Path, file: Path, method: str, url: str, form: List[Tuple[str, str]],
           asked_headers: Mapping[str, str], status: int, headers: List[List[str]]) -> Recorded:
    path, _, query = url.partition("?")
    pairs = tuple(urllib.parse.parse_qsl(query, keep_blank_values=True)) + tuple(form)
    named = dict(pairs)
    user = named.get("user") if "pass" in named else None
    if "cookie" in asked_headers:
        user = "?"
    elif asked_headers.get("authorization", "").lower().startswith("token"):
        user = "?"
    return Recorded(str(file.relative_to(folder)), method, urllib.parse.unquote(path), pairs,
                    user, named.get("pass", "password") == "password", status,
                    {key.lower(): value for key, value in headers}, file.read_bytes())


def _with_meta(folder: Path, meta: Path) -> Recorded:
    entry: Dict[str, Any] = json.loads(meta.read_text("utf-8"))
    request = entry["request"]
    body = meta.with_name(meta.name[:-len(".meta.json")] + ".body")
    form = urllib.parse.parse_qsl(request["body"] or "", keep_blank_values=True)
    found = _rest1(folder, body, request["method"], request["path"], form,
                   {key.lower(): value for key, value in request["headers"].items()},
                   entry["status"], entry["headers"])
    if request["user"] is not None and not entry["name"].startswith("after-logout"):
        found = Recorded(found.file, found.method, found.path, found.form, request["user"], True,
                         found.status, found.headers, found.content)
    return found


def _told(folder: Path, file: Path) -> Optional[Recorded]:
    """A file that begins with its request; None if it does not."""
    first, _, rest = file.read_bytes().partition(b"\n")
    line = first.decode("utf-8", "replace")
    name = str(file.relative_to(folder))
    data = ""
    if line.startswith("# curl "):
        method, url, user, data = _curl(shlex.split(line[2:]))
    else:
        match = re.match(r"(GET|POST|PUT|DELETE|HEAD) (/\S*)\s*\Z", line)
        if match is None:
            return None
        method, url, user = match.group(1), match.group(2), "?"
        _, _, rest = rest.partition(b"\n\n") if not rest.startswith(b"\n") else ("", "", rest)
    base = _BASE.match(url)
    assert base is not None
    path, _, query = (base.group(1) or "/").partition("?")
    if b"HTTP" not in rest:
        return Recorded(name, method, path, status=None)
    status, headers, content = _http(rest.lstrip(b"\n"))
    if "/REST/1.0" in path:  # Basic authentication is nothing to it
        form = urllib.parse.parse_qsl(data, keep_blank_values=True)
        sent = {"authorization": line[line.index("token"):]} if "token\\ " in line else {}
        return replace(_rest1(folder, file, method, url, form, sent, status, []),
                       path=urllib.parse.unquote(path), headers=headers, content=content)
    pairs = tuple(urllib.parse.parse_qsl(query, keep_blank_values=True))
    return Recorded(name, method, urllib.parse.unquote(path), pairs, user, True, status, headers,
                    content)


def _curl(words: List[str]) -> Tuple[str, str, str, str]:
    """Method, URL, user and data of a curl command."""
    method, user, url, data = "", "?", "", ""
    for option, value in zip(words, words[1:] + [""]):
        if option == "-X":
            method = value
        elif option == "-I":
            method = "HEAD"
        elif option in ("-d", "--data-binary", "--data"):
            data = value
        elif option == "-u":
            user = value.partition(":")[0]
        elif re.match(r"https?://", option):
            url = option
    return method or ("POST" if data else "GET"), url, user, data


def _http(content: bytes) -> Tuple[int, Dict[str, str], bytes]:
    """Status, headers and body of an HTTP message as a tool printed it."""
    while True:
        head, blank, body = re.split(rb"(\r?\n\r?\n)", content, maxsplit=1)
        lines = head.decode("latin-1").splitlines()
        status = int(lines[0].split()[1])
        if status != 100:
            break
        content = body
    headers = {key.strip().lower(): value.strip()
               for key, _, value in (line.partition(":") for line in lines[1:])}
    if blank == b"\n\n" and body.startswith(b"\n"):
        body = body[1:]
    if headers.get("transfer-encoding") == "chunked" and re.match(rb"[0-9a-fA-F]+\r\n", body):
        body = _dechunked(body)
    elif "transfer-encoding" in headers and body.endswith(b"\n"):
        body = body[:-1]  # the recorder ended its files with a line end
    elif headers.get("content-length", "").isdigit():
        body = body[:int(headers["content-length"])]
    return status, headers, body


def _dechunked(body: bytes) -> bytes:
    whole = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            return whole
        whole, body = whole + body[:length], body[length + 2:]
