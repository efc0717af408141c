"""The write that a dry run did not send, for people and for programs. It holds no secret."""
from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from dataclasses import replace
from typing import IO, Any, Dict, Iterator, List, Sequence, Tuple, Union

from rtcompat.cli.layout import visible
from rtcompat.exchange import NO_JSON, Part, Request

__all__ = ["as_text", "as_record"]


#: Where the two protocols name one write differently.
_WORDED = (("create a ticket in queue ", "create a ticket in "), ("reply on ", "reply to "),
           ("comment to ", "comment on "))


def _about(request: Request) -> str:
    about = request.about or "the write"
    for theirs, ours in _WORDED:
        if about.startswith(theirs):
            return ours + about[len(theirs):]
    return about


def _parts(request: Request, names: Sequence[str]) -> Tuple[Part, ...]:
    """The parts with the files' own names, which REST 1.0 spells inside the form instead."""
    own = iter(names)
    return tuple(part if part.filename is None
                 else replace(part, filename=next(own, part.filename)) for part in request.parts)


def _files_in_json(content: Any) -> Tuple[Any, List[str]]:
    """A body without the files that REST2 writes into it as base64, and a line for each of them."""
    if isinstance(content, list):
        bodies = [_files_in_json(one) for one in content]
        return [body for body, _ in bodies], [line for _, lines in bodies for line in lines]
    if not isinstance(content, dict) or not isinstance(content.get("Attachments"), list):
        return content, []
    rest = {name: value for name, value in content.items() if name != "Attachments"}
    return rest, [_file(one["FileName"], one["FileType"], len(b64decode(one["FileContent"])))
                  for one in content["Attachments"]]


def _file(name: Any, content_type: Any, size: int) -> str:
    return visible(f"file {name!r}, {content_type}, {size:,} bytes")


#: A password as REST 1.0's form has it, with its further lines.
_IN_FORM = re.compile(r"(?m)^(Password:).*(?:\n[ \t].*)*")


def _masked(request: Request) -> Request:
    """The request with stars for a new password: what is shown stays in terminals and logs."""
    form = request.form and tuple((name, _IN_FORM.sub(r"\1 ***", value))
                                  for name, value in request.form)
    content = request.json
    if isinstance(content, dict) and "Password" in content:
        content = {**content, "Password": "***"}
    return replace(request, form=form, json=content)


def as_text(request: Request, names: Sequence[str] = ()) -> Iterator[str]:
    """Request line and body, for people; files in the same words over both protocols.

    Args:
        names: the files' own, in their order.
    """
    request = _masked(request)
    yield f"not sent: {visible(_about(request))} would be"
    yield visible(request.line)
    for name, value in request.query:
        yield visible(f"    ?{name}={value}")
    files: List[str] = []
    if request.json is not NO_JSON:
        yield "JSON:"
        content, files = _files_in_json(request.json)
        shown = json.dumps(content, indent=2, ensure_ascii=False)
        yield from ("    " + line for line in visible(shown).split("\n"))
    for name, value in request.form or ():
        yield from _field(name, value)
    for part in _parts(request, names):
        if part.filename is None and isinstance(part.content, bytes):
            yield from _field(part.name, part.content.decode("utf-8", "backslashreplace"))
        else:
            files.append(_file(part.filename, part.content_type, _size(part.content)))
    yield from files


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


def as_record(request: Request, names: Sequence[str] = ()) -> Dict[str, Any]:
    """Request line and body for programs: ``json``, ``form`` or ``parts`` where there is one."""
    request = _masked(request)
    shown: Dict[str, Any] = {"method": request.method, "path": request.path,
                             "query": [list(pair) for pair in request.query]}
    if request.json is not NO_JSON:
        shown["json"] = request.json
    if request.form is not None:
        shown["form"] = [list(pair) for pair in request.form]
    if request.parts:
        shown["parts"] = [_part(part) for part in _parts(request, names)]
    return shown


def _part(part: Part) -> Dict[str, Any]:
    shown: Dict[str, Any] = {"name": part.name}
    if part.filename is None and isinstance(part.content, bytes):
        shown["content"] = part.content.decode("utf-8", "backslashreplace")
    else:
        shown.update(filename=part.filename, content_type=part.content_type,
                     size=_size(part.content))
    return shown
