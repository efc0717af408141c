"""Recorded servers of RT 3.6, 3.8 and 4.0 that answer what `Rest1` asks.

The recordings hold one object an answer; `Rest1` asks for several at once. So what ``show`` says
is put together from theirs as RT does it: long histories first, each with a status line of its own
(as RT does for histories), then one envelope with the other forms, ``fields=`` applied to each.
"""
from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Dict, FrozenSet, Iterable, List, Optional, Tuple
from urllib.parse import parse_qsl

from rtcompat.exchange import Request, Response
from rtcompat.replay import Unrecorded
from rtcompat.rest1.forms import Envelope, Form, compose_answer, parse

__all__ = ["Farm", "VERSIONS", "farms"]

VERSIONS = ("3.6.11", "3.8.17", "4.0.25")
_FIXTURES = Path(__file__).parents[2] / "fixtures"
_Key = Tuple[str, FrozenSet[Tuple[str, str]]]
_SECRET = ("user", "pass")


def farms() -> Dict[str, Farm]:
    """A farm for each version."""
    found = {version: Farm(version) for version in VERSIONS}
    for entry in json.loads((_FIXTURES / "MANIFEST.json").read_text("utf-8")):
        farm = found.get(entry["server"])
        asked = entry.get("request", {})
        if farm is None or not entry["file"].startswith("farm/") or asked["method"] != "GET" \
                or asked["user"] != "root" or "headers" in asked or entry["status"] != 200:
            continue
        path, _, query = asked["url"].partition("?")
        parameters = frozenset(pair for pair in parse_qsl(query, keep_blank_values=True)
                               if pair[0] not in _SECRET)
        farm.answers.setdefault((path.partition("/REST/1.0/")[2], parameters),
                                (_FIXTURES / entry["file"]).read_bytes())
    return found


class Farm:
    """One version's recordings, as administrator.

    Attributes:
        answers: bodies by (path below REST/1.0/, parameters).
        asked: request lines, in order.
    """

    def __init__(self, version: str) -> None:
        self.version = version
        self.answers: Dict[_Key, bytes] = {}
        self.asked: List[str] = []

    def send(self, request: Request) -> Response:
        """Answer a read; `Unrecorded` for everything else."""
        self.asked.append(request.line)
        if request.effect != "read":
            raise Unrecorded(f"{self.version} is a recording: {request.line}")
        pairs = [*request.query, *(request.form or ())]
        body = self._show(pairs) if request.path == "show" else self._one(request.path, pairs)
        response = Response(200, {"content-type": "text/plain; charset=utf-8"}, body,
                            replace(request, path=f"REST/1.0/{request.path}"), "farm")
        if request.sink is not None and request.sink.start(200, response.headers):
            for start in range(0, len(body), 7):  # small bites
                request.sink.feed(body[start:start + 7])
            request.sink.finish()
            return replace(response, content=b"", sunk=True)
        return response

    def _one(self, path: str, pairs: Iterable[Tuple[str, str]]) -> bytes:
        """A recorded answer; ``fields`` is applied to the whole form where it was not recorded."""
        parameters = frozenset(pairs)
        path = self._through_ticket(self._by_number(path))
        for place in (path, re.sub(r"/show$", "", path)):
            if (place, parameters) in self.answers:
                return self.answers[place, parameters]
        if path.startswith("queue/") and ("format", "l") in parameters:
            # the kinds of custom fields were not recorded, their names were
            return self._one(path, parameters - {("format", "l")})
        wanted = dict(parameters).get("fields")
        if wanted is None:
            raise Unrecorded(f"{self.version}: {path} {sorted(parameters)}")
        whole = self._one(path, [pair for pair in parameters if pair[0] != "fields"])
        return compose_answer(_chosen(parse(whole), wanted))

    def _by_number(self, path: str) -> str:
        """Names of queues with a blank are known to 4.0 only."""
        if not path.startswith("queue/Legacy%20Support"):
            return path
        if self.version.startswith("3."):
            return "queue/Legacy%20Support"
        return path.replace("Legacy%20Support", "3")

    def _through_ticket(self, path: str) -> str:
        """``attachment/A`` (4.0.12) shows what ``ticket/N/attachments/A`` does, which was asked."""
        if not path.startswith("attachment/") or (path, frozenset()) in self.answers:
            return path
        wanted = "/attachments/" + path.partition("/")[2]
        return next((known for known, _ in self.answers if known.endswith(wanted)), path)

    def _show(self, pairs: List[Tuple[str, str]]) -> bytes:
        settings = dict(pair for pair in pairs if pair[0] != "id")
        histories, forms = b"", []
        last: Optional[Envelope] = None
        for name in _expanded(value for key, value in pairs if key == "id"):
            if name.endswith("/history"):
                body = self._one(name, [("format", "l")])
                envelopes = parse(body)
                wanted = settings.get("fields")
                histories += body if wanted is None else compose_answer(
                    _chosen(envelopes, wanted))
                continue
            for envelope in parse(self._one(name, [pair for pair in settings.items()
                                                   if pair[0] == "fields"])):
                last = envelope
                forms += [form for form in envelope.forms if form.fields or form.comment]
        if last is None or not forms:
            return histories
        return histories + compose_answer([replace(last, forms=tuple(forms))])


def _expanded(ids: Iterable[str]) -> Iterable[str]:
    for one in ids:
        kind, numbers, rest = (one.split("/", 2) + [""])[:3]
        for number in numbers.split(","):
            yield f"{kind}/{number}/{rest}".rstrip("/")


def _chosen(envelopes: Iterable[Envelope], fields: str) -> List[Envelope]:
    """What RT prints when asked for these fields."""
    wanted = {name.lower() for name in fields.split(",")} | {"id"}
    if "content" in wanted:
        wanted.add("creator")  # RT prints it with the content only

    def of(form: Form) -> Form:
        return replace(form, fields=tuple(field for field in form.fields
                                          if field.key.lower() in wanted))
    return [replace(envelope, forms=tuple(map(of, envelope.forms))) for envelope in envelopes]
