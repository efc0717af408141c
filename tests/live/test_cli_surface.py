"""Each command line run once against a real RT, in process: what it says, and its exit code.

A script is what somebody would type one after the other about one kind of record. ``{name}`` is
the number that an earlier line of it, or the seed, made under that name.
"""
from __future__ import annotations

import io
import json
import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping, Tuple

import pytest

from rtcompat import Client, connect
from rtcompat.cli.invocation import Invocation
from rtcompat.cli.operations import VERBS
from rtcompat.cli.program import program, run
from rtcompat.tracker import Tracker
from tests.bench import Bench, Server

pytestmark = pytest.mark.live

#: A custom field whose values are files, with one, and a saved search: no endpoint makes them.
_STAGE = r"""
my $field = RT::CustomField->new(RT->SystemUser);
my ($ok, $said) = $field->Create(Name => 'Photo', Type => 'Image', MaxValues => 1,
    LookupType => RT::Ticket->CustomFieldLookupType, Queue => 0); die $said unless $ok;
my $ticket = RT::Ticket->new(RT->SystemUser); $ticket->Load(1);
($ok, $said) = $ticket->AddCustomFieldValue(Field => $field->Id, Value => 'p.png',
    LargeContent => "\x89PNG\r\n\0", ContentType => 'image/png'); die $said unless $ok;
print $ticket->CustomFieldValues($field->Id)->First->Id;
my $root = RT::User->new(RT->SystemUser); $root->Load('root');
my $saved = RT::Attribute->new(RT->SystemUser);
($ok, $said) = $saved->Create(Name => 'SavedSearch', Description => 'one page', Object => $root,
    Content => {SearchType => 'Ticket', Query => "Subject LIKE 'paging 24'", OrderBy => 'id',
        Order => 'ASC', RowsPerPage => 50, Format => '__id__'}); die $said unless $ok;
"""


@dataclass(frozen=True)
class Line:
    """A command line.

    Attributes:
        says: what must be found (a regular expression): on standard output where the exit code
            is 0, on standard error otherwise.
        beside: what must be found on the other of the two.
        keeps: the name under which the ``id`` that it prints is kept.
        given: its standard input.
    """

    command: str
    says: str
    code: int = 0
    keeps: str = ""
    given: str = ""
    user: str = "root"
    beside: str = ""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class Kept(Tracker):
    """A connection that stays open when a command ends, for the next one."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __getattribute__(self, name: str) -> Any:
        if name in ("client", "close") or name.startswith("__"):
            return super().__getattribute__(name)
        return getattr(self.client, name)

    def close(self) -> None:
        """Stay open."""


class Terminal:
    """Runs the program against one server.

    Attributes:
        made: numbers by name.
    """

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.made: Dict[str, str] = {"png": str(server.ids["attachments"]["png"]),
                                     "files": str(server.ids["tickets"]["files"]),
                                     "folder": str(folder)}
        self._kept: Dict[str, Kept] = {}

    def connect(self, url: str, **how: Any) -> Tracker:
        """What `rtcompat.connect` gives; once for each way of connecting, which takes seconds."""
        key = repr((url, sorted(how.items())))
        if key not in self._kept:
            self._kept[key] = Kept(connect(url, **how))
        return self._kept[key]

    def close(self) -> None:
        """Close what was kept open."""
        for one in self._kept.values():
            one.client.close()

    def filled(self, text: str) -> str:
        """The text with each name that stands for a number replaced by it."""
        return re.sub(r"\{([a-z]+)\}", lambda found: self.made[found[1]], text)

    def run(self, line: Line) -> Ended:
        """Runs a line; the numbers that it makes are kept."""
        words = [self.filled(word) for word in shlex.split(line.command)]
        user = self.server.users[line.user]
        environment = {"RTSERVER": self.server.url, "RTUSER": user.name,
                       "RTCOMPAT_PASSWORD": user.password, "RTCONFIG": "/dev/null",
                       "NETRC": "/dev/null"}
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        before, sys.stdin = sys.stdin, io.TextIOWrapper(
            io.BytesIO(self.filled(line.given).encode()), "utf-8")
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = run(["--timezone", "UTC", *words] + ["--json"] * bool(line.keeps),
                           invocation=Invocation(connect=self.connect, environment=environment,
                                                 folder=self.folder, home=self.folder))
        finally:
            sys.stdin = before
        told = []
        for stream in (out, err):
            stream.flush()
            stream.seek(0)
            told.append(stream.buffer.read().decode("utf-8", "backslashreplace"))
        if line.keeps:
            self.made[line.keeps] = str(json.loads(told[0].splitlines()[0])["id"])
        return Ended(code, *told)


@pytest.fixture(scope="module")
def terminal(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The program before a server of its own."""
    server = bench.fresh("5.0.3")
    opened = Terminal(server, tmp_path_factory.mktemp("surface"))
    opened.made["photo"] = server.perl(_STAGE)
    yield opened
    opened.close()
    bench.stop(server)


_USER = (
    Line("user create bob --email bob@example.org --real-name 'Bob Böse' --privileged --password",
         '"email"', keeps="bob", given="a long password\n"),
    Line("user show bob", "(?m)^real name +Bob Böse$"),
    Line("user show {bob} --json", '"privileged": true'),
    Line("user search --where \"name = 'bob'\"", r"(?m)^{bob} +bob +bob@example\.org +Bob Böse"),
    Line("user edit bob --city Ulm --lang de", "changed +city, lang"),
    Line("user edit bob --city Ulm", "already so +city"),
    Line("user create ann --no-privileged", r"(?m)^user create ann: done, number [0-9]+$"),
    Line("user groups bob", r"\A\Z"),
    Line("user join bob staff name:watchers-group", r"changed +groups\[staff\]"),
    Line("user groups bob", r"(?m)^\d+ +staff"),
    Line("user leave bob --groups staff", r"changed +groups\[staff\]"),
    Line("user leave bob", "done yet: add --yes", 7, beside="watchers-group"),
    Line("user leave bob --yes", "changed +groups"),
    Line("user history bob", "root +Create"),
    Line("user disable bob", "changed +disabled"),
    Line("user search --where \"name = 'bob'\" --include-disabled --json", '"disabled": true'),
    Line("user show no-such-user", "not found", 3),
    Line("user create bob", "refused", 1),
    Line("user edit alice --city Bonn", "permission denied", 1, user="gerda",
         beside="^user edit alice: not all was done"),
    Line("user search --where 'shoe = 1'", "shoe", 2),
    Line("user search --where nonsense", "no condition", 2),
    Line("user show", "USER", 2),
)
_GROUP = (
    Line("group create 'Söhne & Co' --description Erben", '"description"', keeps="group"),
    Line("group show {group}", "(?m)^name +Söhne & Co$"),
    Line("group search --where \"description LIKE 'Erben'\"", "(?m)^{group} +Söhne & Co"),
    Line("group edit 'Söhne & Co' --name Töchter", "changed +name"),
    Line("group add Töchter alice yorick", r"changed +members\[alice\], members\[yorick\]"),
    Line("group members Töchter", r"user +alice +alice@example\.org"),
    Line("group members {group} --kind group", r"\A\Z"),
    Line("group remove Töchter alice", r"changed +members\[alice\]"),
    Line("group remove-all Töchter", "done yet: add --yes", 7, beside="user +yorick"),
    Line("group remove-all Töchter --yes", r"changed +members\["),
    Line("group history {group}", "root +Create"),
    Line("group disable {group}", "changed +disabled"),
    Line("group show 'no such group'", "not found", 3),
    Line("group create staff", "refused", 1),
    Line("group add staff no-such-user", "refused", 1),
    Line("group members staff --kind shoe", "kind", 2),
    Line("group add staff alice --protocol rest1", "not possible here", 2),
)
_QUEUE = (
    Line("queue create Werkstatt --description Werk --sort-order 3", '"sort_order"',
         keeps="queue"),
    Line("queue show Werkstatt", "(?m)^sort order +3$"),
    Line("queue list", "(?m)^{queue} +Werkstatt"),
    Line("queue search --where \"name STARTSWITH 'Werk'\" --json", '"id": {queue}'),
    Line("queue edit {queue} --description 'Neu' --admin-cc alice", "changed +description"),
    Line("queue history Werkstatt", "root +Create"),
    Line("queue disable Werkstatt", "changed +disabled"),
    Line("queue show 'no such queue'", "not found", 3),
    Line("queue create General", "refused", 1),
    Line("queue edit General --description x", "permission denied", 1, user="alice"),
    Line("queue edit General --sort-order first", "not a valid integer", 2),
)
_CUSTOM_FIELD = (
    Line("custom-field create Farbe Select --max-values 1 --description bunt", '"description"',
         keeps="field"),
    Line("custom-field show Farbe", "(?m)^type +Select$"),
    Line("custom-field search --where \"name = 'Farbe'\"", "(?m)^{field} +Farbe"),
    Line("custom-field edit {field} --entry-hint 'Wähle!'", "changed +entry_hint"),
    Line("custom-field add-value Farbe rot --description 'wie Blut'", '"description"',
         keeps="value"),
    Line("custom-field add-value Farbe grün", "changed +name"),
    Line("custom-field values Farbe", "(?m)^{value} +rot"),
    Line("custom-field value Farbe rot", "(?m)^description +wie Blut$"),
    Line("custom-field edit-value Farbe {value} --name blau", "changed +name"),
    Line("custom-field remove-value Farbe grün", "changed +value"),
    Line("custom-field applied queue General", "(?m)^[0-9]+ +Severity +Select"),
    Line("custom-field disable Farbe", "changed +disabled"),
    Line("custom-field read-content {photo}", r"PNG\r\n"),
    Line("custom-field save-content {photo} {folder}/p.png", "bytes +7"),
    Line("custom-field show 'no such field'", "not found", 3),
    Line("custom-field create Farbe NoType", "refused", 1),
    Line("custom-field edit Severity --description x", "permission denied", 1, user="alice"),
    Line("custom-field create Farbe", "TYPE", 2),
    Line("custom-field show Farbe --protocol rest1", "not possible here", 2),
    Line("custom-role search", r"(?m)^[0-9]+ +Engineer"),
    Line("custom-role show Engineer", "(?m)^single +yes$"),
    Line("custom-role show 'no such role'", "not found", 3),
)
_ASSET = (
    Line("catalog create Lager --description Keller", '"description"', keeps="catalog"),
    Line("catalog show Lager", "(?m)^description +Keller$"),
    Line("catalog search --where \"name = 'Lager'\"", "(?m)^{catalog} +Lager"),
    Line("catalog edit Lager --description Dach --contacts alice", "changed +description"),
    Line("asset create Lager --name Leiter --owner alice", '"owner"', keeps="asset"),
    Line("asset show {asset}", "(?m)^name +Leiter$"),
    Line("asset search --where \"catalog = 'Lager'\"", "(?m)^{asset} +Leiter"),
    Line("asset search --query \"Name LIKE 'Leit'\" --json", '"id": {asset}'),
    Line("asset edit {asset} --status in-use --held-by root", "changed +status"),
    Line("asset edit-links {asset} --add refers-to=1", r"changed +refers_to|changed +links"),
    Line("asset links {asset}", "refers to +1"),
    Line("asset history {asset}", "root +Create"),
    Line("asset attachments {asset}", r"\A\Z"),
    Line("asset delete {asset}", "changed +status"),
    Line("asset edit {asset} --status nonsense", "refused", 1),
    Line("asset show 99999999", "not found", 3),
    Line("asset show one", "not a valid integer", 2),
    Line("asset search --where 'shoe = 1'", "shoe", 2),
    Line("asset create Lager --name x", "permission denied", 1, user="alice"),
    Line("catalog history Lager", "root"),
    Line("catalog disable Lager", "changed +disabled"),
    Line("catalog show 'no such catalog'", "not found", 3),
)
_ARTICLE = (
    Line("class create Wissen --description Alles", '"description"', keeps="class"),
    Line("class show Wissen", "(?m)^description +Alles$"),
    Line("class search --where \"name = 'Wissen'\"", "(?m)^{class} +Wissen"),
    Line("class edit Wissen --sort-order 4", "changed +sort_order"),
    Line("class history {class}", ""),
    Line("article create Wissen Kleben --summary 'Wie man klebt'", '"summary"', keeps="article"),
    Line("article show {article}", "(?m)^summary +Wie man klebt$"),
    Line("article search --where \"name LIKE 'Kleb'\"", "(?m)^{article} +Kleben"),
    Line("article edit {article} --summary Leim", "changed +summary"),
    Line("article history {article}", "root +Create"),
    Line("article attachments {article}", r"\A\Z"),
    Line("article delete {article}", "changed +disabled"),
    Line("article create Wissen Kleben", "refused", 1),
    Line("article show 99999999", "not found", 3),
    Line("article create Wissen", "NAME", 2),
    Line("class disable Wissen", "changed +disabled"),
    Line("class show 'no such class'", "not found", 3),
)
_FINDING = (
    Line("saved-search list", "(?m)^[0-9]+ +one page"),
    Line("saved-search show 'one page'", "query +Subject LIKE 'paging 24'"),
    Line("saved-search run 'one page' --fields subject --json", '"subject": "paging 24"'),
    Line("saved-search show 99999999", "not found", 3),
    Line("ticket find 'paging'", "(?m)^[0-9]+ +new +.*paging 1$"),
    Line("ticket find ''", "wrong usage", 2),
    Line("transaction search --query \"TicketId = {files} AND Type = 'Create'\"",
         "ticket {files} .*Create"),
    Line("transaction search --where 'ticket_id = {files}' --where 'type = Create' --json",
         '"type": "Create"', keeps="transaction"),
    Line("transaction show {transaction}", "^#{transaction}  ticket {files} "),
    Line("transaction show 99999999", "not found", 3),
    Line("transaction search --query 'Nonsense ~ 3'", "invalid query", 1),
    Line("attachment search --where \"filename LIKE 'png'\"", "(?m)^{png} .*image/png"),
    Line("attachment show {png}", "(?m)^(headers)? +Content-Disposition: attachment"),
    Line("attachment read {png} --ticket-id {files}", "PNG"),
    Line("attachment save {png} {folder}/read.png", r"bytes +[1-9]"),
    Line("attachment save {png} {folder}/no/such/folder", "no file can be made there", 2),
    Line("attachment show 99999999", "not found", 3),
    Line("server system", r"(?m)^version +5\.0\.3"),
    Line("server user --json", '"name": "root"'),
)
_NO_QUEUE = ('{"queue": "General", "subject": "fünf"}\n\n'
             '{"queue": "no such queue", "subject": "sechs"}\n')
_NEW = ('{"queue": "General", "subject": "eins", "due": "2024-07-01T08:00+02:00"}\n\n'
        '{"queue": "General", "subject": "zwei", "custom_fields": {"Severity": "High"}}\n')
_MANY = (
    Line("create --queue General --subject drei", '"subject"', keeps="three"),
    Line("create --queue General --subject vier --no-read-back", '"id"', keeps="four"),
    Line("create-many -", '"due"', keeps="one", given=_NEW),
    Line("create-many -", r"(?s)ticket [0-9]+ created.*ticket [0-9]+ created", given=_NEW),
    Line("create-many -", "line 1: shoe", 2, given='{"queue": "General", "shoe": 1}'),
    Line("create-many -", "(?s)no queue 'no such queue'.*about: line 3", 3, given=_NO_QUEUE,
         beside="ticket [0-9]+ created"),
    Line("show {three},{four}", r"(?s)ticket {three}\n.*ticket {four}\n"),
    Line("history {three} {four} --type Create", r"(?s)ticket {three}\n.*ticket {four}\n"),
    Line("history {three} 99999999", "(?s)not found.*about: ticket 99999999", 3),
    Line("edit {three},{four} --set priority=7", "nothing is done yet to 2 tickets", 7,
         beside="(?m)^{four} +new .*vier$"),
    Line("edit {three},{four} --set priority=7 --yes", r"(?s)ticket {three} edited.*priority"),
    Line("edit --query \"Subject = 'drei'\" --set priority=7 --yes", "already so +priority"),
    Line("edit --query \"Subject = 'hundert'\" --set priority=7", r"\A\Z"),
    Line("edit - --set priority=8 --yes", "ticket {three} edited", given="{three}\n{four}\n"),
    Line("edit {three} 99999999 --set priority=9 --yes", "not found", 3),
    Line("edit {three} {four} --set status=nonsense --set priority=3 --yes", "refused", 1,
         beside="(?s)ticket {three}: not all was done\n  changed +priority\n.*ticket {four}: not"),
    Line("edit {three} {four} --set status=nonsense --set priority=4 --yes --json",
         '"about": "ticket {four}"', 1),
    Line("edit {three}", "nothing to change", 2),
    Line("edit --set priority=1", "number or by --query", 2),
    Line("comment {three} {four} -m Notiz --yes", "ticket {four}: comment recorded"),
    Line("reply {three} {four} -m Antwort --status open --yes", "ticket {three}: reply recorded"),
    Line("reply {three} {four} -m ''", "empty message", 2),
    Line("take {three} {four} --yes", "ticket {four} taken"),
    Line("untake {three} {four} --yes", "ticket {three} given back"),
    Line("edit {three} --set owner=alice", "changed +owner"),
    Line("steal {three}", "ticket {three} stolen"),
    Line("links {three} --add depends-on={four}", "changed +depends_on|changed +links"),
    Line("resolve {three}", "refused", 1),
    Line("resolve {four} --yes", "changed +status"),
    Line("resolve {three} {four} --yes", r"(?s)ticket {three} resolved.*already so +status"),
    Line("resolve 99999999", "not found", 3),
    Line("resolve one", "number of a ticket", 2),
    Line("resolve {three}", "permission denied", 1, user="nora"),
    Line("search 'id = {three}' --fields status", "(?m)^{three} +resolved$"),
    Line("ticket add-time {three} 25 --comment geklebt", "changed +time_worked"),
    Line("attachments {files}", "(?m)^{png} .*image/png"),
    Line("merge {four} {three}", "ticket {four} merged into {three}"),
    Line("ticket delete '#{three}'", "changed +status"),
    Line("ticket delete 99999999", "not found", 3),
    Line("ticket delete {png}x", "no number of a ticket", 2),
    Line("probe", "signed in as +root"),
)
_WATCH = (
    Line("create --queue General --subject beobachtet", '"subject"', keeps="watched"),
    Line("watch 'id = {watched}' --since 2024-07-01T08:00Z --cursor {folder}/cursor",
         r"ticket {watched}\n#[0-9]+ .*root +Create"),
    Line("watch 'id = {watched}' --cursor {folder}/cursor", r"\A\Z"),
    Line("comment {watched} -m danach", "comment recorded"),
    Line("watch 'id = {watched}' --cursor {folder}/cursor --content --json", '"danach'),
    Line("watch 'id = {watched}' --since yesterday", "no date", 2),
    Line("watch 'Nonsense ~ 3' --since 2024-07-01T08:00Z", "invalid query", 1),
)

SCRIPTS: Mapping[str, Tuple[Line, ...]] = {
    "user": _USER, "group": _GROUP, "queue": _QUEUE, "custom-field": _CUSTOM_FIELD,
    "asset": _ASSET, "article": _ARTICLE, "finding": _FINDING, "many": _MANY, "watch": _WATCH}


def complaint(terminal: Terminal, line: Line) -> str:
    """How a line ended otherwise than it should; "" for as it should."""
    ended = terminal.run(line)
    says = re.compile(terminal.filled(line.says))
    as_wanted = (ended.code == line.code and "Traceback" not in ended.err
                 and says.search(ended.err if line.code else ended.out)
                 and re.search(terminal.filled(line.beside), ended.out if line.code else ended.err))
    return "" if as_wanted else (
        f"{line.command}\n  {ended.code}, not {line.code}, or not {says.pattern!r} in\n"
        f"{ended.out}\n{ended.err}")


@pytest.mark.parametrize("name", SCRIPTS)
def test_command_lines(name: str, terminal: Terminal) -> None:
    found = [complaint(terminal, line) for line in SCRIPTS[name]]
    assert not any(found), "\n".join(filter(None, found))


def test_every_command_is_in_a_script() -> None:
    typed = {tuple(line.command.split()[:2]) for lines in SCRIPTS.values() for line in lines
             if line.code == 0}
    assert set(VERBS) - typed == set()
    nouns = {noun for noun, _ in VERBS}
    of_files = {"archive", "parse"}  # tests/unit/test_cli_archive.py, test_archive_parse.py
    assert set(program.commands) - of_files - nouns - {words[0] for words in typed} == set()
