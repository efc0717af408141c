"""Sessions and bytes on the wire, against real RTs."""
from __future__ import annotations

import io
import json
import re
from contextlib import contextmanager
from typing import Iterator, List, Optional, Sequence, Tuple
from urllib.parse import urlsplit

import pytest

from rtcompat.errors import NotAuthenticated, TLSFailed
from rtcompat.exchange import Part, Request
from rtcompat.rest1.login import MANNER as REST1
from rtcompat.rest2.login import MANNER as REST2
from rtcompat.session import Credentials, Manner, Session
from rtcompat.transport import Answer, Divert, Transport
from tests.bench.bench import Bench
from tests.bench.server import Server

pytestmark = pytest.mark.live

WITH_BOTH = ("5.0.3", "5.0.7", "sid", "5.0.3-secure", "5.0.3-tls")
MANNERS = {"rest1": REST1, "rest2": REST2}


def credentials(server: Server, user: str) -> Credentials:
    return Credentials(user, server.users[user].password)


def logins(server: Server) -> Tuple[Manner, ...]:
    return tuple(MANNERS[name] for name in ("rest1", "rest2") if name in server.protocols)


class Counting(Transport):
    """Notes the path of each request, and can lose what a proxy would strip."""

    lines: List[str]
    strips = ""

    def send(self, request: Request, *, base: str = "",
             headers: Sequence[Tuple[str, str]] = (), retries: int = 2,
             divert: Optional[Divert] = None) -> Answer:
        self.lines.append(base + request.path)
        kept = [pair for pair in headers if pair[0] != self.strips]
        return super().send(request, base=base, headers=kept, retries=retries, divert=divert)


@contextmanager
def opened(server: Server, who: Credentials, manners: Tuple[Manner, ...] = ()
           ) -> Iterator[Tuple[Session, List[str]]]:
    transport = Counting(server.url, verify=str(server.ca_file) if server.ca_file else True)
    transport.lines = []
    session = Session(transport, who, manners or logins(server))
    try:
        yield session, transport.lines
        session.logout()
    finally:
        session.close()


def own_name(session: Session, user: str) -> str:
    """Which user REST2 says that we are: only the own record shows its numeric id."""
    answer = json.loads(session.sender(REST2)(Request("GET", f"user/{user}")).content)
    return str(answer["Name"]) if "id" in answer else "somebody else"


@pytest.mark.reads
@pytest.mark.parametrize("name", WITH_BOTH)
def test_one_login_serves_both_protocols_until_logout(bench: Bench, name: str) -> None:
    server = bench.require(name)
    with opened(server, credentials(server, "alice")) as (session, lines):
        assert session.open(REST2)
        first = session.sender(REST1)(Request("GET", "user/alice"))
        assert first.content.startswith(b"RT/") and b"\nName: alice\n" in first.content
        assert own_name(session, "alice") == "alice"
        assert lines == ["REST/1.0/", "REST/1.0/user/alice", "REST/2.0/user/alice"]
        saved = session.export()
        with opened(server, credentials(server, "alice")) as (other, _):
            other.open(REST1)
        session.logout()
        transport = Transport(server.url, verify=str(server.ca_file) if server.ca_file else True)
        ended = Session(transport, Credentials(), logins(server), saved=saved)
        for manner in logins(server):
            with pytest.raises(NotAuthenticated, match="expired"):
                ended.sender(manner)(Request("GET", "user/alice"))
        ended.close()


@pytest.mark.reads
@pytest.mark.parametrize("name", ["4.4.4", "4.4.6", "5.0.3-norest2"])
def test_rest1_alone(bench: Bench, name: str) -> None:
    server = bench.require(name)
    with opened(server, credentials(server, "alice")) as (session, lines):
        session.open(REST1)
        assert b"\nid: ticket/" in session.sender(REST1)(Request("GET", "ticket/1")).content
        assert lines == ["REST/1.0/", "REST/1.0/ticket/1"]


def test_without_rest1_the_form_logs_in(bench: Bench) -> None:
    server = bench.require("5.0.3-norest1")
    with opened(server, credentials(server, "alice")) as (session, lines):
        assert session.open(REST2)
        assert own_name(session, "alice") == "alice"
        assert lines == ["NoAuth/Login.html", "REST/2.0/rt", "REST/2.0/user/alice"]


@pytest.mark.reads
@pytest.mark.parametrize("name", ["5.0.3", "sid"])
def test_a_session_that_ended_is_renewed(bench: Bench, name: str) -> None:
    server = bench.require(name)
    for manner in (REST1, REST2):
        with opened(server, credentials(server, "alice")) as (session, lines):
            session.open(manner)
            transport = Transport(server.url,
                                  verify=str(server.ca_file) if server.ca_file else True)
            other = Session(transport, Credentials("alice"), logins(server),
                            saved=session.export())
            other.logout()
            other.close()
            del lines[:]
            answer = session.sender(manner)(Request("GET", "user/alice", effect="write-once"))
            assert answer.status == 200
            path = manner.base + "user/alice"
            assert lines == [path, "REST/1.0/", path]


@pytest.mark.reads
@pytest.mark.parametrize("name", ["5.0.3", "5.0.7", "sid"])
def test_a_token_gives_a_session_over_rest1(bench: Bench, name: str) -> None:
    server = bench.require(name)
    token = Credentials(token=server.users["alice"].token)
    with opened(server, token) as (session, lines):
        assert session.open(REST2)
        assert own_name(session, "alice") == "alice"
        assert lines == ["REST/1.0/", "REST/2.0/user/alice"]
        assert len(session.export()["cookies"]) == 1
    with opened(server, token, (REST2,)) as (session, lines):
        assert not session.open(REST2)
        assert own_name(session, "alice") == "alice"
        assert session.export()["cookies"] == []


@pytest.mark.reads
@pytest.mark.parametrize("name", WITH_BOTH)
def test_an_unprivileged_users_cookie_is_good_for_rest2(bench: Bench, name: str) -> None:
    server = bench.require(name)
    with opened(server, credentials(server, "uwe")) as (session, lines):
        assert session.open(REST2) and session.unprivileged
        assert own_name(session, "uwe") == "uwe"
        redirect = session.sender(REST1)(Request("GET", "ticket/1"))
        assert redirect.status == 302
        assert urlsplit(redirect.headers["location"]).path.endswith("/SelfService/")


@pytest.mark.parametrize("name", ["4.4.6", "5.0.3", "5.0.3-norest1"])
def test_refusals(bench: Bench, name: str) -> None:
    server = bench.require(name)
    for who in (Credentials("alice", "wrong"), Credentials("nobody-here", "x"),
                Credentials(token="1-14-beef"), Credentials(), Credentials(cookie="RT_SID_x=1")):
        for manner in logins(server):
            with opened(server, who) as (session, _):
                with pytest.raises(NotAuthenticated):
                    session.open(manner)


def test_sessions_that_do_not_come_back(bench: Bench) -> None:
    """A proxy that strips cookies leaves credentials on each request, over both protocols."""
    server = bench.require("5.0.3")

    transport = Counting(server.url)
    transport.lines, transport.strips = [], "Cookie"
    session = Session(transport, credentials(server, "alice"), logins(server))
    for _ in range(2):
        assert own_name(session, "alice") == "alice"
        answer = session.sender(REST1)(Request("GET", "search/ticket",
                                               query=(("query", "id=1"), ("format", "i"))))
        assert b"\nticket/1\n" in answer.content
        assert answer.request.query == (("query", "id=1"), ("format", "i"))
    session.close()


def test_a_certificate_that_does_not_verify(bench: Bench) -> None:
    server = bench.require("5.0.3-tls")
    transport = Transport(server.url)
    with pytest.raises(TLSFailed, match="certificate"):
        transport.send(Request("POST", "REST/1.0/", effect="write-once"))
    transport.close()
    unverified = Transport(server.url, verify=False)
    with pytest.warns(Warning, match="Unverified HTTPS request"):
        answer = unverified.send(Request("GET", "REST/1.0/"))
    unverified.close()
    assert answer.response.content.startswith(b"RT/")


NAMES = ["plain.txt", "with space.txt", "it's, a list; really.txt", "Größe 日本 😀.txt",
         "100%.txt", "a%22b.txt", "&=+.txt"]


def attachments(session: Session, ticket: int, protocol: str) -> str:
    if protocol == "rest1":
        answer = session.sender(REST1)(Request("GET", f"ticket/{ticket}/attachments"))
    else:
        answer = session.sender(REST2)(Request(
            "GET", f"ticket/{ticket}/attachments",
            query=(("fields", "Filename,ContentLength"), ("per_page", "100"))))
    return answer.content.decode("utf-8")


@pytest.mark.parametrize("name", ["4.4.4", "4.4.6", "5.0.3", "sid"])
def test_rest1_takes_the_names_from_the_form_and_the_files_by_place(bench: Bench,
                                                                    name: str) -> None:
    server = bench.require(name)
    # 4.4.4 dies of a name in other letters than Latin ("Wide character"); 4.4.5 does not.
    names = [one for one in NAMES if "," not in one and (name != "4.4.4" or one.isascii())]
    with opened(server, credentials(server, "alice")) as (session, _):
        form = ("id: ticket/new\nQueue: General\nSubject: names\nText: x\nAttachment: "
                + ", ".join(names) + "\n")
        files = [io.BytesIO(b"x" * (100 + number)) for number in range(len(names))]
        created = session.sender(REST1)(Request("POST", "ticket/new", effect="write-once", parts=(
            Part("content", form.encode()),
            *(Part(f"attachment_{number}", file, filename="file")
              for number, file in enumerate(files, 1)))))
        found = re.search(rb"# Ticket (\d+) created", created.content)
        assert found is not None, created.content
        listed = attachments(session, int(found.group(1)), "rest1")
    for number, one in enumerate(names):
        assert f"{one} (text/plain / {100 + number}b)" in listed


@pytest.mark.parametrize("name", ["5.0.3", "5.0.7", "sid"])
def test_rest2_takes_the_names_of_the_parts(bench: Bench, name: str) -> None:
    server = bench.require(name)
    with opened(server, credentials(server, "alice")) as (session, _):
        parts = [Part("Attachments", io.BytesIO(b"\0" * 70), filename=one,
                      content_type="application/octet-stream") for one in NAMES]
        created = session.sender(REST2)(Request("POST", "ticket", effect="write-once", parts=(
            Part("JSON", json.dumps({"Queue": "General", "Subject": "names", "Content": "x",
                                     "ContentType": "text/plain"}).encode()), *parts)))
        assert created.status == 201, created.content
        ticket = int(json.loads(created.content)["id"])
        items = json.loads(attachments(session, ticket, "rest2"))["items"]
    assert [(item["Filename"], item["ContentLength"]) for item in items
            if item["Filename"]] == [(one, "70") for one in NAMES]
