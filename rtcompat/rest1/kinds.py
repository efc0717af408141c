"""What a saved answer of REST 1.0 is, from its bytes: one named kind each.

For files of which nothing else is known but perhaps the address that was asked; a client knows
what it asked for and needs `answers` only.
"""
from __future__ import annotations

import re
from enum import Enum
from typing import Callable, Mapping, Optional, Sequence, Tuple

from rtcompat.errors import (FormSyntaxError, InvalidQuery, InvalidValue, NotFound,
                             PermissionDenied, Refused)
from rtcompat.rest1.answers import EXCEPTION_TEXT, meaning, messages_of, withheld
from rtcompat.rest1.forms import Envelope, Form, parse, split_head

__all__ = ["Kind", "kind", "kind_of"]


class Kind(Enum):
    """The kinds of answers that RT 3.4 to 6.0 give to REST 1.0."""

    UNKNOWN = "unknown"
    # what is no envelope
    EMPTY = "empty body"
    EXCEPTION = "exception text"
    MAIL_GATEWAY = "mail gateway"
    SELF_SERVICE = "SelfService instead of REST"
    REDIRECT = "redirect"
    CSRF_PAGE = "page: possible cross-site request forgery"
    REST_SESSION_PAGE = "page: this session belongs to a REST client"
    WEB_PAGE = "web page"
    HTTP_ERROR = "HTTP error"
    # who asks
    CREDENTIALS_REQUIRED = "credentials required"
    WRONG_PASSWORD = "wrong password"
    LOGGED_OUT = "logged out"
    # what was done
    CREATED = "created"
    CREATED_IN_PART = "created, with refusals"
    UPDATED = "updated"
    MERGED = "merged"
    LINKED = "link made or deleted"
    NOTE = "note on what was done"
    NOTHING = "empty envelope"
    # what was not
    NOT_CREATED = "refused: not created"
    NOT_FOUND = "refused: not found"
    NOT_ALLOWED = "refused: not allowed"
    QUERY_REFUSED = "refused: query"
    VALUE_REFUSED = "refused: value or request"
    FIELDS_REFUSED = "refused: fields, echoed"
    SYNTAX_ERROR = "refused: syntax error, echoed"
    OTHER_REFUSED = "refused: other"
    # objects
    TICKET = "ticket"
    TICKET_TEMPLATE = "template of a ticket"
    USER = "user"
    USER_TEMPLATE = "template of a user"
    QUEUE = "queue"
    QUEUE_TEMPLATE = "template of a queue"
    GROUP = "group"
    GROUP_TEMPLATE = "template of a group"
    WITHHELD = "object without values"
    ATTACHMENT_LIST = "list of attachments"
    ATTACHMENT = "attachment"
    ATTACHMENT_CONTENT = "content of an attachment"
    LINKS = "links"
    TRANSACTION = "transaction"
    HISTORY_SHORT = "history: descriptions"
    HISTORY_LONG = "history: transactions"
    HISTORY_ONE = "history: one transaction"
    CUSTOM_FIELDS = "list of custom fields"
    SEVERAL = "several objects"
    # searches
    SEARCH_IDS = "search: ids"
    SEARCH_LINES = "search: lines"
    SEARCH_TABLE = "search: table"
    SEARCH_FORMS = "search: forms"
    SEARCH_NONE = "search: nothing found"


def kind(content: bytes, *, status: int = 200, headers: Optional[Mapping[str, str]] = None,
         hint_path: str = "") -> Kind:
    """The kind of an answer.

    Args:
        content: the whole body.
        status: of HTTP.
        headers: by lower-case name; only Location is looked at.
        hint_path: the path that was asked, if known. Needed to tell contents of attachments,
            searches, custom-field lists and results of ``ticket/link`` from other text.
    """
    if status >= 300:
        where = (headers or {}).get("location", "")
        if status >= 400:
            return Kind.HTTP_ERROR
        return Kind.SELF_SERVICE if "/SelfService" in where else Kind.REDIRECT
    if not content:
        return Kind.EMPTY
    head = split_head(content)
    if head is None:
        return _foreign(content.decode("utf-8", "replace"))
    if head[0].code == 401:
        return Kind.WRONG_PASSWORD if head[1].strip() else Kind.CREDENTIALS_REQUIRED
    if not head[0].blank:
        return Kind.LOGGED_OUT
    path = "/" + hint_path.rstrip("/")
    if path.endswith("/content"):
        return _content(content)
    try:
        envelopes = parse(content, search="/search/" in path, names=path.endswith("customfields"))
    except FormSyntaxError:
        envelopes = parse(content, plain=True)
    return _envelopes(envelopes, path)


def kind_of(envelopes: Sequence[Envelope], hint_path: str = "") -> Kind:
    """The kind of an answer that was parsed already.

    Args:
        envelopes: what `rtcompat.rest1.forms.parse` gave, of one answer at least.
        hint_path: as of `kind`.
    """
    if envelopes[0].code == 401:
        said = envelopes[0].body.strip()
        return Kind.WRONG_PASSWORD if said else Kind.CREDENTIALS_REQUIRED
    if not envelopes[0].blank:
        return Kind.LOGGED_OUT
    return _envelopes(envelopes, "/" + hint_path.rstrip("/"))


def _foreign(text: str) -> Kind:
    beginning = text.lstrip()[:2000]
    if re.match(r"(ok|not ok|temporary failure)\b|okTicket:", beginning):
        return Kind.MAIL_GATEWAY
    if beginning.startswith("<"):
        if "ross-site request forgery" in text:
            return Kind.CSRF_PAGE
        if "belongs to a REST client" in text:
            return Kind.REST_SESSION_PAGE
        return Kind.SELF_SERVICE if "/SelfService/" in text else Kind.WEB_PAGE
    return Kind.EXCEPTION if EXCEPTION_TEXT.search(text) else Kind.UNKNOWN


def _content(content: bytes) -> Kind:
    """An error in place of a content; a text that says the same cannot be told from it."""
    head = split_head(content)
    assert head is not None
    if head[1].endswith(b"\n\n\n") and head[1].startswith(b"# ") and head[1].count(b"\n") == 3:
        refused = _refused(meaning(head[1][2:].decode("utf-8", "replace").rstrip("\n")))
        if refused is not None:
            return refused
    return Kind.ATTACHMENT_CONTENT


def _refused(error: Optional[type[Refused]]) -> Optional[Kind]:
    if error is None:
        return None
    return {NotFound: Kind.NOT_FOUND, PermissionDenied: Kind.NOT_ALLOWED,
            InvalidQuery: Kind.QUERY_REFUSED, InvalidValue: Kind.VALUE_REFUSED,
            Refused: Kind.NOT_CREATED}.get(error, Kind.OTHER_REFUSED)


def _envelopes(envelopes: Sequence[Envelope], path: str) -> Kind:
    filled = [envelope for envelope in envelopes if envelope.forms or envelope.body.strip()]
    if not filled:
        return Kind.SEARCH_NONE if "/search/" in path else Kind.NOTHING
    if not filled[0].forms:
        return _words(filled[0], path)
    forms = tuple(form for envelope in filled for form in envelope.forms)
    if "/search/" in path:
        numbered = not forms[0].comment and all(key.isdigit() for key in forms[0].keys())
        return Kind.SEARCH_LINES if numbered else Kind.SEARCH_FORMS
    if len(forms) == 1:
        return _form(forms[0], filled[0].code, path)
    return _several(forms, filled[0].code)


#: What RT's REST adds to its core's sentence.
_LINKED = re.compile(r"(?:Created|Deleted) link \d+ \w+ \S+\Z")


def _words(envelope: Envelope, path: str) -> Kind:
    """An answer of plain words or lines."""
    lines = messages_of(envelope)
    if not lines:  # a stack alone
        return Kind.OTHER_REFUSED if envelope.code >= 400 else Kind.UNKNOWN
    if lines[0] == "No matching results.":
        return Kind.SEARCH_NONE
    refused = [found for found in map(_refused, map(meaning, lines)) if found is not None]
    if path.endswith("/show") and "\n--\n" in envelope.body:
        return Kind.SEVERAL  # a content among them: not to be taken apart
    if envelope.code >= 400 or (refused and len(lines) == 1):
        return refused[0] if refused else Kind.OTHER_REFUSED
    if re.search(r"/ticket/link(/\d+)?\Z", path) or _LINKED.search(lines[-1]):
        return Kind.LINKED
    if all(re.match(r"(ticket|user|queue|group)/\d+\Z", line) for line in lines):
        return Kind.SEARCH_IDS
    if lines[0].split("\t")[0] == "id":
        return Kind.SEARCH_TABLE
    return Kind.SEARCH_LINES if re.match(r"\d+: ", lines[0]) else Kind.UNKNOWN


_TRANSACTIONS = re.compile(r"# \d+/\d+ \((.*/)?total\)\Z")
_SUCCESS = ((re.compile(r"(Ticket|User|Queue|Group) \d+ created\.\Z"), Kind.CREATED),
            (re.compile(r"(Ticket|User|Queue|Group) .* updated\.\Z|Links for ticket \d+ updated"),
             Kind.UPDATED),
            (re.compile(r"Merge completed\.\Z"), Kind.MERGED))


def _form(form: Form, code: int, path: str) -> Kind:
    lines = messages_of(form)
    succeeded = [kind for line in lines for pattern, kind in _SUCCESS if pattern.match(line)]
    refused = [found for found in map(_refused, map(meaning, lines)) if found is not None]
    if form.error:
        return Kind.SYNTAX_ERROR
    if code == 409:
        return Kind.CREATED_IN_PART if Kind.CREATED in succeeded else Kind.FIELDS_REFUSED
    if form.comment and _TRANSACTIONS.match(form.comment[0]):
        return _history(form)
    if form.comment and form.comment[0].startswith("# Required: ") and not path.endswith("/edit"):
        return _template(form)
    if succeeded:
        return succeeded[0]
    if refused:
        return refused[-1]
    if code >= 400:
        return Kind.OTHER_REFUSED
    if form.comment:
        return Kind.NOTE
    keys = form.keys()
    if keys and all(map(str.isdigit, keys)):
        return Kind.SEARCH_LINES
    return _object(form, path)


def _history(form: Form) -> Kind:
    if all(key.isdigit() for key in form.keys()):
        return Kind.HISTORY_SHORT
    return Kind.WITHHELD if withheld(form) else Kind.HISTORY_ONE


def _template(form: Form) -> Kind:
    names = {"ticket": Kind.TICKET_TEMPLATE, "user": Kind.USER_TEMPLATE,
             "queue": Kind.QUEUE_TEMPLATE, "group": Kind.GROUP_TEMPLATE}
    named = names.get((form.get("id") or "ticket").partition("/")[0])
    return Kind.UNKNOWN if named is None else named


def _has(*keys: str) -> Callable[[Form], bool]:
    wanted = {key.lower() for key in keys}
    return lambda form: not wanted.isdisjoint(key.lower() for key in form.keys())


#: By the form's id: first what it matches, then what else has to hold, then what it is.
_OBJECTS: Tuple[Tuple[str, Callable[[Form], bool], Kind], ...] = (
    (r"ticket/\d+/attachments", _has("id"), Kind.ATTACHMENT_LIST),
    (r"ticket/\d+/links", _has("id"), Kind.LINKS),
    (r"ticket/\d+", _has("id"), Kind.TICKET),
    (r"attachment/\d+", _has("id"), Kind.ATTACHMENT),
    (r"user/.+", _has("id"), Kind.USER),
    (r"queue/.+", _has("id"), Kind.QUEUE),
    (r"group/.+", _has("id"), Kind.GROUP),
    (r"\d+", _has("Transaction", "Parent", "Headers", "ContentType", "Filename", "MessageId"),
     Kind.ATTACHMENT),
    (r"\d+", _has("Ticket", "Type", "Description", "OldValue", ""), Kind.TRANSACTION),
    (r"\d+", _has("Subject"), Kind.ATTACHMENT),
)


def _object(form: Form, path: str) -> Kind:
    """A form that stands for an object."""
    if path.endswith("customfields") and re.match(r"(queue|group)/", form.get("id") or ""):
        return Kind.CUSTOM_FIELDS
    for pattern, holds, found in _OBJECTS:
        if re.match(pattern + r"\Z", form.get("id") or "") and holds(form):
            return Kind.WITHHELD if withheld(form) else found
    return Kind.UNKNOWN


def _several(forms: Sequence[Form], code: int) -> Kind:
    if any(form.error for form in forms):
        return Kind.SYNTAX_ERROR
    if forms[0].comment[:1] == ("# Please resubmit with errors corrected.",):
        return Kind.VALUE_REFUSED
    if all(form.comment and _TRANSACTIONS.match(form.comment[0]) for form in forms):
        if all(key.isdigit() for form in forms for key in form.keys()):
            return Kind.SEVERAL
        return Kind.HISTORY_LONG
    if code == 409:
        return Kind.FIELDS_REFUSED
    return Kind.SEVERAL if code < 400 else Kind.VALUE_REFUSED
