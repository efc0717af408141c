"""A server of REST2 for unit tests: it answers by rules and keeps what it was asked."""
from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Callable, Dict, List, Mapping, Optional, TypeVar, Union

from rtcompat.exchange import NO_JSON, Operation, Request, Response, relative_to, run
from rtcompat.rest2.context import Context
from rtcompat.rest2.operations import Rest2

__all__ = ["Said", "Script", "answer", "page", "ticket_item", "person", "rest2"]

T = TypeVar("T")


def answer(value: Any = None, status: int = 200, request: Optional[Request] = None,
           content: Optional[bytes] = None, **headers: str) -> Response:
    """An answer as RT writes it: JSON, or the bytes given."""
    body = json.dumps(value).encode("utf-8") if content is None else content
    named = {"content-type": "application/json; charset=utf-8",
             **{name.replace("_", "-"): text for name, text in headers.items()}}
    asked = request or Request("GET", "rt")
    return Response(status, named, body, relative_to(asked, "REST/2.0/"), "http://rt.example")


Said = Union[Response, Exception, Callable[[Request], Response]]


class Script:
    """``send`` for `run`: each request takes the next answer of the first rule that fits it.

    Args:
        rules: ``"METHOD path"`` -> answers in order; the last one stays.
    """

    def __init__(self, rules: Mapping[str, List[Said]]) -> None:
        self.rules: Dict[str, List[Said]] = {key: list(said) for key, said in rules.items()}
        self.asked: List[Request] = []

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        said = self.rules.get(request.line)
        if not said:
            raise AssertionError(f"the script has no answer to {request.line} {request.form}")
        one = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(one, Exception):
            raise one
        given = one(request) if callable(one) else one
        return replace(given, request=relative_to(request, "REST/2.0/"))

    def run(self, operation: Operation[T]) -> T:
        """Run an operation against the script."""
        return run(operation, self)

    @property
    def lines(self) -> List[str]:
        """The request lines, in order."""
        return [request.line for request in self.asked]

    def sent(self, line: str) -> List[Any]:
        """The JSON bodies of the requests with this line."""
        return [request.json for request in self.asked
                if request.line == line and request.json is not NO_JSON]


def page(items: List[Any], total: Optional[int] = None, number: int = 1,
         **more: Any) -> Response:
    """A collection; the total is that of the items unless another is given."""
    count = len(items) if total is None else total
    return answer({"count": len(items), "total": count, "page": number, "per_page": 100,
                   "pages": 1, "items": items, **more})


def person(login: str, number: int, email: Optional[str] = "", kind: str = "user") -> Any:
    """A member of a role as ``fields[Role]=id,Name,EmailAddress`` gives it."""
    address = f"{login}@example.org" if email == "" else email or ""
    return {"type": kind, "id": number, "Name": login, "EmailAddress": address,
            "_url": f"http://other.example/REST/2.0/{kind}/{login}"}


def ticket_item(number: int = 7, **fields: Any) -> Dict[str, Any]:
    """An item of ``/tickets`` with everything asked for."""
    unset = "1970-01-01T00:00:00Z"
    item = {"type": "ticket", "id": str(number), "_url": "http://other.example/ticket/7",
            "Queue": {"type": "queue", "id": 1, "Name": "General"},
            "Owner": {"type": "user", "id": "Nobody"}, "Creator": {"type": "user", "id": "alice"},
            "LastUpdatedBy": {"type": "user", "id": "alice"}, "Subject": "a ticket",
            "Status": "new", "Priority": "0", "InitialPriority": "0", "FinalPriority": "0",
            "Requestor": [], "Cc": [], "AdminCc": [], "Created": "2024-07-01T10:00:00Z",
            "Starts": unset, "Started": unset, "Due": unset, "Resolved": unset, "Told": unset,
            "LastUpdated": "2024-07-01T10:00:00Z", "TimeEstimated": "0", "TimeWorked": "0",
            "TimeLeft": "0", "SLA": "", "CustomFields": [], "CustomRoles": {}}
    return {**item, **fields}


def rest2(version: str = "5.0.7", user: Optional[str] = "alice",
          timezone: Optional[str] = "UTC") -> Rest2:
    """The operations as one who is logged in."""
    return Rest2(Context(version=version, user=user, timezone=timezone))
