"""REST2's answers: status and body to JSON, or to an error by one table.

RT's sentences are in the user's language (all versions), so none of them decides anything here:
the status does, together with what was asked. What no status tells is left to the operations,
which ask the record itself.
"""
from __future__ import annotations

import json
import re
from typing import Any, Callable, Iterable, Mapping, NamedTuple, NoReturn, Optional, Tuple, Type

from rtcompat.errors import (Conflict, InvalidQuery, InvalidValue, NotAuthenticated, NotFound,
                             OutcomeUnknown, PermissionDenied, ProtocolError, Refused,
                             ServerFailure)
from rtcompat.exchange import Response

__all__ = ["read_json", "read_messages", "read_recorded", "is_rt", "number_at_end", "refuse",
           "etag", "message_of"]

_ADVICE_OTHER = "something between here and RT answered; ask who runs the server"


class _Row(NamedTuple):
    """A row of the table: this status, where the path fits, from RT itself, is this error."""

    status: int
    path: str
    error: Type[Refused]
    what: str


#: The first row that fits decides (5.0.0 to 6.0). Only answers that RT wrote come here.
_TABLE: Tuple[_Row, ...] = (
    _Row(400, r"tickets|assets|transactions", InvalidQuery, "RT could not read the query"),
    _Row(400, r"", InvalidValue, "RT would not do it"),
    _Row(401, r"", NotAuthenticated, "RT does not know who asks"),
    _Row(302, r"", NotAuthenticated, "RT does not know who asks"),
    _Row(403, r"", PermissionDenied, "RT does not allow it"),
    _Row(404, r"", NotFound, "RT has no such record"),
    _Row(412, r"", Conflict, "the record was changed meanwhile"),
    _Row(503, r"", ServerFailure, "RT's database does not answer"),
    _Row(500, r"", ServerFailure, "RT failed while answering"),
)


def read_json(response: Response, shape: Type[Any] = dict) -> Any:
    """The body of a success, parsed.

    Args:
        shape: ``dict`` or ``list``: what the body has to be.
    Returns: the value; for 204 and for an empty list of messages the empty shape.
    Raises: what the table says; ProtocolError for a body that is not such JSON, OutcomeUnknown
        instead where the request was a write.
    """
    if response.status == 204:
        return shape()
    if response.status not in (200, 201):
        refuse(response)
    try:
        value = _parsed(response.content)
    except ValueError:
        value = None
    if not isinstance(value, shape) or not _sound(value):
        _not_rt(response, "the answer is not the JSON that RT writes")
    return value


def read_messages(response: Response) -> Tuple[str, ...]:
    """RT's sentences on a write: the JSON array of a PUT or of a message (201).

    RT puts numbers beside them for group memberships and null for a refusal without a reason.
    """
    return _sentences(read_json(response, list))


def read_recorded(response: Response, first_of_many: bool = False) -> Tuple[str, ...]:
    """RT's sentences on a message: a 201 and at least one of them.

    Args:
        first_of_many: the answer is a list of lists, each a number and sentences.
    Raises: as `read_json`; OutcomeUnknown for any other success: then something else answered.
    """
    rows: Any = read_json(response, list)
    if first_of_many:
        rows = rows[0][1:] if rows and isinstance(rows[0], list) else ()
    said = _sentences(rows)
    if response.status != 201 or not said:
        _not_rt(response, "the answer is not RT's to a message")
    return said


def _sentences(rows: Iterable[Any]) -> Tuple[str, ...]:
    return tuple(one for one in rows if isinstance(one, str) and one)


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


#: Keys below which readers look further, and what RT has there besides null and "" (5.0.0 to 6.0).
_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "items": _objects, "_hyperlinks": _objects,
    "CustomFields": lambda value: isinstance(value, dict) or _objects(value),
    "CustomRoles": lambda value: isinstance(value, (dict, list)),
    "id": lambda value: isinstance(value, (str, int, dict)),
    "values": lambda value: isinstance(value, list),
    "Requestor": _objects, "Cc": _objects, "AdminCc": _objects,
    "name": lambda value: isinstance(value, (str, int)),
    "Name": lambda value: isinstance(value, (str, int)),
    "Type": lambda value: isinstance(value, (str, dict)),
    "type": lambda value: isinstance(value, str),
    "ref": lambda value: isinstance(value, str), "to": lambda value: isinstance(value, str),
}
#: RT's deepest answers have some ten levels.
_DEEPEST = 50


def _sound(value: Any) -> bool:
    """Whether what readers look into is there in RT's shape, all through a value."""
    left = [(value, 0)]
    while left:
        one, depth = left.pop()
        if depth > _DEEPEST:
            return False
        if isinstance(one, dict):
            if any(key in one and one[key] not in (None, "") and not fits(one[key])
                   for key, fits in _SHAPES.items()):
                return False
            left += [(each, depth + 1) for each in one.values()]
        elif isinstance(one, list):
            left += [(each, depth + 1) for each in one]
    return True


def _parsed(content: bytes) -> Any:
    """The value of a JSON body; ValueError if it is none.

    RT 5.0.3 to 5.0.10 write the sentences on a reply or comment without encoding them: German
    ones come as Latin-1 (``tests/contract`` as the German user).
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested deeper than anything that RT writes") from None


def message_of(response: Response) -> str:
    """The ``message`` of an error, "" where there is none."""
    try:
        value = _parsed(response.content)
    except ValueError:
        return ""
    said = value.get("message") if isinstance(value, dict) else None
    return said.strip() if isinstance(said, str) else ""


def refuse(response: Response) -> NoReturn:
    """Raise the error that an answer without success stands for."""
    if not is_rt(response):
        _not_rt(response, f"HTTP {response.status} does not come from RT's REST2")
    writing = response.request.effect != "read"
    if response.status >= 500 and writing:
        raise OutcomeUnknown("RT failed after it had read the request; it may be done in part",
                             **_where(response))
    for row in _TABLE:
        if row.status == response.status and re.match(row.path, _below(response)):
            raise row.error(row.what, code=response.status, **_where(response))
    raise ProtocolError(f"RT does not take this request (HTTP {response.status})",
                        status=response.status, body=_text(response), **_where(response))


def is_rt(response: Response) -> bool:
    """Whether an error's body is one that RT writes, and not a proxy's or the web interface's.

    RT: JSON with ``message``; an empty 500 (an exception in a handler); plain text for 302 to the
    login, 500 while routing and 503; 204 and 304 have no body.
    """
    if message_of(response):
        return True
    plain = not response.content.lstrip().startswith(b"<")
    if response.status == 302:
        return response.content.strip() == b"Login required"
    return response.status in (500, 503) and plain


def etag(response: Response) -> Optional[int]:
    """Number of the newest transaction that the user may see, from a record's ETag, else None."""
    found = re.match(r'"(\d+)"\Z', response.headers.get("etag", ""))
    return int(found.group(1)) if found else None


def number_at_end(response: Response) -> Optional[int]:
    """The number at the end of ``Location``: the only place where RT tells what it created.

    The path is the server's idea of itself; only its number is used.
    """
    found = re.search(r"/(\d+)\Z", response.headers.get("location", ""))
    return int(found.group(1)) if found else None


def _not_rt(response: Response, what: str) -> NoReturn:
    if response.request.effect != "read" and response.status not in range(300, 500):
        raise OutcomeUnknown(what, advice="whether it was done is not known", **_where(response))
    raise ProtocolError(what, status=response.status, body=_text(response), advice=_ADVICE_OTHER,
                        **_where(response))


def _below(response: Response) -> str:
    """The path below ``REST/2.0/``."""
    return response.request.path.rpartition("REST/2.0/")[2]


def _text(response: Response) -> str:
    return response.content[:2000].decode("utf-8", "replace")


def _where(response: Response) -> Mapping[str, Any]:
    said = message_of(response)
    return {"server": response.server or None, "request": response.request.line,
            "messages": (said,) if said else ()}
