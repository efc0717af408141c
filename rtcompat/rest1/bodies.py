"""Which part of a message is its body. Pure functions over what RT lists and prints.

RT's long history prints one text a transaction: its first text/plain body, or the text made of an
HTML one, or a sentence in the user's language that there is none. The list of parts tells which;
where it leaves that open, the parts themselves are read.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Optional, Tuple

from rtcompat.model import Attachment, Transaction
from rtcompat.rest1.forms import Form
from rtcompat.rest1.values import read_headers

__all__ = ["Draft", "draft", "size_fits"]

_BODY_TYPES = ("text/plain", "text/html", "text")


@dataclass(frozen=True)
class Draft:
    """A transaction whose bodies may still have to be read.

    Attributes:
        open_parts: attachments whose content and headers have to be read before `finished`.
        printed: the text in the history, which may be of any of the parts.
    """

    transaction: Transaction
    open_parts: Tuple[int, ...]
    printed: str

    def finished(self, texts: Mapping[int, Form]) -> Transaction:
        """The transaction with its bodies.

        Args:
            texts: the forms of the open parts by attachment.
        """
        if not self.open_parts:
            return self.transaction
        plain: Optional[str] = None
        html: Optional[str] = None
        for number in self.open_parts:
            form = texts.get(number)
            if form is None or _is_attached(form):
                continue
            kind = (form.get("ContentType") or "").lower()
            text = form.get("Content") or ""
            if kind == "text/html":
                html = text if html is None else html
            elif plain is None:
                plain = text
        rendered = self.printed if plain is None and html is not None else None
        return replace(self.transaction, content=plain, html=html, rendered=rendered)


def _is_attached(form: Form) -> bool:
    """Whether the part says of itself that it is no body."""
    for name, value in read_headers(form.get("Headers") or ""):
        if name.lower() == "content-disposition":
            return value.lower().startswith("attachment")
    return False


def _could_be_body(part: Attachment) -> bool:
    return part.filename is None and part.content_type.lower() in _BODY_TYPES


def size_fits(text: str, size: str) -> bool:
    """Whether RT would print this size for this text: characters, rounded above 1024.

    A text that is exactly ``0`` is printed as none, and counted as none: then it does not fit.
    """
    count = len(text)
    if count <= 1024:
        return count > 0 and size == f"{count}b"
    tenths = int(count / 102.4)
    return size in (f"{tenths / 10:g}k", f"{tenths / 10}k")


def draft(transaction: Transaction, printed: str, parts: Tuple[Attachment, ...],
          sizes: Mapping[int, str]) -> Draft:
    """A transaction with its attachments, and with its bodies where the list leaves no choice.

    Args:
        printed: ``Content`` of the history.
        parts: the transaction's attachments by id.
        sizes: by attachment the size as RT prints it, which tells whether ``printed`` is it.
    """
    with_parts = replace(transaction, attachments=tuple(sorted(parts, key=lambda one: one.id)))
    candidates = [part for part in with_parts.attachments if _could_be_body(part)]
    none = replace(with_parts, content=None, html=None, rendered=None)
    if not candidates:
        return Draft(none, (), printed)
    first = candidates[0]
    if len(candidates) == 1 and first.content_type.lower() == "text/plain" \
            and size_fits(printed, sizes.get(first.id, "")):
        return Draft(replace(none, content=printed), (), printed)
    return Draft(none, tuple(part.id for part in candidates), printed)
