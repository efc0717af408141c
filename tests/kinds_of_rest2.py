"""What a recorded answer of REST2 is: one named kind each, by status and JSON."""
from __future__ import annotations

import json
from enum import Enum
from typing import Any, Mapping

__all__ = ["Kind2", "kind2"]


class Kind2(Enum):
    """The kinds of answers of REST2 in RT 5 and 6 and of the extension for RT 4."""

    UNKNOWN = "REST2: unknown"
    SERVER = "REST2: server information"
    RECORD = "REST2: record"
    COLLECTION = "REST2: collection"
    CREATED = "REST2: reference to what was created"
    MESSAGES = "REST2: sentences on what was done"
    BULK = "REST2: results of many"
    ERROR = "REST2: message of an error"
    SERVER_ERROR = "REST2: empty or plain server error"
    EMPTY = "REST2: nothing"
    DELETED = "REST2: done, no content"
    NOT_MODIFIED = "REST2: not modified"
    LOGIN_REDIRECT = "REST2: redirect to the login page"
    DOWNLOAD = "REST2: download"
    WEB_PAGE = "REST2: web page"
    NO_ANSWER = "no answer recorded"


def kind2(content: bytes, *, status: int, headers: Mapping[str, str]) -> Kind2:
    """The kind of an answer.

    Args:
        content: the body.
        status: of HTTP.
        headers: by lower-case name.
    """
    by_status = {204: Kind2.DELETED, 304: Kind2.NOT_MODIFIED, 302: Kind2.LOGIN_REDIRECT}
    if status in by_status:
        return by_status[status]
    if content.lstrip()[:1] == b"<":
        return Kind2.WEB_PAGE
    if not content.strip():
        return Kind2.SERVER_ERROR if status >= 500 else Kind2.EMPTY
    # A cut or Latin-1 body is still told by its beginning: a German comment's sentence is one.
    try:
        told = json.loads(content.decode("utf-8", "replace"))
    except ValueError:
        if status >= 500:
            return Kind2.SERVER_ERROR
        return Kind2.DOWNLOAD if "json" not in headers.get("content-type", "") else Kind2.UNKNOWN
    return _json(told, status)


def _json(told: Any, status: int) -> Kind2:
    if isinstance(told, list):
        if all(isinstance(each, str) for each in told):
            return Kind2.MESSAGES
        return Kind2.BULK
    if not isinstance(told, dict):
        return Kind2.UNKNOWN
    if "message" in told and status >= 400:
        return Kind2.ERROR
    if status == 201 and {"id", "type", "_url"} <= told.keys():
        return Kind2.CREATED
    if "items" in told and "count" in told:
        return Kind2.COLLECTION
    if "Version" in told and "id" not in told:
        return Kind2.SERVER
    return Kind2.RECORD if "id" in told or "_hyperlinks" in told else Kind2.UNKNOWN
