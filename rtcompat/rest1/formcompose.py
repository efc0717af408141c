"""Writing what RT writes: envelopes -> the bytes of an answer, as ``form_compose`` lays them out.

The other direction of ``formscan``: ``compose_answer(parse(content)) == content`` for what RT
sent. Used where we speak as an RT does.
"""
from __future__ import annotations

from typing import Iterable, List, Sequence

from rtcompat.rest1.formsyntax import Envelope, Field, Form, indent_of

__all__ = ["compose_answer", "compose_forms", "compose_list"]

#: Source: form_compose (3.0.7 to 6.0.0) starts a new line of a list from this width on.
_LIST_WIDTH = 70


def compose_answer(envelopes: Iterable[Envelope]) -> bytes:
    """The body of an HTTP answer: nothing for no envelopes.

    Fields that were not UTF-8 (`Field.raw`) are written as the bytes they came as.
    """
    text = "".join(_envelope(envelope) for envelope in envelopes)
    return text.encode("utf-8", "surrogateescape")


def _envelope(envelope: Envelope) -> str:
    head = f"RT/{envelope.version} {envelope.code} {envelope.text}\n"
    if not envelope.blank:
        return head
    if not envelope.forms:
        if envelope.raw_body is not None:
            return head + "\n" + envelope.raw_body.decode("utf-8", "surrogateescape")
        return head + "\n" + envelope.body
    text = compose_forms(envelope.forms)
    if envelope.tail < 0:
        text = text[:envelope.tail]
    return head + "\n" + text + "\n" * envelope.tail


def compose_forms(forms: Sequence[Form]) -> str:
    """The forms as RT joins them; bytes that were not UTF-8 are held as lone surrogates."""
    return "\n--\n\n".join(_form(form) for form in forms)


def _form(form: Form) -> str:
    text = ""
    if form.comment:
        text = "\n".join(form.comment) + ("\n" if form.chomped else "\n\n")
    pieces: List[str] = []
    for field in form.fields:
        if _spans_lines(field) and pieces and not pieces[-1].endswith("\n\n"):
            pieces.append("\n")
        pieces.append(_field(field))
    text += "".join(pieces)
    return text + "".join(line + "\n" for line in form.error)


def _spans_lines(field: Field) -> bool:
    return "\n" in field.value


def _field(field: Field) -> str:
    key, value = field.key, field.value
    if field.raw is not None:
        key, value = (part.decode("utf-8", "surrogateescape") for part in field.raw)
    if "\n" not in value:
        return f"{key}:\n" if field.listed and not value else f"{key}: {value}\n"
    indent = " " * indent_of(key)
    first, *rest = value.split("\n")
    last = rest.pop()
    lines = [f"{key}: {first}", *(indent + line for line in rest)]
    # A value's own last line end is followed by nothing to indent.
    lines.append(indent + last if last else "")
    return "\n".join(lines) + "\n\n"


def compose_list(key: str, items: Sequence[str]) -> Field:
    """The field that RT writes for a list (watchers, links): parted by ``, `` and wrapped.

    Items with a line end of their own are not wrapped by RT but written under a key of their
    own each; they do not occur in lists of addresses and links and are not handled here.
    """
    if not items:
        return Field(key, "", listed=True)
    lines = [f"{key}: {items[0]}"]
    for item in items[1:]:
        width = len(lines[-1]) + (1 if len(lines) == 1 else 0)
        if len(lines) > 1:
            width += indent_of(key) + 1
        if width + len(item) >= _LIST_WIDTH:
            lines[-1] += ","
            lines.append(item)
        else:
            lines[-1] += f", {item}"
    return Field(key, "\n".join(lines)[len(key) + 2:])
