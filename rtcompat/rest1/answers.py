"""Answers of REST 1.0 -> envelopes or errors.

RT says HTTP 200 to nearly everything and refuses inside ``200 Ok``, in comment lines. Those of
the REST interface itself are fixed English; sentences of RT's core (rights, statuses, owners)
come in the user's language. So: one table of fixed sentences (`SENTENCES`), then RT's own code.
"""
from __future__ import annotations

import re
from typing import Iterable, List, NamedTuple, Optional, Pattern, Tuple, Type, Union

from rtcompat.errors import (FormSyntaxError, InvalidQuery, InvalidValue, NotAuthenticated,
                             NotFound, OutcomeUnknown, PermissionDenied, ProtocolError, Refused,
                             ServerFailure)
from rtcompat.exchange import Response
from rtcompat.rest1.forms import Envelope, Form, parse, split_head

__all__ = ["EXCEPTION_TEXT", "SENTENCES", "Sentence", "check", "created_id", "listed_ids",
           "meaning", "messages_of", "read_answer", "refusal", "server_version", "signed_out",
           "was_updated", "withheld", "wrong_password"]


# -- the table --------------------------------------------------------------------------------

class Sentence(NamedTuple):
    """A sentence with which REST 1.0 refuses.

    Attributes:
        pattern: matched from its start, without the leading ``# ``.
        error: what it means.
        where: the file below ``share/html/REST/1.0`` that says it, and since when.
    """

    pattern: Pattern[str]
    error: Type[Refused]
    where: str


def _table(rows: Iterable[Tuple[str, Type[Refused], str]]) -> Tuple[Sentence, ...]:
    return tuple(Sentence(re.compile(pattern), error, where) for pattern, error, where in rows)


SENTENCES: Tuple[Sentence, ...] = _table([
    (r"(Ticket|User|Queue|Group|Attachment) .* does not exist\.$", NotFound, "Forms/*, 3.4"),
    (r"No (user|queue|group) named .* exists\.$", NotFound, "Forms/*/ns, 3.4"),
    (r"Transaction .* is not related to Ticket ", NotFound, "Forms/ticket/history, 3.6.4"),
    (r"Invalid attachment id: ", NotFound, "Forms/ticket/attachments, 3.4"),
    (r"Couldn't load ticket id: ", NotFound, "ticket/comment, ticket/link, 3.4"),
    (r"Unknown object type: ", NotFound, "dhandler, 3.4"),
    (r"You are not allowed to ", PermissionDenied, "Forms/ticket/*, 3.4"),
    (r"No permission to create tickets in the queue ", PermissionDenied,
     "RT::Ticket, 3.4; in the user's language, else Refused"),
    (r"\S+: Permission Denied$", PermissionDenied, "RT::Record, 3.4; in the user's language"),
    (r"Permission [Dd]enied$", PermissionDenied, "search/dhandler, 4.2.2; ticket/link"),
    (r"Invalid query: ", InvalidQuery, "search/ticket, 3.4"),
    (r"Invalid query specification: ", InvalidQuery, "search/dhandler, 4.2.2, under 200"),
    (r"Invalid operator specification: ", InvalidQuery, "search/dhandler, 4.2.2"),
    (r"Invalid field specification: ", InvalidValue, "dhandler, search, 3.4"),
    (r"Unknown listing format: ", InvalidValue, "search, 3.4"),
    (r"Unsupported object type\.", InvalidValue, "search/dhandler, 3.4"),
    (r"Invalid object specification: ", InvalidValue, "dhandler, 3.4"),
    (r"Invalid object ID", InvalidValue, "dhandler, 3.4"),
    (r"Objects of type .* must be specified by numeric id\.", InvalidValue, "dhandler, 3.4"),
    (r"No objects specified\.", InvalidValue, "dhandler, 3.4"),
    (r"No object ID specified\.", InvalidValue, "dhandler, 3.4"),
    (r"You may submit only one form to this object\.", InvalidValue, "dhandler, 3.4"),
    (r"Please resubmit with errors corrected\.", InvalidValue, "dhandler, 3.4"),
    (r"Syntax error\.", InvalidValue, "dhandler, 3.4"),
    (r"Invalid custom field name \(", InvalidValue, "Forms/ticket/default, 3.6; created anyway"),
    (r".*: Unknown (custom )?field\.?( |:|$)", InvalidValue, "Forms/*/default, 3.4"),
    (r".*: Unknown field: ", InvalidValue, "Forms/ticket/links, 3.4"),
    (r".* may have only one value\.", InvalidValue, "Forms/*/default, 3.4"),
    (r"Invalid action: ", InvalidValue, "Forms/ticket/comment, take, 3.6"),
    (r"Empty comment with no attachments submitted\.", InvalidValue, "Forms/ticket/comment, 3.6"),
    (r"Empty form submitted\.", InvalidValue, "ticket/comment, 3.4"),
    (r"The submitted form and URL specify different tickets\.", InvalidValue,
     "ticket/comment, 3.4"),
    (r"Different ids in URL ", InvalidValue, "ticket/link, ticket/merge, 3.4"),
    (r"Invalid ticket id: ", InvalidValue, "ticket/comment, ticket/link, 3.4"),
    (r"Invalid link: ", InvalidValue, "ticket/link, 3.4"),
    (r"Link not found", NotFound, "RT::Ticket by ticket/link, 3.4; in the user's language"),
    (r"No attachment for ", InvalidValue, "Forms/ticket/comment, 3.6; default, 4.0.14"),
    (r"Could not complete the merge\.", InvalidValue, "Forms/ticket/merge, 3.6"),
    (r"Cannot modify Queue CF definitions via REST", InvalidValue,
     "Forms/queue/*customfields, 3.8.2"),
    (r"Please set the queue name\.", InvalidValue, "Forms/queue/default, 3.4"),
    (r"Could not create (ticket|user|queue|group)\.", Refused, "Forms/*/default, 3.4"),
])

#: A reason says more than the line above it, which only says that nothing was done.
_UNSPECIFIC = (Refused,)

#: RT's codes where the sentence is in the user's language.
_BY_CODE = {400: InvalidValue, 401: NotAuthenticated, 403: PermissionDenied, 404: NotFound,
            409: InvalidValue}


# -- whole answers ----------------------------------------------------------------------------

def read_answer(response: Response, *, plain: Optional[bool] = None) -> Tuple[Envelope, ...]:
    """The envelopes of an answer; ``()`` for RT's empty body ("nothing to say").

    What stands inside the envelopes is not judged: see `refusal` and `check`.

    Args:
        response: a whole answer; its request's path says how to read it.
        plain: True to leave the body unparsed, False to parse it; None decides by the path
            and the ``format`` asked for.

    Raises:
        NotAuthenticated: a 401, in RT's envelope or by HTTP.
        PermissionDenied: the redirect to SelfService, which is where RT sends users that are
            not privileged from every REST 1.0 address (3.4: SelfService's page itself).
        ServerFailure: exception text or an empty 5xx in answer to a read.
        OutcomeUnknown: the same, or a proxy's 5xx page, in answer to a write.
        ProtocolError: anything else that is not REST 1.0: other redirects, pages, proxies.
        FormSyntaxError: REST 1.0, but broken; never raised for a write.
    """
    _check_http(response)
    if not response.content:
        return ()
    if not response.content.startswith(b"RT/"):
        raise _foreign(response)
    path = response.request.path
    listing = _wants_plain(response) if plain is None else plain
    problems: Optional[List[FormSyntaxError]] = None
    if response.request.effect != "read":
        problems = []  # the change is done by now: whatever can be read is worth more
    envelopes = parse(response.content, source=response.request.line, plain=listing,
                      search="/search/" in "/" + path, names=path.endswith("customfields"),
                      declared=_charset(response), problems=problems)
    if envelopes and envelopes[0].code == 401:
        raise _not_authenticated(response, envelopes[0])
    return envelopes


def check(response: Response, *, plain: Optional[bool] = None) -> Tuple[Envelope, ...]:
    """`read_answer`, and a refusal raised. For reads of one thing.

    Answers about several objects (``show`` with a list) are not judged as a whole unless RT's
    code says so: ask `refusal` of each form.

    Raises:
        Refused: what `refusal` finds, besides what `read_answer` raises.
    """
    envelopes = read_answer(response, plain=plain)
    for envelope in envelopes:
        error = refusal(envelope, response)
        if error is not None:
            raise error
    return envelopes


def refusal(answer: Union[Envelope, Form], response: Response) -> Optional[Refused]:
    """The error that an envelope or a form says, or None if it says none.

    An envelope of several forms under a code below 400 is never a refusal, as each form may
    answer for an object of its own.
    """
    code = answer.code if isinstance(answer, Envelope) else None
    lines = messages_of(answer)
    several = isinstance(answer, Envelope) and len(answer.forms) > 1
    if several and (code is None or code < 400):
        return None
    error: Optional[Type[Refused]] = None
    for line in lines:
        found = meaning(line)
        if found is not None and (error is None or error in _UNSPECIFIC):
            error = found
    if error is None and code is not None and code >= 400:
        error = _BY_CODE.get(code, Refused)
    if error is None:
        return None
    what = lines[0] if lines else "refused without a word"
    if error is InvalidQuery:
        what = "RT could not read the query"
    return error(what, messages=lines, code=code,
                 server=response.server, request=response.request.line)


def meaning(line: str) -> Optional[Type[Refused]]:
    """The error that a sentence (without ``# ``) means by the table, or None."""
    for sentence in SENTENCES:
        if sentence.pattern.match(line):
            return sentence.error
    return None


def messages_of(answer: Union[Envelope, Form]) -> Tuple[str, ...]:
    """RT's sentences: comment lines without ``# ``; of an answer without forms, its lines."""
    if isinstance(answer, Envelope):
        if not answer.forms:
            # A query's refusal ends in RT's stack, with file names, up to 6.0.
            said = _STACK.split(answer.body, maxsplit=1)[0]
            return tuple(line for line in said.split("\n") if line.strip())
        return tuple(line for form in answer.forms for line in messages_of(form))
    return tuple(line[2:] if line.startswith("# ") else line.lstrip("#")
                 for line in answer.comment if line.strip())


_STACK = re.compile(r"\n+(?:Stack:|Trace begun at ).*", re.DOTALL)


# -- success ----------------------------------------------------------------------------------

_CREATED = re.compile(r"(Ticket|User|Queue|Group) (\d{1,18}) created\.$")
_UPDATED = re.compile(r"(?:(Ticket|User|Queue|Group) .* updated\.|Links for ticket \d+ updated\.)$")


def created_id(envelopes: Iterable[Envelope], kind: str) -> Optional[int]:
    """The number in ``# Ticket 36 created.``, or None.

    Args:
        kind: ``Ticket``, ``User``, ``Queue`` or ``Group``.

    It may stand among failures: a user is created in spite of an unknown key, up to 4.0.6 a
    ticket too, each under 409.
    """
    for line in _all_messages(envelopes):
        match = _CREATED.match(line)
        if match is not None and match.group(1) == kind:
            return int(match.group(2))
    return None


def listed_ids(answer_text: str, kind: str) -> List[int]:
    """The numbers in what a search lists by ``format=i``: ``ticket/36``, in RT's order."""
    return [int(one) for one in re.findall(rf"^{kind}/([0-9]{{1,18}})$", answer_text,
                                           re.MULTILINE)]


def was_updated(envelopes: Iterable[Envelope]) -> bool:
    """True if RT says that it updated something.

    That is no proof of a change: up to 4.0.13 it is said of every edit whose last key did not
    fail, later whenever any key was processed, ``id`` included.
    """
    return any(_UPDATED.match(line) for line in _all_messages(envelopes))


def _all_messages(envelopes: Iterable[Envelope]) -> List[str]:
    return [line for envelope in envelopes for form in envelope.forms
            for line in messages_of(form)]


def withheld(form: Form) -> bool:
    """True for the form of empty values that RT gives to who may not see the object.

    Under ``200 Ok``: queues and groups by number, attachments, transactions. What can be seen
    always has a creator or a date, or something to tell of itself. Echoes are not judged.
    """
    keys = {key.lower() for key in form.keys()}
    if keys.issuperset(["creator", "created"]):
        return not form.get("creator") and not form.get("created")
    return "name" in keys and not any(field.value for field in form.fields
                                      if field.key.lower() != "id")


# -- before and around the envelopes ----------------------------------------------------------

def signed_out(response: Response) -> bool:
    """True if RT answered that it does not know who asks: nothing was done."""
    head = split_head(response.content[:1000])
    return head is not None and head[0].code == 401


def wrong_password(response: Response) -> bool:
    """True if credentials were sent and refused, rather than a session having expired."""
    head = split_head(response.content[:1000])
    return head is not None and head[0].code == 401 and bool(head[1].strip())


def server_version(response: Response) -> Optional[str]:
    """The version in the status line, as printed; None if there is no status line."""
    head = split_head(response.content[:1000])
    return None if head is None else head[0].version


def _charset(response: Response) -> Optional[str]:
    match = re.search(r"charset=\"?([^\s;\"]+)", response.headers.get("content-type", ""))
    return None if match is None or match.group(1).lower() == "utf-8" else match.group(1)


_PLAIN_PATHS = re.compile(r"(?:.*/)?(?:ticket/(?:link|comment|merge)(?:/\d+)?|logout"
                          r"|attachments?/\d+/content|NoAuth/.*)/?\Z")


def _wants_plain(response: Response) -> bool:
    request = response.request
    if _PLAIN_PATHS.match(request.path):
        return True
    if "/search/" not in "/" + request.path:
        return False
    asked = dict(request.query + (request.form or ()))
    return asked.get("format", "l" if "fields" in asked else "s") != "l"


def _not_authenticated(response: Response, envelope: Envelope) -> NotAuthenticated:
    said = tuple(line for line in envelope.body.split("\n") if line.strip())
    what = "RT did not accept user and password" if said else "RT does not know who asks"
    return NotAuthenticated(what, messages=said, code=401, server=response.server,
                            request=response.request.line)


def _check_http(response: Response) -> None:
    """Raise for what HTTP itself says; RT's own answers are 200."""
    status, request = response.status, response.request
    if 200 <= status < 300:
        return
    where = response.headers.get("location", "")
    if 300 <= status < 400 and "/SelfService" in where:
        raise _self_service(response, f"redirects to {_without_query(where)}")
    if status == 401:
        raise NotAuthenticated("the web server asks for a login of its own", code=401,
                               server=response.server, request=request.line)
    if status >= 500 and request.effect != "read":
        raise OutcomeUnknown(f"HTTP {status} in answer to a change", server=response.server,
                             request=request.line)
    if status >= 500 and not response.content.strip():
        raise ServerFailure(f"HTTP {status} and an empty body", code=status,
                            server=response.server, request=request.line)
    what = f"HTTP {status}, not REST 1.0"
    if where:
        what += f": redirects to {_without_query(where)}"
    raise ProtocolError(what, status=status, body=_beginning(response), server=response.server,
                        request=request.line)


def _without_query(address: str) -> str:
    return re.split(r"[?#]", address, maxsplit=1)[0]


def _self_service(response: Response, how: str) -> PermissionDenied:
    return PermissionDenied(
        f"RT {how}: this user is not privileged, and REST 1.0 is for privileged users only",
        server=response.server, request=response.request.line, code=302,
        advice="use REST2, or make the user privileged")


EXCEPTION_TEXT = re.compile(r"\nStack:\s*\n|\nTrace begun at | at \S+ line \d+\.?\s*(\n|$)")
_TITLE = re.compile(r"<title>\s*([^<]{0,200})", re.IGNORECASE)


def _foreign(response: Response) -> Exception:
    """The error for a 2xx body that does not begin with a status line."""
    text = _beginning(response)
    server, line = response.server, response.request.line
    html = text.lstrip()[:1] == "<" or "html" in response.headers.get("content-type", "")
    if html:
        return _page(response, text)
    if response.request.effect != "read":
        return OutcomeUnknown("RT failed while changing something", server=server, request=line,
                              messages=(text.strip().split("\n")[0][:300],))
    if EXCEPTION_TEXT.search(text):
        first = text.strip().split("\n")[0][:300]
        return ServerFailure("RT failed with an exception", messages=(first,), server=server,
                             request=line)
    return ProtocolError("not REST 1.0", status=response.status, body=text, server=server,
                         request=line)


def _page(response: Response, text: str) -> Exception:
    title = _TITLE.search(text)
    called = f" called {' '.join(title.group(1).split())!r}" if title else ""
    if "SelfService" in text:  # 3.4 shows the page instead of redirecting to it
        return _self_service(response, "answers with SelfService's page")
    advice = None
    if "ross-site request forgery" in text:
        advice = "this session was begun in the web interface: log in over REST"
    elif "NoAuth/Login" in text or 'name="pass"' in text:
        advice = "the address shows a login page: is REST open there without one?"
    return ProtocolError(f"a web page{called}, not REST 1.0", status=response.status, body=text,
                         server=response.server, request=response.request.line, advice=advice)


def _beginning(response: Response) -> str:
    return response.content[:2000].decode("utf-8", "replace")
