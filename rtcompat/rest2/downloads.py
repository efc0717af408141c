"""The contents of Image and Binary custom fields over REST2: bytes as they were stored."""
from __future__ import annotations

from pathlib import Path
from typing import Mapping, Union

from rtcompat.errors import ProtocolError
from rtcompat.exchange import FileSink, Operation, Request, Response
from rtcompat.limits import positive_id
from rtcompat.rest2.answers import refuse

__all__ = ["RawSink", "read_content", "save_content"]

#: RT answers 406 to who wants JSON only.
_ANY = (("Accept", "*/*"),)


def _is_content(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer is a content. RT gives an ETag with one, and a web page has to have it to
    be taken for one: a proxy's login page is 200 too."""
    page = headers.get("content-type", "").lower().startswith("text/html")
    return status == 200 and (not page or "etag" in headers)


class RawSink:
    """Takes the body of a success as it is, into a file."""

    def __init__(self, target: FileSink) -> None:
        self.target = target

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        """Others are read into the response."""
        self.target.abandon()
        return _is_content(status, headers)

    def feed(self, chunk: bytes) -> None:
        self.target.write(chunk)

    def finish(self) -> None:
        self.target.finish()

    def abandon(self) -> None:
        self.target.abandon()


def _checked(response: Response) -> None:
    if response.status != 200:
        refuse(response)
    raise ProtocolError("the answer is a web page and not a custom field's content",
                        status=response.status, request=response.request.line)


def read_content(value_id: int) -> Operation[bytes]:
    """See `Tracker.read_custom_field_content`. Requests: 1."""
    positive_id(value_id, "value_id")
    response = yield Request("GET", f"download/cf/{value_id}", headers=_ANY,
                             about=f"read the content of value {value_id}")
    if not _is_content(response.status, response.headers):
        _checked(response)
    return response.content


def save_content(value_id: int, path: Union[str, Path]) -> Operation[int]:
    """See `Tracker.save_custom_field_content`. Requests: 1."""
    positive_id(value_id, "value_id")
    target = FileSink(path)
    response = yield Request("GET", f"download/cf/{value_id}", sink=RawSink(target),
                             headers=_ANY,
                             about=f"save the content of value {value_id}")
    if not response.sunk:
        _checked(response)
    return target.size
