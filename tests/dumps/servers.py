"""Dumps made with the tools that people use, from the servers of the bench.

``python -m tests.dumps.servers`` asks them anew: curl, ``curl -i``, ``wget --save-headers``, ``wget
-x`` and RT's own command-line client ``rt`` (Debian's rt4-clients and rt5-clients).
"""
from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Iterator, List, Sequence, Tuple

from tests.bench.bench import Bench
from tests.bench.server import Server
from tests.dumps import corpus
from tests.dumps.corpus import Dump

#: Name, server, user and paths below REST/1.0.
_Asked = Tuple[str, str, str, Sequence[str]]

_SHOW, _LONG = "ticket/{}/show", "ticket/{}/history?format=l"
_QUERY = "search/ticket?query=id<6"

#: With curl: bodies alone.
_CURL: Tuple[_Asked, ...] = (
    ("4.4.4-fields.txt", "4.4.4", "root", [_SHOW.format(9)]),
    ("4.4.4-mail-history.txt", "4.4.4", "root", [_LONG.format(50)]),
    ("4.4.4-ticket-54-attachments-107-content", "4.4.4", "root",
     ["ticket/54/attachments/{notes.txt}/content"]),
    ("4.4.4-ticket-54-attachments-116-content", "4.4.4", "root",
     ["ticket/54/attachments/{dot.png}/content"]),
    ("4.4.6-files.txt", "4.4.6", "root", ["ticket/54/attachments"]),
    ("4.4.6-torture-envelope.txt", "4.4.6", "root", [_LONG.format(21)]),
    ("4.4.6-torture-headers.txt", "4.4.6", "root", [_LONG.format(20)]),
    ("4.4.6-torture-separators.txt", "4.4.6", "root", [_LONG.format(29)]),
    ("4.4.6-html.txt", "4.4.6", "root", [_LONG.format(49)]),
    ("4.4.6-links.txt", "4.4.6", "root", ["ticket/55/links/show", "ticket/57/links/show",
                                          "ticket/59/links/show?format=l"]),
    ("4.4.6-ticket-as-gerda.txt", "4.4.6", "gerda", [_SHOW.format(9), _LONG.format(9)]),
    ("4.4.6-ticket-as-yorick.txt", "4.4.6", "yorick", [_SHOW.format(9), _LONG.format(9)]),
    ("4.4.6-not-allowed.txt", "4.4.6", "nora", [_SHOW.format(9), "ticket/9/history",
                                                "ticket/9/links/show"]),
    ("4.4.6-without-password.txt", "4.4.6", "", [_SHOW.format(9)]),
    ("4.4.6-night.txt", "4.4.6", "alice", [
        *(_SHOW.format(number) for number in range(1, 15)), _LONG.format(1), _LONG.format(8),
        "ticket/1/attachments", "ticket/1/links/show", _SHOW.format(15), _SHOW.format(9999)]),
    ("4.4.6-attachment-116.txt", "4.4.6", "root", ["ticket/54/attachments/{dot.png}",
                                                   "attachment/{dot.png}"]),
    ("4.4.6-ticket-54-attachments-116-content.png", "4.4.6", "root",
     ["ticket/54/attachments/{dot.png}/content"]),
    ("4.4.6-ticket-54-attachments-161-content", "4.4.6", "root",
     ["ticket/54/attachments/{envelope.txt}/content"]),
    ("4.4.6-ticket-54-attachments-122-content", "4.4.6", "root",
     ["ticket/54/attachments/{empty.bin}/content"]),
    ("5.0.3-queue.txt", "5.0.3", "root", [
        "queue/General", "queue/1/ticketcustomfields", "queue/1/ticketcustomfields?format=l"]),
    ("5.0.3-people.txt", "5.0.3", "root", ["user/alice", "user/root?format=l", "group/{group}"]),
    ("5.0.3-entries.txt", "5.0.3", "root", ["ticket/9/history", "transaction/{first of 9}?format=l",
                                            "ticket/9/history/id/{first of 9}"]),
    ("5.0.3-search-i.txt", "5.0.3", "root", [_QUERY + "&format=i"]),
    ("5.0.3-search-none.txt", "5.0.3", "root", ["search/ticket?query=id<0",
                                                "search/ticket?query=id<0&format=i"]),
    ("sid-fields.txt", "sid", "root", [_SHOW.format(9)]),
    ("sid-history.txt", "sid", "root", [_LONG.format(10)]),
    ("sid-search-table.txt", "sid", "root", [_QUERY + "&format=s&fields=Subject,Status,Owner"]),
    ("sid-search-forms.txt", "sid", "alice", [_QUERY + "&format=l"]),
    ("sid-search-fields.txt", "sid", "alice", [_QUERY + "&fields=Subject,Queue,Created"]),
    ("sid-queries-refused.txt", "sid", "root", ["search/ticket?query=foo", "search/ticket"]),
)

#: With ``curl -i``.
_HEADERS: Tuple[_Asked, ...] = (
    ("4.4.6-curl-i-ticket.txt", "4.4.6", "alice", [_SHOW.format(43)]),
    ("4.4.6-curl-i-history.txt", "4.4.6", "alice", [_LONG.format(8)]),
    ("4.4.6-curl-i-png.txt", "4.4.6", "root", ["ticket/54/attachments/{dot.png}/content"]),
    ("4.4.6-curl-i-several.txt", "4.4.6", "root", [
        _SHOW.format(12), "ticket/12/attachments", _SHOW.format(13), "ticket/99999/show",
        "ticket/54/attachments/{envelope.txt}/content", "search/ticket?query=id<6"]),
    ("5.0.3-curl-i-self-service.txt", "5.0.3", "uwe", [_SHOW.format(1)]),
    ("5.0.3-curl-i-not-there.txt", "5.0.3", "root", ["../2.0/nothing-there"]),
)

#: With ``curl -i --raw``: as the server sent it.
_RAW: Tuple[_Asked, ...] = (
    ("4.4.6-curl-raw.txt", "4.4.6", "alice", [_SHOW.format(43), "ticket/43/history?format=l"]),
    ("sid-curl-raw.txt", "sid", "alice", ["search/ticket?query=id<30&format=l"]),
)

#: With ``wget --save-headers -O``.
_WGET: Tuple[_Asked, ...] = (
    ("4.4.6-wget-ticket.txt", "4.4.6", "alice", [_SHOW.format(44)]),
    ("5.0.3-wget-history.txt", "5.0.3", "alice", [_LONG.format(18)]),
    ("5.0.3-wget-attachment.txt", "5.0.3", "root", ["ticket/54/attachments/{newlines.txt}"]),
)

#: Name, server, program and words of ``rt``.
_RT: Tuple[Tuple[str, str, str, Sequence[str]], ...] = (
    ("rt4-show-l.txt", "4.4.6", "rt-4", ["show", "-l", "ticket/9"]),
    ("rt4-show-l-several.txt", "4.4.6", "rt-4", ["show", "-l", "ticket/1-6"]),
    ("rt4-show.txt", "4.4.6", "rt-4", ["show", "ticket/9"]),
    ("rt4-ls-l.txt", "4.4.6", "rt-4", ["ls", "-l", "id<8"]),
    ("rt4-ls-i.txt", "4.4.6", "rt-4", ["ls", "-i", "id<30"]),
    ("rt4-ls-s.txt", "4.4.6", "rt-4", ["ls", "-s", "id<48"]),
    ("rt4-ls-f.txt", "4.4.6", "rt-4", ["ls", "-f", "id,subject,status", "id<12"]),
    ("rt4-history-l.txt", "4.4.6", "rt-4", ["show", "-l", "ticket/8/history"]),
    ("rt4-history.txt", "4.4.6", "rt-4", ["show", "ticket/8/history"]),
    ("rt4-attachments.txt", "4.4.6", "rt-4", ["show", "ticket/54/attachments"]),
    ("rt4-links.txt", "4.4.6", "rt-4", ["show", "ticket/57/links"]),
    ("rt4-queue.txt", "4.4.6", "rt-4", ["show", "-t", "queue", "General"]),
    ("rt5-show-l.txt", "5.0.3", "rt-5", ["show", "-l", "ticket/9"]),
    ("rt5-history-l.txt", "5.0.3", "rt-5", ["show", "-l", "ticket/50/history"]),
    ("rt5-ls-l-fields.txt", "5.0.3", "rt-5", ["ls", "-l", "-f", "id,subject,requestors,created",
                                              "id<6"]),
    ("rt5-attachment.txt", "5.0.3", "rt-5", ["show", "ticket/54/attachments/{notes.txt}"]),
    ("rt5-user.txt", "5.0.3", "rt-5", ["show", "user/alice"]),
    ("rt5-nothing.txt", "5.0.3", "rt-5", ["ls", "id<0"]),
)

#: The name of a session: of no use, and nobody's business.
_SESSION = re.compile(rb"(RT_SID_[^=]+=)[0-9a-f]{32}")


class _Asking:
    """One server and what its paths are filled in with."""

    def __init__(self, server: Server) -> None:
        self._server = server
        listed = self.body("root", "ticket/54/attachments").decode("utf-8")
        self._parts = {name: number for number, name in re.findall(
            r"(\d+): (\S+) \([\w/-]+ / ", listed)}
        entries = self.body("root", "ticket/9/history").decode("utf-8")
        self._parts["first of 9"] = re.findall(r"^(\d+): ", entries, re.MULTILINE)[0]
        self._parts["group"] = str(next(iter(server.ids["groups"].values())))

    def filled(self, path: str) -> str:
        """The path with the numbers that this server has for names."""
        return re.sub(r"\{(.*?)\}", lambda match: self._parts[match.group(1)], path)

    def url(self, user: str, path: str) -> str:
        """Where to ask."""
        filled = self.filled(path).replace("<", "%3C")
        who = f"user={user}&pass={self._server.users[user].password}" if user else ""
        return f"{self._server.url}/REST/1.0/{filled}{'&' if '?' in filled else '?'}{who}"

    def body(self, user: str, path: str) -> bytes:
        """What curl gives."""
        return _run(["curl", "-s", self._server.url + "/REST/1.0/" + path, "-d", "user=" + user,
                     "-d", "pass=" + self._server.users[user].password])

    def rt(self, program: str, words: Sequence[str]) -> bytes:
        """What RT's own client prints."""
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "HOME": home, "RTCONFIG": "/dev/null",
                           "RTSERVER": self._server.url, "RTUSER": "root",
                           "RTPASSWD": self._server.users["root"].password}
            return _run([program, *map(self.filled, words)], environment)


def _run(words: Sequence[str], environment: "os._Environ[str] | dict[str, str]" = os.environ,
         folder: str = ".") -> bytes:
    done = subprocess.run(words, stdout=subprocess.PIPE, env=dict(environment), cwd=folder,
                          stdin=subprocess.DEVNULL, timeout=120)
    return _SESSION.sub(rb"\g<1>" + b"0" * 32, done.stdout)


def _tree(asking: _Asking) -> bytes:
    """What ``wget -x`` makes of a ticket's addresses, in a tar."""
    with tempfile.TemporaryDirectory() as folder:
        jar = ["--save-cookies=jar", "--keep-session-cookies", "-q"]
        _run(["wget", *jar, "-O", "/dev/null", asking.url("alice", "ticket/8/show")],
             folder=folder)
        for path in ("ticket/8/show", "ticket/8/history?format=l", "ticket/8/attachments",
                     "ticket/8/links/show", "search/ticket?query=id<9&format=s"):
            _run(["wget", "-q", "-x", "-nH", "--load-cookies=jar",
                  asking.url("", path).rstrip("&?")], folder=folder)
        os.remove(Path(folder, "jar"))
        whole = io.BytesIO()
        with tarfile.open(fileobj=whole, mode="w") as tar:
            for file in sorted(Path(folder).rglob("*")):
                member = tarfile.TarInfo(file.relative_to(folder).as_posix())
                if file.is_file():
                    member.size = file.stat().st_size
                    tar.addfile(member, io.BytesIO(file.read_bytes()))
        return whole.getvalue()


def asked(bench: Bench) -> Iterator[Tuple[Dump, bytes]]:
    """All of them, asked anew."""
    servers = {name: _Asking(bench.server(name)) for name in ("4.4.4", "4.4.6", "5.0.3", "sid")}
    for options, tool, damages, rows in (
            (["curl", "-s"], "curl", (), _CURL),
            (["curl", "-s", "-i"], "curl -i", ("HTTP headers",), _HEADERS),
            (["curl", "-s", "-i", "--raw"], "curl -i",
             ("HTTP headers", "chunked as sent"), _RAW),
            (["wget", "-q", "--save-headers", "-O", "-"], "wget", ("HTTP headers",), _WGET)):
        for name, server, user, paths in rows:
            content = b"".join(_run([*options, servers[server].url(user, path)])
                               for path in paths)
            several = ("several answers",) if len(paths) > 1 else ()
            said = f"RT {server}, {user or 'nobody'}: {' '.join(paths)}"
            yield _dump(name, tool, said, (*damages, *several), content), content
    for name, server, program, words in _RT:
        content = servers[server].rt(program, words)
        yield _dump(name, "rt", f"RT {server}: {program} {' '.join(words)}", (), content), content
    tree = _tree(servers["4.4.6"])
    yield Dump("4.4.6-wget-x.tar", ("wget", "RT 4.4.6, alice: wget -x, five addresses"),
               ("ascii",), ("tar", "names as addresses"), {}), tree


def _dump(name: str, tool: str, said: str, damages: Tuple[str, ...], content: bytes) -> Dump:
    encoding = "ascii" if content.isascii() else "utf-8"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        encoding = "binary"
    return Dump(name, (tool, said), (encoding,), damages or ("none",), {})


def main() -> int:
    """Write them and what is known of them."""
    found: List[Dump] = []
    for dump, content in asked(Bench()):
        dump.path.write_bytes(content)
        found.append(dump)
    corpus.add(found)
    print(f"{len(found)} dumps")
    return 0


if __name__ == "__main__":
    sys.exit(main())
