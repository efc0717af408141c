"""The write that a dry run did not send, for people and for programs. It holds no secret."""
from __future__ import annotations

import json
import os
from typing import IO, Any, Dict, Iterator, Union

from rtcompat.cli.layout import visible
from rtcompat.exchange import NO_JSON, Part, Request

__all__ = ["as_text", "as_record"]


def as_text(request: Request) -> Iterator[str]:
    """Request line and body, for people."""
    yield f"not sent: {visible(request.about or 'the write')} would be"
    yield visible(request.line)
    for name, value in request.query:
        yield visible(f"    ?{name}={value}")
    if request.json is not NO_JSON:
        yield "JSON:"
        shown = json.dumps(request.json, indent=2, ensure_ascii=False)
        yield from ("    " + line for line in visible(shown).split("\n"))
    for name, value in request.form or ():
        yield from _field(name, value)
    for part in request.parts:
        if part.filename is None and isinstance(part.content, bytes):
            yield from _field(part.name, part.content.decode("utf-8", "backslashreplace"))
        else:
            yield visible(f"{part.name}: file {part.filename!r}, {part.content_type}, "
                          f"{_size(part.content):,} bytes")


def _field(name: str, value: str) -> Iterator[str]:
    yield visible(f"{name}:")
    yield from ("    " + line for line in visible(value).split("\n"))


def _size(content: Union[bytes, IO[bytes]]) -> int:
    """Bytes of a part's content; an open file is left where it was."""
    if isinstance(content, bytes):
        return len(content)
    place = content.tell()
    size = content.seek(0, os.SEEK_END)
    content.seek(place)
    return size


def as_record(request: Request) -> Dict[str, Any]:
    """Request line and body for programs: ``json``, ``form`` or ``parts`` where there is one."""
    shown: Dict[str, Any] = {"method": request.method, "path": request.path,
                             "query": [list(pair) for pair in request.query]}
    if request.json is not NO_JSON:
        shown["json"] = request.json
    if request.form is not None:
        shown["form"] = [list(pair) for pair in request.form]
    if request.parts:
        shown["parts"] = [_part(part) for part in request.parts]
    return shown


def _part(part: Part) -> Dict[str, Any]:
    shown: Dict[str, Any] = {"name": part.name}
    if part.filename is None and isinstance(part.content, bytes):
        shown["content"] = part.content.decode("utf-8", "backslashreplace")
    else:
        shown.update(filename=part.filename, content_type=part.content_type,
                     size=_size(part.content))
    return shown
