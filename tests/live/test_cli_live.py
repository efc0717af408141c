"""Each command as a process of its own against real RTs, with its exit code."""
from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple
from urllib.parse import urlsplit

import pytest

from tests.bench import Bench, Server

pytestmark = pytest.mark.live

REPOSITORY = Path(__file__).parents[2]
#: (server of the bench, protocol asked for, protocol that carries it)
WAYS = (("4.4.6", "auto", "rest1"), ("5.0.3", "rest2", "rest2"))
#: The accounts' zone is told, as a process would otherwise find it out anew each time.
ZONE = ("--timezone", "UTC")


@dataclass
class Shell:
    """Runs the program against one server, over one protocol, as one user.

    Attributes:
        via: the protocol that is expected to carry the commands.
        ticket: a ticket of our own.
    """

    server: Server
    protocol: str
    via: str
    folder: Path
    user: str = "root"
    ticket: int = 0
    environment: Dict[str, str] = field(default_factory=dict)
    options: Tuple[str, ...] = ZONE

    def raw(self, *arguments: str, code: int = 0, given: bytes = b"") -> Tuple[bytes, str]:
        """Standard output and standard error; the exit code is checked."""
        user = self.server.users[self.user]
        environment = {**os.environ, "RTSERVER": self.server.url, "RTUSER": user.name,
                       "RTCOMPAT_PASSWORD": user.password, "RTCONFIG": "/dev/null",
                       "NETRC": "/dev/null", "PYTHONIOENCODING": "utf-8", **self.environment}
        done = subprocess.run(
            [sys.executable, "-m", "rtcompat", "--protocol", self.protocol, *self.options,
             *arguments],
            input=given, capture_output=True, cwd=REPOSITORY, env=environment, timeout=120)
        told = done.stderr.decode("utf-8")
        assert done.returncode == code, (done.returncode, done.stdout, told)
        assert "Traceback" not in told
        # Root's password is the word itself, which messages may use.
        assert user.name == "root" or user.password not in told
        return done.stdout, told

    def text(self, *arguments: str, code: int = 0, given: bytes = b"") -> str:
        return self.raw(*arguments, code=code, given=given)[0].decode("utf-8")

    def records(self, *arguments: str, code: int = 0) -> List[Any]:
        lines = self.text(*arguments, "--json", code=code).splitlines()
        return [json.loads(line) for line in lines]

    def record(self, *arguments: str, code: int = 0) -> Any:
        one, = self.records(*arguments, code=code)
        return one

    def error(self, *arguments: str, code: int) -> Any:
        """What a command that fails tells programs."""
        return json.loads(self.raw(*arguments, "--json", code=code)[1].splitlines()[-1])


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: f"{way[0]}-{way[2]}")
def shell(request: pytest.FixtureRequest, bench: Bench,
          tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The program on one way, with a ticket that `create` made."""
    name, protocol, via = request.param
    made = Shell(bench.server(name), protocol, via, tmp_path_factory.mktemp("cli"))
    receipt = made.record("create", "--queue", "Second Queue", "--subject", "Grüße: von hier",
                          "-m", "Erste Zeile\n-- \n# zweite\n", "--requestor", "a@example.org",
                          "--set", "priority=7", "--set", "due=2024-07-01T08:00+02:00",
                          "--cf", "Tags=one", "--cf", "Tags=two", "--cf", "Severity=High")
    made.ticket = receipt["id"]
    assert receipt["via"] == via and receipt["refused"] == []
    yield made


def another(shell: Shell, subject: str) -> int:
    number = shell.record("create", "--queue", "General", "--subject", subject,
                          "--no-read-back")["id"]
    assert isinstance(number, int)
    return number


def test_probe(shell: Shell) -> None:
    nobody = {"RTUSER": "", "RTCOMPAT_PASSWORD": ""}
    outside = Shell(shell.server, "auto", shell.via, shell.folder, environment=nobody)
    shown = outside.record("probe", shell.server.url)
    assert {name for name, state in shown["protocols"].items() if state == "open"} == \
        shell.server.protocols
    assert "user" not in shown
    inside = shell.record("probe")
    assert inside["user"]["name"] == "root" and inside["server"]["protocol"] == shell.via
    assert "signed in as" in shell.text("probe")


def test_a_protocol_can_be_forced(bench: Bench, tmp_path: Path) -> None:
    server = bench.server("5.0.3")
    number = str(server.ids["tickets"]["fields"])
    shown = [Shell(server, name, name, tmp_path).record("show", number)
             for name in ("rest1", "rest2")]
    assert "custom_roles" not in shown[0] and "custom_roles" in shown[1]
    assert shown[0]["custom_fields"] == shown[1]["custom_fields"]


def test_show(shell: Shell) -> None:
    ticket = shell.record("show", str(shell.ticket))
    assert (ticket["subject"], ticket["priority"]) == ("Grüße: von hier", 7)
    assert ticket["due"] == "2024-07-01T06:00:00Z"
    assert ticket["custom_fields"]["Tags"] == ["one", "two"]
    assert [one["email"] for one in ticket["requestors"]] == ["a@example.org"]
    shell = replace(shell, options=())
    text = shell.text("show", f"#{shell.ticket}")
    assert text.startswith(f"ticket {shell.ticket}\n") and "Grüße: von hier" in text
    assert "2024-07-01 06:00:00 UTC" in text


def test_show_goes_on_behind_one_that_is_not_there(shell: Shell) -> None:
    shown = shell.records("show", "99999999", str(shell.ticket), code=3)
    assert [one["id"] for one in shown] == [shell.ticket]


def test_search(shell: Shell) -> None:
    query = "Queue = 'Second Queue' AND Subject LIKE 'paging'"
    found = shell.records("search", query, "--fields", "id", "--order", "-id", "--limit", "120")
    numbers = [one["id"] for one in found]
    assert len(numbers) == 120 and numbers == sorted(numbers, reverse=True)
    lines = shell.text("search", f"id = {shell.ticket}").splitlines()
    assert lines[0].split()[:3] == ["id", "status", "queue"]
    assert len(lines) == 2 and "Grüße: von hier" in lines[1]


def test_a_query_that_rt_cannot_read(shell: Shell) -> None:
    assert shell.error("search", "Nonsense ~ 3", code=1)["error"] == "InvalidQuery"


def test_reply_comment_and_history(shell: Shell) -> None:
    number = str(another(shell, "history"))
    path = shell.folder / "blob.bin"
    path.write_bytes(bytes(range(256)) + b"\n\n")
    shell.text("reply", number, "-m", "-", "--attach", str(path), "--status", "open",
               given="Grüße\n  eingerückt\n".encode())
    shell.text("comment", number, "-m", "<b>fett</b>", "--html", "--time", "15")
    told = shell.records("history", number)
    reply = next(one for one in told if one["type"] == "Correspond")
    assert reply["content"].rstrip("\n") == "Grüße\n  eingerückt"
    comment = next(one for one in told if one["type"] == "Comment")
    assert comment["time_taken"] == 15 and comment["html"].strip() == "<b>fett</b>"
    only = shell.records("history", number, "--type", "Comment", "--no-content")
    assert [one["type"] for one in only] == ["Comment"] and "content" not in only[0]
    text = shell.text("history", number)
    assert "\n    Grüße\n      eingerückt\n" in text and "blob.bin" in text
    assert shell.record("show", number)["status"] == "open"


def test_attachments(shell: Shell) -> None:
    number = str(another(shell, "attachments"))
    content = bytes(range(256)) + b"\n\n"
    path = shell.folder / "a b, ü.bin"
    path.write_bytes(content)
    shell.text("comment", number, "-m", "with a file", "--attach", str(path))
    part, = (one for one in shell.records("attachments", number) if one["filename"])
    assert part["filename"] == "a b, ü.bin"
    one = str(part["id"])
    assert shell.raw("attachments", number, "--get", one, "-o", "-")[0] == content
    target = shell.folder / "one"
    assert shell.record("attachments", number, "--get", one, "-o", str(target))["size"] == 258
    assert target.read_bytes() == content
    folder = shell.folder / f"all-{shell.via}"
    folder.mkdir(exist_ok=True)
    shell.text("attachments", number, "--save", str(folder))
    assert (folder / f"{one}-a b, ü.bin").read_bytes() == content
    assert "a b, ü.bin" in shell.text("attachments", number)


def test_an_attachment_of_another_ticket(shell: Shell) -> None:
    one = str(shell.server.ids["attachments"]["png"])
    shell.raw("attachments", str(shell.ticket), "--get", one, "-o", "-", code=3)


def test_edit(shell: Shell) -> None:
    receipt = shell.record("edit", str(shell.ticket), "--set", "priority=9", "--set", "starts=",
                           "--cf", "Severity=", "--cf", "Größe=groß")
    assert "priority" in receipt["changed"] and receipt["refused"] == []
    ticket = shell.record("show", str(shell.ticket))
    assert ticket["priority"] == 9 and ticket["custom_fields"]["Severity"] == []
    assert ticket["custom_fields"]["Größe"] == ["groß"]
    assert "already so  priority" in shell.text("edit", str(shell.ticket), "--set", "priority=9")


def test_a_partly_refused_edit_is_1_and_shows_its_receipt(shell: Shell) -> None:
    number = str(another(shell, "partly"))
    receipt = shell.record("edit", number, "--set", "priority=3", "--set", "status=nonsense",
                           code=1)
    assert receipt["refused"] == ["status"] and receipt["changed"] == ["priority"]


def test_links(shell: Shell) -> None:
    one, other = str(another(shell, "one")), another(shell, "other")
    shell.text("links", one, "--add", f"depends-on={other}", "--add",
               "refers_to=https://example.org/x?a=b")
    held = shell.record("links", one)
    assert [end["id"] for end in held["depends_on"]] == [other]
    assert [end["url"] for end in held["refers_to"]] == ["https://example.org/x?a=b"]
    shell.text("links", one, "--remove", f"depends-on={other}", "--replace", "refers-to=")
    assert not any(shell.record("links", one).values())
    assert "depended on by  -" in shell.text("links", str(other))


def test_merge(shell: Shell) -> None:
    one, other = another(shell, "one"), another(shell, "other")
    assert shell.record("merge", str(one), str(other))["id"] == other
    assert f"({one} was merged into it)" in shell.text("show", str(one))


def test_owners(shell: Shell) -> None:
    number = str(another(shell, "owners"))
    alice = Shell(shell.server, shell.protocol, shell.via, shell.folder, user="alice")
    assert alice.record("take", number)["changed"] == ["owner"]
    assert shell.error("take", number, code=1)["error"] == "InvalidValue"
    assert "changed  owner" in shell.text("steal", number)
    assert shell.record("untake", number)["changed"] == ["owner"]
    assert shell.record("show", number)["owner"] == "Nobody"


def test_a_dry_run_reads_and_sends_no_write(shell: Shell) -> None:
    number = str(another(shell, "dry"))
    would = shell.record("edit", number, "--set", "subject=wet", "--dry-run")["would_send"]
    assert number in would["path"] and "wet" in json.dumps(would)
    shown = shell.text("reply", number, "-m", "Grüße", "--dry-run")
    assert "Grüße" in shown and shown.startswith("not sent")
    path = shell.folder / "a b, ü.txt"
    path.write_bytes(b"abc")
    lines = shell.text("create", "--queue", "General", "--subject", "never", "--attach",
                       str(path), "--dry-run").splitlines()
    assert lines[0] == "not sent: create a ticket in General would be"
    assert lines[-1] == "file 'a b, ü.txt', text/plain, 3 bytes"
    assert shell.record("show", number, "--dry-run")["subject"] == "dry"
    assert shell.records("search", f"id > {number} AND Subject = 'never'") == []


@pytest.mark.parametrize("arguments, code, error", [
    (("history", "99999999"), 3, "NotFound"),
    (("edit", "99999999", "--set", "priority=1"), 3, "NotFound"),
    (("edit", "1", "--set", "priority=high"), 2, "UsageError"),
    (("show", "1", "-s", "http://127.0.0.1:1"), 5, "ConnectFailed")])
def test_exit_codes(shell: Shell, arguments: Tuple[str, ...], code: int, error: str) -> None:
    told = shell.error(*arguments, code=code)
    assert (told["error"], told["exit"]) == (error, code)
    assert told["what"]


def test_a_wrong_password_is_4(shell: Shell) -> None:
    wrong = Shell(shell.server, shell.protocol, shell.via, shell.folder,
                  environment={"RTCOMPAT_PASSWORD": "wrong-password"})
    out, err = wrong.raw("show", "1", code=4)
    assert out == b"" and "not authenticated" in err and "wrong-password" not in err


def test_without_rights_is_1(shell: Shell) -> None:
    nora = Shell(shell.server, shell.protocol, shell.via, shell.folder, user="nora")
    assert nora.error("show", str(shell.ticket), code=1)["error"] == "PermissionDenied"


def test_what_the_protocol_lacks_is_2(shell: Shell) -> None:
    lacking = ("edit", str(shell.ticket), "--add-cc", "x@example.org") if shell.via == "rest1" \
        else ("reply", str(shell.ticket), "-m", "x", "--cc", "x@example.org")
    assert shell.error(*lacking, code=2)["error"] == "Unsupported"


def test_what_is_no_rt_is_5(shell: Shell, bench: Bench) -> None:
    plain = bench.server("nginx-plain")
    assert shell.error("show", "1", "-s", plain.url, code=5)["error"] == "ProtocolError"
    out, told = shell.raw("probe", plain.url, code=5)
    assert b"rest1" in out and told == "rtcompat: no RT answers here\n"


class _Swallowing(BaseHTTPRequestHandler):
    """Hands requests on to an RT and its answers back, but for those to a ticket's creation."""

    target = ""
    protocol_version = "HTTP/1.1"

    def _hand_on(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        behind = http.client.HTTPConnection(self.target, timeout=60)
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() != "connection"}
        behind.request(self.command, self.path, body, headers)
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        if self.path.endswith(("/REST/1.0/ticket/new", "/REST/2.0/ticket")):
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _hand_on

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def test_a_lost_answer_is_6_and_tells_how_to_find_the_ticket(shell: Shell) -> None:
    handler = type("Swallowing", (_Swallowing,), {"target": urlsplit(shell.server.url).netloc})
    between = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=between.serve_forever, daemon=True).start()
    subject = f"lost over {shell.via} by {os.getpid()}"
    try:
        told = shell.error("create", "--queue", "General", "--subject", subject, "-s",
                           f"http://127.0.0.1:{between.server_address[1]}", code=6)
    finally:
        between.shutdown()
        between.server_close()
    assert told["error"] == "OutcomeUnknown"
    found = shell.records("search", told["query"], "--fields", "subject")
    assert [one["subject"] for one in found] == [subject]


def test_output_into_a_pipe_that_closes(shell: Shell) -> None:
    user = shell.server.users["root"]
    command = subprocess.Popen(
        [sys.executable, "-m", "rtcompat", "search", "id > 0", "--json", "--protocol",
         shell.protocol], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "RTSERVER": shell.server.url, "RTUSER": user.name,
             "RTCOMPAT_PASSWORD": user.password, "RTCONFIG": "/dev/null"})
    assert command.stdout is not None and command.stderr is not None
    command.stdout.readline()
    command.stdout.close()
    told = command.stderr.read()
    command.stderr.close()
    assert (told, command.wait(60)) == (b"", 141)
