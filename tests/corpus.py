"""Names the kind of every recorded answer below a folder and holds it against its request.

    python -m tests.corpus FOLDER

prints how many there are of each kind. Exit code 1 if one is unknown, or is not of a kind that
the request recorded beside it can have had as its answer.
"""
from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Callable, FrozenSet, List, NamedTuple, Optional, Set, Tuple, Union

from rtcompat.rest1.forms import split_head
from rtcompat.rest1.kinds import Kind, kind
from tests.kinds_of_rest2 import Kind2, kind2
from tests.recorded import Recorded, recorded

AnyKind = Union[Kind, Kind2]
Kinds = FrozenSet[AnyKind]


# -- what a request can be answered with ------------------------------------------------------

def _kinds(*found: AnyKind) -> Kinds:
    return frozenset(found)


#: What may be said of any object instead of showing it.
NOT_SHOWN = _kinds(Kind.NOT_FOUND, Kind.NOT_ALLOWED)
WRITE_REFUSED = _kinds(Kind.NOT_FOUND, Kind.NOT_ALLOWED, Kind.FIELDS_REFUSED, Kind.SYNTAX_ERROR)
HISTORY = _kinds(Kind.HISTORY_SHORT, Kind.HISTORY_LONG)
#: A wrong argument is said at once, or RT runs into it.
BAD_ARGUMENT = _kinds(Kind.VALUE_REFUSED, Kind.EXCEPTION)
SEARCH = _kinds(Kind.SEARCH_NONE, Kind.QUERY_REFUSED, Kind.VALUE_REFUSED, Kind.NOT_ALLOWED)


class Rule(NamedTuple):
    """Answers of one kind of request: path below REST/1.0, condition, what may come back."""

    path: str
    when: Callable[[Recorded], bool]
    kinds: Kinds


def _read(asked: Recorded) -> bool:
    return not asked.get("content")


def _write(asked: Recorded) -> bool:
    return bool(asked.get("content"))


def _always(asked: Recorded) -> bool:
    return True


def _long(asked: Recorded) -> bool:
    return asked.get("format") == "l" or bool(asked.get("fields"))


def _before(*version: int) -> Callable[[Recorded], bool]:
    """True for answers of servers before this version."""
    def asks(asked: Recorded) -> bool:
        head = split_head(asked.content)
        return head is not None and head[0].version_tuple < version
    return asks


def _search_format(wanted: str) -> Callable[[Recorded], bool]:
    def asks(asked: Recorded) -> bool:
        default = "l" if asked.get("fields") else "s"
        found = asked.get("format") or default
        if found == "s" and asked.get("fields"):
            found = "t"
        return found == wanted
    return asks


def _without(*keys: str) -> Callable[[Recorded], bool]:
    return lambda asked: any(not asked.get(key) for key in keys)


_LISTING = {"i": Kind.SEARCH_IDS, "s": Kind.SEARCH_LINES, "t": Kind.SEARCH_TABLE,
            "l": Kind.SEARCH_FORMS}

RULES: Tuple[Rule, ...] = (
    Rule(r"", _always, _kinds(Kind.VALUE_REFUSED)),
    Rule(r"NoAuth/mail-gateway", _always, _kinds(Kind.MAIL_GATEWAY)),
    Rule(r"logout", _always, _kinds(Kind.LOGGED_OUT)),
    # searches
    Rule(r"search/?", _always, _kinds(Kind.VALUE_REFUSED)),
    Rule(r"search/(foo|bogus|nonsense)", _always, _kinds(Kind.VALUE_REFUSED)),
    Rule(r"search/\w+", lambda asked: not any(key == "query" for key, _ in asked.form),
         _kinds(Kind.EXCEPTION, Kind.VALUE_REFUSED)),
    Rule(r"search/\w+", lambda asked: _search_format("t")(asked) and _before(3, 6)(asked),
         SEARCH | {Kind.SEARCH_FORMS}),  # 3.4 has no tables
    *(Rule(r"search/\w+", _search_format(letter), SEARCH | {found})
      for letter, found in _LISTING.items()),
    Rule(r"search/\w+", _always, SEARCH),  # an unknown format
    # contents, attachments
    Rule(r"(ticket/\d+/attachments|attachment)/\d+/content/?", _always,
         _kinds(Kind.ATTACHMENT_CONTENT, Kind.EMPTY) | NOT_SHOWN),
    Rule(r"(ticket/\d+/attachments(/\d+)?|attachment/\d+)", _write, _kinds(Kind.EMPTY)),
    Rule(r"ticket/\d+/attachments", _always,
         _kinds(Kind.ATTACHMENT_LIST, Kind.EMPTY, Kind.NOTHING) | NOT_SHOWN),
    Rule(r"ticket/\d+/attachments/[^/]+(/[^/]+)?", _always, _kinds(Kind.ATTACHMENT) | NOT_SHOWN),
    Rule(r"attachment/\d+", _always, _kinds(Kind.ATTACHMENT) | NOT_SHOWN),
    Rule(r"attachment/\D+", _always, _kinds(Kind.VALUE_REFUSED, Kind.NOT_FOUND)),
    # histories
    Rule(r"ticket/\d+/history(/.*)?", _write, _kinds(Kind.EXCEPTION)),
    Rule(r"ticket/\d+/history/id/\d+,.*", _before(3, 8), _kinds(Kind.WITHHELD)),  # no lists yet
    Rule(r"ticket/\d+/history/id/[^/]+", _always, _kinds(Kind.HISTORY_ONE, Kind.EXCEPTION)
         | NOT_SHOWN),
    Rule(r"ticket/\d+/history(/.*)?", _long, _kinds(Kind.HISTORY_LONG, Kind.HISTORY_ONE,
                                                    Kind.EXCEPTION) | NOT_SHOWN),
    Rule(r"ticket/\d+/history(/.*)?", _always, _kinds(Kind.HISTORY_SHORT) | NOT_SHOWN),
    Rule(r"transaction/[^/]+(/show)?", _always, _kinds(Kind.TRANSACTION, Kind.EXCEPTION) | NOT_SHOWN
         | {Kind.VALUE_REFUSED}),
    # links, merge, take, comment; 3.4 takes those it does not know for the ticket itself
    Rule(r"ticket/\d+/links(/show)?", _write, _kinds(Kind.UPDATED) | WRITE_REFUSED),
    Rule(r"ticket/\d+/links(/show)?", _always, _kinds(Kind.LINKS) | NOT_SHOWN),
    Rule(r"ticket/link(/\d+)?", _without("id", "rel", "to"), _kinds(
        Kind.EXCEPTION, Kind.VALUE_REFUSED, Kind.NOT_FOUND)),
    Rule(r"ticket/link(/\d+)?", _always, _kinds(Kind.LINKED, Kind.OTHER_REFUSED,
                                                Kind.VALUE_REFUSED) | NOT_SHOWN),
    Rule(r"ticket/merge(/\d+)?", _always, BAD_ARGUMENT | {Kind.MERGED, Kind.NOT_FOUND}),
    Rule(r"ticket/comment(/\d+)?", _always, BAD_ARGUMENT | NOT_SHOWN),
    Rule(r"ticket/\d+/merge(/.*)?", _always, _kinds(Kind.MERGED, Kind.TICKET, Kind.VALUE_REFUSED)
         | NOT_SHOWN),
    Rule(r"ticket/\d+/take", _read, _kinds(Kind.EXCEPTION, Kind.TICKET)),
    Rule(r"ticket/\d+/take", _always, _kinds(Kind.NOTE, Kind.OTHER_REFUSED, Kind.VALUE_REFUSED)
         | WRITE_REFUSED),
    Rule(r"ticket/\d+/comment", _read, _kinds(Kind.EXCEPTION, Kind.TICKET)),
    Rule(r"ticket/\d+/comment", _always, _kinds(Kind.NOTE, Kind.VALUE_REFUSED, Kind.CSRF_PAGE)
         | WRITE_REFUSED),
    Rule(r"ticket/\d+/link", _read, _kinds(Kind.TICKET)),
    # lists of objects
    Rule(r"(\w+/)?show", _always, _kinds(
        Kind.SEVERAL, Kind.TICKET, Kind.USER, Kind.QUEUE, Kind.GROUP, Kind.HISTORY_LONG,
        Kind.HISTORY_ONE, Kind.HISTORY_SHORT, Kind.LINKS, Kind.ATTACHMENT_LIST, Kind.VALUE_REFUSED,
        Kind.TICKET_TEMPLATE) | NOT_SHOWN),
    Rule(r"(\w+/)?edit", _write, _kinds(
        Kind.UPDATED, Kind.CREATED, Kind.EMPTY, Kind.NOTE, Kind.VALUE_REFUSED,
        Kind.EXCEPTION) | WRITE_REFUSED),
    Rule(r"(\w+/)?edit", _always, _kinds(Kind.VALUE_REFUSED, Kind.NOT_FOUND)),
    # tickets
    Rule(r"ticket/new(/show)?", _read, _kinds(Kind.TICKET_TEMPLATE, Kind.VALUE_REFUSED)),
    Rule(r"ticket/new", _write, _kinds(
        Kind.CREATED, Kind.CREATED_IN_PART, Kind.NOT_CREATED, Kind.NOT_ALLOWED, Kind.EXCEPTION,
        Kind.VALUE_REFUSED, Kind.FIELDS_REFUSED, Kind.SYNTAX_ERROR, Kind.TICKET_TEMPLATE)),
    Rule(r"ticket/\d+(/.*)?", _write, _kinds(Kind.UPDATED, Kind.EMPTY, Kind.EXCEPTION)
         | WRITE_REFUSED | {Kind.VALUE_REFUSED}),
    Rule(r"ticket/\d+(/.*)?", _always, _kinds(Kind.TICKET, Kind.VALUE_REFUSED) | NOT_SHOWN),
    Rule(r"ticket/[^/]+(/show)?", _always, _kinds(Kind.VALUE_REFUSED, Kind.NOT_FOUND)),
    # users, queues, groups
    Rule(r"(queue|group)/[^/]+/(ticket)?customfields", _write, _kinds(Kind.VALUE_REFUSED)),
    Rule(r"queue/[^/]+/(ticket)?customfields", _always,
         _kinds(Kind.CUSTOM_FIELDS, Kind.QUEUE, Kind.EXCEPTION) | NOT_SHOWN),
    Rule(r"group/[^/]+/customfields", _always, _kinds(Kind.CUSTOM_FIELDS) | NOT_SHOWN),
    *(Rule(rf"{name}/new", _read, _kinds(template, Kind.VALUE_REFUSED)) for name, template in (
        ("user", Kind.USER_TEMPLATE), ("queue", Kind.QUEUE_TEMPLATE),
        ("group", Kind.GROUP_TEMPLATE))),
    *(Rule(rf"{name}/new", _write, _kinds(Kind.CREATED, Kind.CREATED_IN_PART, Kind.NOT_CREATED,
                                          Kind.FIELDS_REFUSED, Kind.VALUE_REFUSED, template))
      for name, template in (("user", Kind.USER_TEMPLATE), ("queue", Kind.QUEUE_TEMPLATE),
                             ("group", Kind.GROUP_TEMPLATE))),
    *(Rule(rf"{name}/.+", _write, _kinds(Kind.UPDATED, Kind.EMPTY) | WRITE_REFUSED)
      for name in ("user", "queue", "group")),
    Rule(r"(user|queue|group)/?", _always, _kinds(Kind.VALUE_REFUSED)),
    *(Rule(rf"{name}/.+", _always, _kinds(found, Kind.VALUE_REFUSED, Kind.EXCEPTION) | NOT_SHOWN)
      for name, found in (("user", Kind.USER), ("queue", Kind.QUEUE), ("group", Kind.GROUP))),
    Rule(r".*", _always, _kinds(Kind.VALUE_REFUSED, Kind.NOT_FOUND)),  # no such type of object
)

#: Users that REST 1.0 sends to SelfService, and those who may not see what they ask for.
UNPRIVILEGED = frozenset(["funpriv", "r2unpriv"])
WITHOUT_RIGHTS = frozenset(["fpriv", "alice", "bob", "mallory", "?"])

REST2_RULES: Tuple[Tuple[str, str, Kinds], ...] = (
    ("GET", r"/rt?/?", _kinds(Kind2.SERVER)),
    ("GET", r"/(tickets|users|groups|queues|transactions|attachments|assets|articles|searches"
            r"|customfields|customroles|classes|catalogs)(/.*)?", _kinds(Kind2.COLLECTION)),
    ("GET", r"/.*/(history|attachments|customfields|members|groups|values)",
     _kinds(Kind2.COLLECTION)),
    ("GET", r"/download/.*", _kinds(Kind2.DOWNLOAD)),
    ("GET", r"/(ticket|user|group|queue|transaction|attachment|customfield|customrole)/.*",
     _kinds(Kind2.RECORD, Kind2.NOT_MODIFIED)),
    ("POST", r"/tickets/bulk(/.*)?", _kinds(Kind2.BULK, Kind2.MESSAGES)),
    ("POST", r"/(tickets|users|groups|queues|transactions|attachments|.*/history)",
     _kinds(Kind2.COLLECTION)),
    ("POST", r"/ticket/\d+/(comment|correspond)", _kinds(Kind2.MESSAGES)),
    ("POST", r"/(ticket|user|group|queue|customfield(/\d+/value)?)", _kinds(Kind2.CREATED)),
    ("PUT", r"/tickets/bulk", _kinds(Kind2.BULK)),
    ("PUT", r"/user/.*/groups", _kinds(Kind2.BULK)),
    ("PUT", r"/.*", _kinds(Kind2.MESSAGES)),
    ("DELETE", r"/.*", _kinds(Kind2.DELETED)),
)


def expected(answer: Recorded) -> Optional[Kinds]:
    """The kinds that can answer the request; None if no request was recorded."""
    if not answer.method:
        return None
    if answer.status is None:
        return _kinds(Kind2.NO_ANSWER)
    base = re.match(r"(?:/[\w/]*?)?/REST/(1\.0|2\.0)(?:/(.*))?\Z", answer.path, re.DOTALL)
    if base is None:
        return _kinds(Kind.WEB_PAGE, Kind.HTTP_ERROR, Kind.REDIRECT)
    rest = (base.group(2) or "").strip("/")
    if base.group(1) == "2.0":
        return _expected2(answer, "/" + rest)
    return _expected1(answer, rest)


def _expected1(answer: Recorded, path: str) -> Kinds:
    if answer.user in UNPRIVILEGED:
        return _kinds(Kind.SELF_SERVICE)
    if path.startswith("NoAuth/"):
        return _kinds(Kind.MAIL_GATEWAY)
    if answer.user is None:
        return _kinds(Kind.CREDENTIALS_REQUIRED)
    if not answer.accepted:
        return _kinds(Kind.WRONG_PASSWORD)
    if answer.method == "HEAD":
        return _kinds(Kind.EMPTY)
    rule = next(rule for rule in RULES
                if re.match(rule.path + r"\Z", path, re.IGNORECASE) and rule.when(answer))
    found: Set[AnyKind] = set(rule.kinds)
    if answer.user in WITHOUT_RIGHTS:
        found |= {Kind.NOT_ALLOWED, Kind.WITHHELD}
    if answer.user == "?":  # a cookie may be anybody's and nobody's
        found |= {Kind.CREDENTIALS_REQUIRED, Kind.SELF_SERVICE, Kind.CSRF_PAGE,
                  Kind.REST_SESSION_PAGE}
    return frozenset(found)


def _expected2(answer: Recorded, path: str) -> Kinds:
    assert answer.status is not None
    if answer.method == "HEAD":
        return _kinds(Kind2.EMPTY)
    if answer.status == 302:
        return _kinds(Kind2.LOGIN_REDIRECT)
    if answer.status >= 500:
        return _kinds(Kind2.SERVER_ERROR, Kind2.ERROR)
    if answer.status >= 400:
        return _kinds(Kind2.ERROR, Kind2.WEB_PAGE, Kind2.EMPTY)
    for method, pattern, kinds in REST2_RULES:
        if method == answer.method and re.match(pattern + r"\Z", path):
            return kinds
    return _kinds()


# -- what it is -------------------------------------------------------------------------------

def named(answer: Recorded) -> AnyKind:
    """The kind of a recorded answer."""
    if answer.status is None:
        return Kind2.NO_ANSWER
    if "/REST/2.0" in answer.path:
        return kind2(answer.content, status=answer.status, headers=answer.headers)
    return kind(answer.content, status=answer.status, headers=answer.headers,
                hint_path=answer.path)


class Finding(NamedTuple):
    """An answer with its kind and, if that is wrong, what is."""

    answer: Recorded
    kind: AnyKind
    wrong: Optional[str]


def findings(folder: Path) -> List[Finding]:
    """Every recorded answer below a folder, judged."""
    return [_judged(answer) for answer in recorded(folder)]


def _judged(answer: Recorded) -> Finding:
    found = named(answer)
    wanted = expected(answer)
    wrong = None
    if found in (Kind.UNKNOWN, Kind2.UNKNOWN):
        wrong = "unknown"
    elif wanted is not None and found not in wanted:
        wrong = "not an answer to " + " ".join([answer.method, answer.path])
    return Finding(answer, found, wrong)


def main(folder: Path) -> int:
    """Print the counts and what is wrong; the exit code."""
    judged = findings(folder)
    counts = Counter(finding.kind.value for finding in judged)
    for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        print(f"{count:6}  {name}")
    alone = sum(not finding.answer.method for finding in judged)
    wrong = [finding for finding in judged if finding.wrong]
    print(f"{len(judged):6}  answers, {len(counts)} kinds, {len(wrong)} unknown or disagreeing "
          f"with their requests, {alone} without a recorded request")
    for finding in wrong:
        print(f"{finding.answer.file}: {finding.kind.value}: {finding.wrong}")
    return 1 if wrong or not judged else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.corpus FOLDER")
    sys.exit(main(Path(sys.argv[1])))
