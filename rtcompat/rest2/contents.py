"""The bytes that were sent to RT, from the UTF-8 that REST2 sends for text.

RT keeps text as UTF-8 and notes the charset it came in as ``X-RT-Original-Encoding``; REST 1.0
sends that charset again. RT takes only plain text, HTML and whole messages for text; every other
type is kept and sent as it is (RT 4.4 to 5.0.10).
"""
from __future__ import annotations

import codecs
import re
from typing import Any, Optional

from rtcompat.charset import reencode
from rtcompat.errors import Unsupported
from rtcompat.rest2.values import read_headers, read_text

__all__ = ["Original", "original_of", "no_content"]

_TEXTUAL = re.compile(r"text/(?:plain|html)\b|message/rfc822\b", re.IGNORECASE)
_UTF8 = re.compile(r"\s*utf-?8(-strict)?\s*", re.IGNORECASE)
#: Characters after which a text without line ends is cut all the same.
_LONGEST_LINE = 1_000_000


class Original:
    """Turns UTF-8, piece by piece, into the original charset.

    Args:
        charset: as ``X-RT-Original-Encoding`` says, or None to leave the bytes alone.
    """

    def __init__(self, charset: Optional[str]) -> None:
        self.is_text = charset is not None
        self._charset = None if _UTF8.fullmatch(charset or "") else charset
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._begun = False

    def encode(self, piece: bytes, last: bool = False) -> bytes:
        """The bytes for some more of the content; cut at line ends, where every charset is in its
        first state. Raises: Unsupported for a charset that only Perl knows."""
        if self._charset is None:
            return piece
        text = self._rest + self._decoder.decode(piece, last)
        cut = len(text) if last or len(text) > _LONGEST_LINE else text.rfind("\n") + 1
        self._rest = text[cut:]
        if not cut:
            return b""
        done = reencode(text[:cut], self._charset)
        if done is None:
            raise Unsupported(f"the text came in the charset {self._charset!r}, to which it cannot "
                              "be turned back here", operation="read_attachment",
                              protocol="rest2", advice="read it over REST 1.0")
        if self._begun and self._charset.strip().lower() in ("utf-16", "utf16", "ucs-2"):
            done = done[2:]  # a byte order mark stands at the beginning only
        self._begun = True
        return done


def original_of(content_type: Any, headers: Any) -> Original:
    """The way back for a part.

    Args:
        content_type: the column. headers: the one text of its headers.
    """
    if not _TEXTUAL.match(read_text(content_type)):
        return Original(None)
    for name, value in read_headers(headers):
        if name.lower() == "x-rt-original-encoding" and value:
            return Original(value)
    return Original("utf-8")


def no_content(content_type: str, operation: str) -> bytes:
    """What null stands for: the parts of a multipart hold its content, and it has none itself.

    Raises: Unsupported for a message in a message, which RT has taken apart: REST 1.0 puts it
        together again, REST2 does not.
    """
    if content_type.lower().startswith("multipart/"):
        return b""
    raise Unsupported(f"REST2 does not give the content of a part of type {content_type}",
                      operation=operation, protocol="rest2",
                      advice="read the parts in it, or this one over REST 1.0")
