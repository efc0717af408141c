"""``python -m tests.endpoints``: every endpoint of RT, and the operations that reach it.

`REST2` and `REST1` list what RT has (3.4 to 6.0). Which operation reaches which is read from the
contract: the ``Source:`` of each docstring names endpoints as ``GET /ticket/N`` for REST2 and as
``ticket/N/show`` for REST 1.0. What an operation cannot do over a protocol is its ``UNSUPPORTED``.
"""
from __future__ import annotations

import inspect
import re
import sys
from typing import Dict, List, Mapping, Tuple

from rtcompat.protocols import PROTOCOLS
from rtcompat.tracker import OPERATIONS, Tracker

__all__ = ["REST1", "REST2", "ELSEWHERE", "sources", "table"]

#: REST2's endpoints. ``N`` is a number, ``X`` a name or a number; alternatives stand with ``|``.
REST2: Tuple[str, ...] = (
    "GET /tickets", "POST /tickets", "POST /ticket", "GET /ticket/N", "PUT /ticket/N",
    "DELETE /ticket/N", "PUT /ticket/N/take", "PUT /ticket/N/untake", "PUT /ticket/N/steal",
    "POST /ticket/N/correspond", "POST /ticket/N/comment", "GET /ticket/N/history",
    "POST /ticket/N/history", "GET /ticket/N/attachments", "POST /tickets/bulk",
    "PUT /tickets/bulk", "POST /tickets/bulk/correspond", "POST /tickets/bulk/comment",
    "GET /transactions", "POST /transactions", "GET /transaction/N",
    "GET /transaction/N/attachments", "GET /attachments", "POST /attachments",
    "GET /attachment/N", "GET /download/cf/N",
    "GET /queues/all", "GET /queues", "POST /queues", "POST /queue", "GET /queue/X",
    "PUT /queue/X", "DELETE /queue/X", "GET /queue/X/history", "GET /queue/X/customfields",
    "GET /users", "POST /users", "GET /users/privileged", "GET /users/unprivileged",
    "POST /user", "GET /user/X", "PUT /user/X", "DELETE /user/X", "GET /user/X/history",
    "GET /user/X/groups", "PUT /user/X/groups", "DELETE /user/X/groups",
    "DELETE /user/X/group/N",
    "GET /groups", "POST /groups", "POST /group", "GET /group/N", "PUT /group/N",
    "DELETE /group/N", "GET /group/N/history", "GET /group/N/members", "PUT /group/N/members",
    "DELETE /group/N/members", "DELETE /group/N/member/N",
    "GET /customfields", "POST /customfields", "POST /customfield", "GET /customfield/N",
    "PUT /customfield/N", "DELETE /customfield/N", "GET /customfield/N/values",
    "POST /customfield/N/values", "POST /customfield/N/value", "GET /customfield/N/value/N",
    "PUT /customfield/N/value/N", "DELETE /customfield/N/value/N",
    "GET /catalog/X/customfields", "GET /class/X/customfields",
    "GET /customroles", "POST /customroles", "GET /customrole/N",
    "GET /assets", "POST /assets", "POST /asset", "GET /asset/N", "PUT /asset/N",
    "DELETE /asset/N", "GET /asset/N/history", "GET /asset/N/attachments",
    "GET /catalogs/all", "GET /catalogs", "POST /catalogs", "POST /catalog", "GET /catalog/X",
    "PUT /catalog/X", "DELETE /catalog/X", "GET /catalog/X/history",
    "GET /articles", "POST /articles", "POST /article", "GET /article/N", "PUT /article/N",
    "DELETE /article/N", "GET /article/N/history", "GET /article/N/attachments",
    "GET /classes/all", "GET /classes", "POST /classes", "POST /class", "GET /class/X",
    "PUT /class/X", "DELETE /class/X", "GET /class/X/history",
    "GET /searches", "POST /searches", "GET /search/X", "GET /rt", "GET /",
)

#: REST 1.0's endpoints; those that RT answers by GET and by POST alike stand once.
REST1: Tuple[str, ...] = (
    "(login)", "logout", "show", "edit", "ticket/new", "ticket/N/show", "ticket/N/edit",
    "ticket/N/comment", "ticket/N/take", "ticket/N/merge/M", "ticket/N/links", "ticket/link",
    "ticket/N/history", "ticket/N/history/id/T", "ticket/N/history/type/TYPE",
    "ticket/N/attachments", "ticket/N/attachments/A", "ticket/N/attachments/A/content",
    "attachment/A", "attachment/A/content", "transaction/T",
    "user/new", "user/X", "user/X/show", "user/X/edit", "group/X", "group/N/edit", "group/new",
    "queue/X", "queue/new", "queue/X/edit", "queue/X/customfields", "queue/X/ticketcustomfields",
    "search/ticket", "search/user", "search/queue", "search/group", "NoAuth/mail-gateway",
)

#: Endpoints that no operation asks, and why.
ELSEWHERE: Mapping[str, str] = {
    **{f"DELETE /{one}": "what PUT with the status or Disabled does (see delete_ and disable_): a "
                         "refused DELETE is an empty 500, and one that is repeated, too (before "
                         "5.0.5)"
       for one in ("ticket/N", "queue/X", "user/X", "group/N", "customfield/N", "asset/N",
                   "catalog/X", "class/X", "article/N")},
    "ticket/link": "what ticket/N/links does, one link a request",
    "ticket/N/history/type/TYPE": "finds the whole history where there is none of the type: "
                                  "get_history chooses among ticket/N/history",
    "attachment/A/content": "what ticket/N/attachments/A/content gives, which older RTs have too",
    "GET /ticket/N/history": "the same as POST, which takes conditions",
    "GET /transaction/N/attachments": "fails for a number that does not exist: POST /attachments",
    "POST /searches": "the same as GET: saved searches are listed whole",
    "POST /customfield/N/values": "the same as GET: values are listed whole",
    "GET /asset/N/attachments": "not in RT 5.0: the history's transactions, POST /attachments",
    "GET /article/N/attachments": "not in RT 5.0: the history's transactions, POST /attachments",
    "GET /article/N": "POST /articles by number tells the same and its class by name",
    "GET /catalogs/all": "POST /catalogs, which takes conditions",
    "GET /classes/all": "POST /classes, which takes conditions",
    "GET /catalog/X/history": "not in RT 5.0: POST /transactions",
    "GET /class/X/history": "not in RT 5.0: POST /transactions",
    "GET /users/privileged": "5.0.8 only: search_users, whose records tell privileged",
    "GET /users/unprivileged": "5.0.8 only: search_users, whose records tell privileged",
    "(login)": "connecting and `close`: the session",
    "logout": "`close`",
    "GET /": "the extension's documentation for people",
    "NoAuth/mail-gateway": "takes mail from a mail server, without a login",
}


def sources() -> Dict[str, Dict[str, List[str]]]:
    """By protocol, by endpoint: the operations whose docstring names it."""
    found: Dict[str, Dict[str, List[str]]] = {
        "rest1": {one: [] for one in REST1}, "rest2": {one: [] for one in REST2}}
    for operation in (*OPERATIONS, "server", "close"):
        for protocol, endpoint in _named(operation):
            found[protocol].setdefault(endpoint, []).append(operation)
    return found


def _named(operation: str) -> List[Tuple[str, str]]:
    """(protocol, endpoint) for each endpoint that an operation's docstring gives as its source."""
    text = inspect.getdoc(getattr(Tracker, operation)) or ""
    section = re.search(r"^Source: (.*?)(?=^\w+:|\Z)", text, re.DOTALL | re.MULTILINE)
    named = []
    for term in re.findall(r"``(.+?)``", section.group(1) if section else "", re.DOTALL):
        method = re.match(r"(GET|POST|PUT|DELETE|HEAD) /", term)
        if method and term.startswith("HEAD"):
            continue  # of a record that GET tells
        if method:
            path = " ".join(term.partition("?")[0].split())
            named += [("rest2", _spelled(one)) for one in _alternatives(path)]
        elif re.match(r"[a-zN…/]+(/|\Z)", term) and " " not in term:
            path = term.partition("?")[0].replace(",…", "")
            named.append(("rest1", path.replace("…/", "ticket/N/")))
    return named


def _spelled(endpoint: str) -> str:
    """The endpoint as the list has it, whose placeholders may be called otherwise."""
    shape = re.sub(r"/[A-Z](?=/|\Z)", "/?", endpoint)
    alike = (one for one in REST2 if re.sub(r"/[A-Z](?=/|\Z)", "/?", one) == shape)
    return next(alike, endpoint)


def _alternatives(path: str) -> List[str]:
    """``GET|POST /a|b`` spelled out."""
    found = [""]
    for part in re.split(r"(/| )", path):
        found = [before + one for before in found for one in part.split("|")]
    return found


def table() -> List[Tuple[str, str, str]]:
    """(protocol, endpoint, operations or the reason why none), in the order of the lists."""
    found = sources()
    rows = []
    for protocol, endpoints in found.items():
        for endpoint, operations in endpoints.items():
            said = ", ".join(operations) or ELSEWHERE.get(endpoint, "")
            if not said and endpoint.startswith("GET ") and endpoints.get("POST" + endpoint[3:]):
                said = "the same as POST, whose conditions may be long"
            said = said or "-"
            rows.append((PROTOCOLS[protocol].title, endpoint, said))
    return rows


def main() -> int:
    """Print the table, and what each protocol cannot do."""
    missing = 0
    for title, endpoint, said in table():
        print(f"{title:9} {endpoint:34} {said}")
        missing += said == "-"
    for protocol in PROTOCOLS.values():
        print(f"\nnot over {protocol.title}:")
        for operation, reason in protocol.operations.UNSUPPORTED.items():
            print(f"  {operation:44} {reason}")
    print(f"\n{missing} endpoints that nothing reaches")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
