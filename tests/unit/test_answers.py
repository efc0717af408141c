"""Answers of REST 1.0 -> results and errors."""
from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Set, Tuple, Type

import pytest

from rtcompat.errors import (FormSyntaxError, InvalidQuery, InvalidValue, NotAuthenticated,
                             NotFound, OutcomeUnknown, PermissionDenied, ProtocolError, Refused,
                             RTError, ServerFailure)
from rtcompat.exchange import Effect, Request, Response
from rtcompat.rest1 import answers
from rtcompat.rest1.answers import (check, created_id, meaning, messages_of, read_answer, refusal,
                                    server_version, signed_out, was_updated, withheld,
                                    wrong_password)
from rtcompat.rest1.forms import parse
from tests.recorded import recorded

SERVER = "https://rt.example.org"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def answer(content: bytes, *, path: str = "ticket/1/show", status: int = 200,
           headers: Optional[Dict[str, str]] = None, effect: Effect = "read",
           query: Tuple[Tuple[str, str], ...] = ()) -> Response:
    request = Request("GET" if effect == "read" else "POST", "REST/1.0/" + path, query,
                      effect=effect)
    return Response(status, headers or {"content-type": "text/plain; charset=utf-8"}, content,
                    request, SERVER)


def rt(body: str, status: str = "200 Ok", **more: Any) -> Response:
    return answer(f"RT/4.4.6 {status}\n\n{body}".encode(), **more)


# -- refusals ---------------------------------------------------------------------------------

@dataclass(frozen=True)
class Refusal:
    """An answer that refuses, its error and RT's sentences."""

    status: str
    body: str
    error: Type[Refused]
    path: str = "ticket/1/show"


REFUSALS = [
    Refusal("200 Ok", "# Ticket 99999 does not exist.\n\n\n", NotFound),
    Refusal("400 Bad Request", "# Ticket 99999 does not exist.\n\n\n", NotFound, "ticket/1/edit"),
    Refusal("200 Ok", "# No user named nosuch exists.\n\nid: user/nosuch\n\n", NotFound,
            "user/nosuch"),
    Refusal("200 Ok", "# Transaction 5 is not related to Ticket 1\n\n\n", NotFound,
            "ticket/1/history/id/5"),
    Refusal("200 Ok", "# Invalid attachment id: 9\n\n\n", NotFound, "ticket/1/attachments/9"),
    Refusal("404 Ticket not found", "Couldn't load ticket id: '9'.\n", NotFound, "ticket/link"),
    Refusal("200 Ok", "# You are not allowed to display ticket 1.\n\n\n", PermissionDenied),
    Refusal("400 Bad Request", "# You are not allowed to Comment on ticket 1.\n\n\n",
            PermissionDenied, "ticket/1/comment"),
    Refusal("200 Ok", "# Could not create ticket.\n# No permission to create tickets in the queue "
            "'General'\n\n", PermissionDenied, "ticket/new"),
    Refusal("409 Syntax Error", "# RealName: Permission Denied\n\nid: \nRealName: x\n\n",
            PermissionDenied, "user/1/edit"),
    Refusal("403 Forbidden", "Permission denied\n", PermissionDenied, "search/user"),
    Refusal("500 Error", "Permission Denied\n", PermissionDenied, "ticket/link"),
    Refusal("400 Bad request", "Invalid query: 'Wrong query, no such column 'x''.\n", InvalidQuery,
            "search/ticket"),
    Refusal("200 Ok", "Invalid query specification: Name =\n\n\n", InvalidQuery, "search/user"),
    Refusal("400 Bad Request", "Invalid field specification: X Y\n", InvalidValue),
    Refusal("409 Syntax Error", "# Syntax error.\n\nQueue: a\n>> # b\n\n", InvalidValue,
            "ticket/new"),
    Refusal("409 Syntax Error", "# Please resubmit with errors corrected.\n\n--\n\n"
            "# No object ID specified.\n\nSubject: a\n\n", InvalidValue, "edit"),
    Refusal("409 Syntax Error", "# status: Der Status 'x' ist ungültig.\n\nid: \nStatus: x\n\n",
            InvalidValue, "ticket/1/edit"),
    Refusal("400 Bad Request", "# Das Ticket gehört Ihnen bereits\n\n\n", InvalidValue,
            "ticket/1/take"),
    Refusal("500 Error", "Verknüpfung konnte nicht angelegt werden\n", Refused, "ticket/link"),
    Refusal("200 Ok", "# Could not create ticket.\n# Anfrage konnte nicht erstellt werden.\n\n",
            Refused, "ticket/new"),
    Refusal("400 Bad Request", "# Could not create user.\n\n\n", Refused, "user/new"),
    Refusal("200 Ok", "# Could not complete the merge.\n\n\n", InvalidValue, "ticket/1/merge/1"),
    Refusal("200 Ok", "# No attachment for a.txt\n\n", InvalidValue, "ticket/new"),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.body[:40].strip())
def test_refusals_are_recognised(case: Refusal) -> None:
    response = rt(case.body, case.status, path=case.path)
    with pytest.raises(Refused) as caught:
        check(response)
    error = caught.value
    assert type(error) is case.error
    assert error.code == int(case.status[:3])
    assert error.server == SERVER and error.request == f"GET REST/1.0/{case.path}"
    assert error.messages and all(message[0] != "#" for message in error.messages)
    assert error.messages[0] in str(error)
    assert pickle.loads(pickle.dumps(error)).messages == error.messages


@pytest.mark.parametrize("body", [
    "# Ticket 36 created.\n\n", "# Ticket 36 updated.\n\n", "# Merge completed.\n\n\n",
    "# 2/2 (/total)\n\n12: Ticket created\n\n", "# Comments added\n\n", "# 0/0 (/total)\n\n\n",
    "# Owner changed from Nobody to root\n\n", "id: ticket/1\nSubject: does not exist.\n\n",
    "id: ticket/1\nSubject: # Invalid query: x\n\n", "# Links for ticket 1 updated.\n\n",
    "No matching results.\n\n\n", "# Required: id, Queue\n\nid: ticket/new\n\n"])
def test_successes_are_not_refusals(body: str) -> None:
    (envelope,) = check(rt(body))
    assert refusal(envelope, rt(body)) is None


def test_answers_on_several_objects_are_judged_one_by_one() -> None:
    response = rt("id: ticket/1\n\n--\n\n# Ticket 9 does not exist.\n\n\n--\n\nid: ticket/2\n\n",
                  path="show")
    (envelope,) = check(response)
    errors = [refusal(form, response) for form in envelope.forms]
    assert [type(error) for error in errors] == [type(None), NotFound, type(None)]


def test_every_sentence_is_known_by_a_recording() -> None:
    said: Set[str] = set()
    for each in recorded(FIXTURES):
        if each.content.startswith(b"RT/"):
            plain = each.path.rstrip("/").endswith("/content")
            for envelope in parse(each.content, plain=plain, problems=[]):
                said.update(messages_of(envelope))
    unheard = {sentence.pattern.pattern for sentence in answers.SENTENCES
               if not any(sentence.pattern.match(line) for line in said)}
    assert unheard == ONLY_IN_THE_SOURCE


#: Said under mod_perl only, or by requests that nobody recorded.
ONLY_IN_THE_SOURCE = {r"Empty form submitted\.",
                      r"The submitted form and URL specify different tickets\.",
                      r"Please set the queue name\."}


@pytest.mark.parametrize("line, error", [
    ("Ticket 7 does not exist.", NotFound), ("Ticket 7 does not exist. Really", None),
    ("x: Unknown field.", InvalidValue), ("x: Unknown field", InvalidValue),
    ("DependsOn: Unknown field: x", InvalidValue), ("fs: Unknown custom field.", InvalidValue),
    ("Permission Denied", PermissionDenied), ("Recherche: Permission Denied", PermissionDenied),
    ("Ticket created", None), ("", None)])
def test_sentences(line: str, error: Optional[Type[Refused]]) -> None:
    assert meaning(line) is error


def test_messages() -> None:
    (envelope,) = parse(b"RT/4.4.6 409 Syntax Error\n\n# a: Zeile\nweiter\n#b\n\nid: \n\n")
    assert messages_of(envelope) == ("a: Zeile", "weiter", "b")
    (envelope,) = parse(b"RT/4.4.6 400 Bad Request\n\nNo objects specified.\n\n")
    assert messages_of(envelope) == ("No objects specified.",)


# -- successes --------------------------------------------------------------------------------

def test_created() -> None:
    body = b"# Invalid custom field name (Nope)\n# Ticket 114 created.\n\n"
    envelopes = parse(b"RT/4.4.6 200 Ok\n\n" + body)
    assert created_id(envelopes, "Ticket") == 114 and created_id(envelopes, "User") is None
    partly = parse(b"RT/4.0.5 409 Syntax Error\n\n# User 471 created.\n# bogus: Unknown field.\n\n"
                   b"id: user/new\nBogus: 1\n\n")
    assert created_id(partly, "User") == 471
    no_comment = parse(b"RT/4.4.6 200 Ok\n\nSubject: # Ticket 9 created.\n\n")
    assert created_id(no_comment, "Ticket") is None and created_id((), "Ticket") is None


@pytest.mark.parametrize("body, updated", [
    ("# Ticket 1 updated.\n\n", True), ("# User root updated.\n\n", True),
    ("# Links for ticket 1 updated.\n\n", True), ("# Ticket 1 created.\n\n", False),
    ("# nope: Unknown custom field.\n# Ticket 80 updated.\n\nid: \n\n", True),
    ("# Comments added\n\n", False)])
def test_updated(body: str, updated: bool) -> None:
    assert was_updated(parse(f"RT/4.4.6 200 Ok\n\n{body}".encode())) is updated


@pytest.mark.parametrize("body, expected", [
    ("id: queue/1\nName: \nDescription: \nDisabled: \n\n", True),
    ("id: queue/1\nName: General\nDescription: \n\n", False),
    ("id: group/3\nName: \nDescription: Pseudogroup\n\n", False),  # 4.0: no name, but seen
    ("id: 309\nSubject: \nCreator: \nCreated: \nTransaction: 833\nContent: \n\n", True),
    ("id: 309\nSubject: \nCreator: 14\nCreated: 2026-11-21 20:25:07\nTransaction: 833\n\n", False),
    ("id: 465\nDescription: Permission Denied\nCreator: \nCreated: \nAttachments: \n\n", True),
    ("id: ticket/1\nSubject: \n\n", False), ("id: user/1\nPassword: ********\nName: a\n\n", False),
])
def test_withheld_objects(body: str, expected: bool) -> None:
    (envelope,) = parse(f"RT/4.4.6 200 Ok\n\n{body}".encode())
    assert withheld(envelope.forms[0]) is expected


# -- who asks ---------------------------------------------------------------------------------

BARE = b"RT/5.0.3 401 Credentials required\n"
WRONG = BARE + b"\nYour username or password is incorrect\n"


@pytest.mark.parametrize("content, messages", [
    (BARE, ()), (WRONG, ("Your username or password is incorrect",)),
    (BARE + "\nIhr Benutzername oder Kennwort ist nicht korrekt\n".encode("latin-1"),
     ("Ihr Benutzername oder Kennwort ist nicht korrekt",))])
def test_signed_out(content: bytes, messages: Tuple[str, ...]) -> None:
    for effect in ("read", "write", "write-once"):
        response = answer(content, effect=effect)
        with pytest.raises(NotAuthenticated) as caught:
            read_answer(response)
        assert caught.value.messages == messages and caught.value.code == 401
        assert signed_out(response) and wrong_password(response) is bool(messages)


def test_signed_in() -> None:
    response = rt("id: ticket/1\nSubject: RT/4 401 x\n\n")
    assert not signed_out(response) and not wrong_password(response)
    assert server_version(response) == "4.4.6"
    for content in (b"", b"<html>", b"x RT/4.4.6 401 Credentials required\n"):
        assert not signed_out(answer(content)) and server_version(answer(content)) is None


@pytest.mark.parametrize("where", ["https://rt.example.org/SelfService/", "/rt/SelfService/?a=b",
                                   "/SelfService/index.html"])
def test_unprivileged_users_are_told_why(where: str) -> None:
    with pytest.raises(PermissionDenied) as caught:
        read_answer(answer(b"", status=302, headers={"location": where}))
    assert "SelfService" in str(caught.value) and "privileged" in str(caught.value)
    assert caught.value.advice is not None and "REST2" in caught.value.advice


def test_3_4_shows_the_page_instead() -> None:
    page = b"<html><head><title>Open tickets</title></head><a href='/SelfService/'></a></html>"
    with pytest.raises(PermissionDenied):
        read_answer(answer(page, headers={"content-type": "text/html"}))


# -- what is not REST 1.0 ---------------------------------------------------------------------

EXCEPTION = (b"no value sent for required parameter 'query'\nStack:\n"
             b"  [/usr/share/request-tracker5/html/REST/1.0/autohandler:55]\n")
LOGIN = b'<html><title> Login </title><form action="/NoAuth/Login.html"><input name="pass">'
CSRF = b"<html><title>Possible cross-site request forgery</title>"


@dataclass(frozen=True)
class Strange:
    """An answer that is no envelope: what it is to a read and to a write."""

    name: str
    content: bytes
    read: Type[RTError]
    write: Type[RTError]
    status: int = 200
    content_type: str = "text/plain; charset=utf-8"
    words: str = ""


STRANGE = [
    Strange("exception", EXCEPTION, ServerFailure, OutcomeUnknown, words="parameter 'query'"),
    Strange("exception, no stack", b"Can't call method \"Id\" at /x/ns line 58.\n", ServerFailure,
            OutcomeUnknown, words="Can't call method"),
    Strange("empty 500", b"", ServerFailure, OutcomeUnknown, 500),
    Strange("proxy", b"<html><title>502 Bad Gateway</title>", ProtocolError, OutcomeUnknown, 502,
            "text/html", "502"),
    Strange("proxy, closed", b"<html><title>403 Forbidden</title>", ProtocolError, ProtocolError,
            403, "text/html", "403"),
    Strange("not found", b"<html><title>404</title>", ProtocolError, ProtocolError, 404,
            "text/html"),
    Strange("login page", LOGIN, ProtocolError, ProtocolError, 200, "text/html", "login page"),
    Strange("forgery page", CSRF, ProtocolError, ProtocolError, 200, "text/html",
            "log in over REST"),
    Strange("other page", b"<!DOCTYPE html><title>It works!</title>", ProtocolError,
            ProtocolError, 200, "text/html", "It works!"),
    Strange("words", b"hello\n", ProtocolError, OutcomeUnknown),
    Strange("HTTP's own 401", b"<html>", NotAuthenticated, NotAuthenticated, 401, "text/html",
            "web server"),
    Strange("redirect", b"", ProtocolError, ProtocolError, 301),
]


@pytest.mark.parametrize("case", STRANGE, ids=lambda case: case.name)
def test_what_is_no_envelope(case: Strange) -> None:
    headers = {"content-type": case.content_type}
    if case.status == 301:
        headers["location"] = "https://other.example.org/login?ticket=secret"
    outcomes: Tuple[Tuple[Effect, Type[RTError]], ...] = (
        ("read", case.read), ("write", case.write), ("write-once", case.write))
    for effect, wanted in outcomes:
        with pytest.raises(RTError) as caught:
            read_answer(answer(case.content, status=case.status, headers=headers,
                               effect=effect))
        error = caught.value
        assert type(error) is wanted
        assert case.words in str(error) + " ".join(error.messages) or effect != "read"
        assert error.server == SERVER and error.request
        assert "secret" not in str(error)
        if isinstance(error, ProtocolError):
            assert error.status == case.status


def test_empty_bodies_are_nothing_to_say() -> None:
    for effect in ("read", "write", "write-once"):
        assert read_answer(answer(b"", effect=effect)) == ()
        assert check(answer(b"", effect=effect)) == ()


def test_broken_answers_to_writes_are_read_as_far_as_they_go() -> None:
    content = b"RT/4.4.6 200 Ok\n\n# Ticket 7 created.\n\nid: 1\njunk\n"
    envelopes = read_answer(answer(content, effect="write-once"))
    assert created_id(envelopes, "Ticket") == 7
    with pytest.raises(FormSyntaxError) as caught:
        read_answer(answer(content))
    assert caught.value.source == "GET REST/1.0/ticket/1/show"


# -- how the path decides ---------------------------------------------------------------------

LINES = b"RT/4.4.6 200 Ok\n\n36: first\nno key at all\n\n\n"


@pytest.mark.parametrize("path, query, plain", [
    ("search/ticket", (), True), ("search/ticket", (("format", "i"),), True),
    ("search/ticket", (("fields", "Subject"), ("format", "s")), True),
    ("search/ticket", (("fields", "Subject"),), False), ("search/user", (("format", "l"),), False),
    ("ticket/link", (), True), ("ticket/comment/7", (), True), ("logout", (), True),
    ("ticket/1/attachments/2/content", (), True), ("ticket/1/comment", (), False),
    ("ticket/1/links", (), False), ("ticket/merge", (), True)])
def test_lists_are_not_taken_for_forms(path: str, query: Tuple[Tuple[str, str], ...], plain: bool
                                       ) -> None:
    response = answer(LINES, path=path, query=query)
    if plain:
        assert read_answer(response)[0].body == "36: first\nno key at all\n\n\n"
    else:
        with pytest.raises(FormSyntaxError):
            read_answer(response)
    assert read_answer(response, plain=True)[0].forms == ()
    with pytest.raises(FormSyntaxError):
        read_answer(response, plain=False)


def test_searches_and_names_are_read_by_their_rules() -> None:
    content = b"RT/4.4.6 200 Ok\n\nid: ticket/1\n\nCF.{A}: a\n        b\n\n\n\n"
    (envelope,) = read_answer(answer(content, path="search/ticket", query=(("format", "l"),)))
    assert envelope.forms[0].get("CF.{A}") == "a\nb"
    content = b"RT/4.4.6 200 Ok\n\nid: queue/1\nColon: name: \n\n"
    (envelope,) = read_answer(answer(content, path="queue/1/ticketcustomfields"))
    assert envelope.forms[0].keys() == ("id", "Colon: name")


def test_every_recorded_answer_is_an_answer_or_one_of_our_errors() -> None:
    seen: Dict[str, int] = {}
    for each in recorded(FIXTURES):
        if "/REST/1.0" not in each.path or each.status is None:
            continue
        path = each.path.partition("/REST/1.0/")[2]
        request = Request(each.method, "REST/1.0/" + path, each.form)
        response = Response(each.status, each.headers, each.content, request, SERVER)
        try:
            check(response)
            outcome = "read"
        except RTError as error:
            outcome = type(error).__name__
            assert error.server == SERVER and error.request == request.line
        seen[outcome] = seen.get(outcome, 0) + 1
    assert set(seen) == {"read", "NotFound", "PermissionDenied", "NotAuthenticated",
                         "InvalidQuery", "InvalidValue", "Refused", "ServerFailure",
                         "ProtocolError"}
    assert seen["read"] > 2000
