"""REST 1.0 against live servers: where versions, languages and zones differ, and what it costs."""
from __future__ import annotations

import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, List, Tuple

import pytest

from rtcompat.errors import InvalidValue, Unsupported, UsageError
from rtcompat.exchange import Request, Response, run
from rtcompat.model import Link, NewAttachment, Watcher
from rtcompat.rest1 import login
from rtcompat.rest1.operations import Context, Rest1
from rtcompat.session import Credentials, Session
from rtcompat.transport import Transport
from tests.bench.bench import Bench
from tests.bench.server import Server
from tests.contract.matrix import servers

pytestmark = pytest.mark.live

UTC = timezone.utc
NAMES = [name for name, protocol in servers()
         if protocol == "rest1" and not name.startswith("5.0.3-")]


class Live:
    """One user of one server over REST 1.0 alone, and what was asked of it."""

    def __init__(self, server: Server, user: str) -> None:
        known = server.users[user]
        transport = Transport(server.url, verify=str(server.ca_file) if server.ca_file else True)
        session = Session(transport, Credentials(user=user, password=known.password),
                          [login.MANNER])
        self.server = server
        self.operations = Rest1(Context(user=user))
        self.asked: List[Request] = []
        self._send = session.sender(login.MANNER)

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        return self._send(request)

    def run(self, operation: Any) -> Any:
        """The result of an operation."""
        return run(operation, self.send)

    def costs(self, operation: Any) -> Tuple[Any, int]:
        """The result, and how many requests it took."""
        before = len(self.asked)
        return self.run(operation), len(self.asked) - before

    def ticket(self, **given: Any) -> int:
        """A new ticket of this test's own."""
        made = self.run(self.operations.create_ticket(
            "General", **{"subject": "rest1 live", "read_back": False, **given}))
        assert made.id is not None
        return int(made.id)


@pytest.fixture(scope="module")
def lives(bench: Bench) -> Callable[[str, str], Live]:
    known: dict[Tuple[str, str], Live] = {}

    def live(name: str, user: str) -> Live:
        if (name, user) not in known:
            known[name, user] = Live(bench.require(name), user)
        return known[name, user]
    return live


Lives = Callable[[str, str], Live]


@pytest.mark.parametrize("name", NAMES)
def test_how_many_requests(name: str, lives: Lives, tmp_path: Path) -> None:
    live = lives(name, "alice")
    one, ids = live.operations, live.server.ids["tickets"]
    live.run(one.get_ticket(ids["fields"]))  # zone and kinds of fields are known from here on
    exact = not name.startswith("4.4.4")
    number = live.ticket(content="text", attachments=[NewAttachment("a.txt", b"x", "text/plain")])
    parts = live.run(one.get_attachments(number))
    for operation, count in (
            (one.whoami(), 1), (one.get_ticket(number), 1), (one.get_links(number), 1),
            (one.get_history(number), 1), (one.get_history(number, content=False), 1),
            (one.get_history(ids["long"]), 1), (one.get_attachments(number), 1),
            (one.search_tickets("Subject LIKE 'paging '", fields=()), 1),
            (one.search_tickets("Subject LIKE 'paging '"), 2),
            (one.get_attachment(parts[-1].id), 1),
            (one.get_attachment(parts[-1].id, ticket_id=number), 1),
            (one.read_attachment(parts[-1].id), 1 if exact else 2),
            (one.read_attachment(parts[-1].id, ticket_id=number), 2),
            (one.save_attachment(parts[-1].id, tmp_path / "a"), 1 if exact else 2),
            (one.get_queue("General"), 1), (one.get_queues(), 2),
            (one.edit_ticket(number, subject="other", due=datetime(2031, 1, 1, tzinfo=UTC)), 3),
            (one.edit_ticket(number, subject="again", read_back=False), 1),
            (one.edit_ticket(number, custom_fields={"Tags": ["a", "b"]}), 3),
            (one.edit_links(number, add={"members": [ids["plain"]]}), 3),
            (one.comment(number, "text"), 1), (one.comment(number, "text", status="open"), 3),
            (one.reply(number, "text"), 1), (one.add_time(number, 5), 1),
            (one.take_ticket(number), 3), (one.create_ticket("General", subject="x"), 2),
            (one.merge_ticket(live.ticket(), number), 3), (one.delete_ticket(number), 3)):
        assert live.costs(operation)[1] == count, [each.line for each in live.asked[-4:]]


@pytest.mark.parametrize("name", NAMES)
def test_files_keep_their_names_and_their_bytes(name: str, lives: Lives, tmp_path: Path) -> None:
    live = lives(name, "alice")
    one = live.operations
    names = ['a, "b" c.txt', "  edges ", "漢字 🎉.png", "it's", "q{x}", "=?UTF-8?Q?=41?=",
             "Übersicht; a=b.txt", 'naïve "x", y', "tab\t.txt", "100%20.txt"]
    contents = [b"", b"\n\n\n", b"text\n", b"no end", b"\r\n\r\n", bytes(range(256)) + b"\n\n",
                b"# Attachment 1 does not exist.\n\n\n", b"RT/5.0.3 200 Ok\n\nx\n", b"0",
                "Grüße\n\n".encode("cp1252")]
    files = [NewAttachment(file, content, "application/octet-stream" if place % 2 else
                           "text/plain; charset=" + ("windows-1252" if place == 9 else "utf-8"))
             for place, (file, content) in enumerate(zip(names, contents))]
    number = live.ticket(content="with files")
    live.run(one.comment(number, "all of them", attachments=files))
    listed = {part.filename: part for part in live.run(one.get_attachments(number))
              if part.filename}
    assert set(listed) == set(names)
    for file in files:
        part = listed[file.filename]
        if file.content == b"0" and file.content_type != "text/plain":
            continue  # RT has no word for it but the one for nothing
        assert live.run(one.read_attachment(part.id)) == file.content, file.filename
        target = tmp_path / "saved"
        assert isinstance(file.content, bytes)
        assert live.run(one.save_attachment(part.id, target)) == len(file.content)
        assert target.read_bytes() == file.content
    with pytest.raises(UsageError):
        live.run(one.comment(number, "x", attachments=[NewAttachment('"all"', b"x")]))
    plain = [file for file in files if file.filename in ("漢字 🎉.png", "it's", "100%20.txt")]
    number = live.ticket(content="made with files", attachments=plain)
    assert [part.filename for part in live.run(one.get_attachments(number)) if part.filename] == [
        file.filename for file in plain]


TEXTS = ["    all\n    indented\n", "--\n# x\nSubject: y\nRT/3.8.2 200 Ok\n\n>> z",
         "trailing \n\n\n", "\u2028line\u0085end\x0bvt", "tab\n\tand\n\t\ttabs",
         " . ", "a\n--\n\n--\nb"]


@pytest.mark.parametrize("name", NAMES)
def test_texts_survive(name: str, lives: Lives) -> None:
    live = lives(name, "gerda")
    number = live.ticket(content=TEXTS[0])
    for text in TEXTS[1:]:
        live.run(live.operations.comment(number, text))
    page = live.run(live.operations.get_history(number))
    found = [one.content for one in page.items if one.type in ("Create", "Comment")]
    assert found == TEXTS


@pytest.mark.parametrize("user", ["gerda", "yorick"])
@pytest.mark.parametrize("name", NAMES)
def test_custom_fields_as_they_are(name: str, user: str, lives: Lives) -> None:
    live = lives(name, user)
    one, number = live.operations, lives(name, user).ticket()
    values = {"Single": "  lead, trail  ", "Tags": ["a", "b, c", "it's", 'say "x"', "q{y}", "z\\"],
              "Impact Notes": "a\n\n  b\n", "Window Start": "2031-07-15 22:30:00",
              "Due Date": "2031-02-03", "Vendor: Ref": ": http://x/?a=b: c", "R&D": "<&>",
              "{Braced}": "{}", "Brace} name": "}{", "größe": "grün", "severity": "High"}
    done = live.run(one.edit_ticket(number, custom_fields=values))
    assert not done.refused and not done.altered and not done.unverified
    assert len(done.changed) == len(values)
    assert live.run(one.edit_ticket(number, custom_fields=values)).changed == ()
    stored = live.run(one.get_ticket(number)).custom_fields
    assert sorted(stored["Tags"]) == sorted(values["Tags"])
    assert stored["Größe"] == ("grün",) and stored["Severity"] == ("High",)
    assert stored["Window Start"] == ("2031-07-15 22:30:00",)
    done = live.run(one.edit_ticket(number, custom_fields={each: None for each in values}))
    assert len(done.changed) == len(values)
    for bad in ({"Tags": ["two\nlines"]}, {"Single": ["a", "b"]}, {"Window Start": "tomorrow"}):
        with pytest.raises(UsageError):
            live.run(one.edit_ticket(number, custom_fields=bad))
    with pytest.raises(InvalidValue):
        live.run(one.edit_ticket(number, custom_fields={"OnlySecond": "x"}))


@pytest.mark.parametrize("name, user", [(name, "yorick") for name in NAMES] + [
    (name, "gerda") for name in (NAMES[0], "5.0.3-newyork")])
def test_dates_go_and_come(name: str, user: str, lives: Lives) -> None:
    live = lives(name, user)
    one, number = live.operations, lives(name, user).ticket()
    moments = [datetime(2031, 1, 15, 23, 30, 5, tzinfo=UTC),
               datetime(2031, 7, 15, 0, 45, tzinfo=UTC),
               # RT misreads what is written on the day of a change (see `zones`)
               datetime(2024, 3, 10, 7, 0, tzinfo=UTC),
               datetime(2024, 3, 10, 6, 59, 59, tzinfo=UTC),
               datetime(2024, 11, 3, 7, 30, tzinfo=UTC),
               datetime(2026, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=9)))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for moment in moments:
            done = live.run(one.edit_ticket(number, due=moment, told=moment))
            assert done.changed == ("due", "told")
        ticket = live.run(one.get_ticket(number))
    assert ticket.due == ticket.told == moments[-1] and ticket.times_exact
    done = live.run(one.edit_ticket(number, due=None, told=None, starts=None))
    assert (done.changed, done.unchanged) == (("due", "told"), ("starts",))


def test_the_repeated_hour_is_refused_before_sending(lives: Lives) -> None:
    live = lives(NAMES[-1], "yorick")
    number = live.ticket()
    asked = len(live.asked)
    with pytest.raises(Unsupported):
        live.run(live.operations.edit_ticket(number, read_back=False, due=datetime(
            2024, 11, 3, 5, 30, tzinfo=UTC)))
    assert all(each.effect == "read" for each in live.asked[asked:])


@pytest.mark.parametrize("name", NAMES)
def test_a_complete_list_of_watchers(name: str, lives: Lives) -> None:
    live = lives(name, "alice")
    one, ids = live.operations, live.server.ids
    number = live.ticket(requestors=["alice@example.org", "two@example.net"], cc=["gerda"])
    ticket = live.run(one.get_ticket(number))
    assert ticket.requestors == (Watcher("alice@example.org"), Watcher("two@example.net"))
    assert ticket.cc == (Watcher("gerda@example.org"),)
    done = live.run(one.edit_ticket(number, complete_watchers=True, admin_cc=[
        Watcher(None, id=ids["groups"]["watchers-group"], kind="group")],
        cc=["Yorick@example.org", "alice"], requestors=[]))
    assert set(done.changed) == {"cc", "requestors"} and done.unverified == ("admin_cc",)
    ticket = live.run(one.get_ticket(number))
    assert ticket.admin_cc == (Watcher("member-one@example.org"),
                               Watcher("member-two@example.org"))
    assert ticket.requestors == ()


@pytest.mark.parametrize("name", NAMES)
def test_long_lists_of_links(name: str, lives: Lives) -> None:
    live = lives(name, "gerda")
    one, number = live.operations, lives(name, "gerda").ticket()
    urls = [f"https://example.com/{'long' * 10}/{place}?a=b&c={place}" for place in range(9)]
    ends = [live.server.ids["tickets"][each] for each in ("plain", "fields", "watched")]
    done = live.run(one.edit_links(number, add={"refers_to": [*urls, *ends],
                                                "depends_on": ends[:1]}))
    assert set(done.changed) == {"refers_to", "depends_on"}
    links = live.run(one.get_links(number))
    assert set(links.refers_to) == {Link("url", url=url) for url in urls} | {
        Link("ticket", end) for end in ends}
    live.run(one.edit_links(number, remove={"refers_to": urls[1:], "depends_on": ends}))
    links = live.run(one.get_links(number))
    assert set(links.refers_to) == {Link("url", url=urls[0]), *(Link("ticket", e) for e in ends)}
    assert links.depends_on == ()
