"""The content of an attachment as it streams by: RT's head is cut off, refusals stay out of files.

``…/content`` answers with a status line, an empty line and the bytes, or, in the same shape, with
a sentence that there is no such attachment. So nothing is written before the head was accepted
and the beginning cannot be such a sentence any more.
"""
from __future__ import annotations

import re
from typing import Mapping, Optional, Protocol

__all__ = ["ContentSink", "Target", "content_of"]

#: RT's head is some 50 bytes long; what has no line end by then is no head.
_LONGEST_HEAD = 500
_HEAD = re.compile(rb"RT/\S+ (\d{3}) [^\n]*\n\n")
#: All that RT says in place of a content (``attachments/A/content``), with the line ends of all
#: versions.
_SENTENCE = re.compile(
    rb"# (?:Invalid attachment id: \d+|(?:Attachment|Ticket) \d+ does not exist\.)\n*\Z")
_LONGEST_SENTENCE = 80


class Target(Protocol):
    """Where the content goes, as `exchange.FileSink` has it."""

    def open(self) -> None: ...

    def write(self, chunk: bytes) -> None: ...

    def finish(self) -> None: ...

    def abandon(self) -> None: ...


class ContentSink:
    """Hands the content of one attachment on to a target.

    Args:
        target: the file's end; opened once the head was accepted.
        line_ends: None where RT gives exact bytes (4.4.5, 5.0.2 and later). Before, RT removes
            all final line ends and adds three: this many are written in their place; -1 takes
            the three away, which is right for all that is no text.

    After the answer `refused` holds the bytes of an answer that is no content (the target is then
    untouched), and `empty` tells that there was no byte at all, by which RT also says no.
    """

    def __init__(self, target: Target, *, line_ends: Optional[int] = None) -> None:
        self.refused: Optional[bytes] = None
        self.empty = False
        self._target = target
        self._line_ends = line_ends
        self._begun = b""
        self._accepted = False
        self._held = b""

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        """Whether the body is to be streamed; any other status is read as a whole instead."""
        self.refused, self.empty = None, False
        self._begun, self._held, self._accepted = b"", b"", False
        return status == 200

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the answer."""
        if self._accepted:
            self._write(chunk)
            return
        self._begun += chunk
        if len(self._begun) <= _LONGEST_HEAD + _LONGEST_SENTENCE:
            return
        content = content_of(self._begun)
        if content is None:
            self.refused = self._begun[:4000]
            self._begun = self._begun[:4000]
        else:
            self._accept(content)

    def finish(self) -> None:
        """The answer is whole: put the file in its place, unless it was refused."""
        if not self._accepted:
            content = content_of(self._begun)
            if not self._begun:
                self.empty = True
                return
            if content is None or _SENTENCE.match(content):
                self.refused = self._begun
                return
            self._accept(content)
        self._last()
        self._target.finish()

    def abandon(self) -> None:
        """The answer broke off."""
        self._target.abandon()

    def _accept(self, content: bytes) -> None:
        self._accepted = True
        self._begun = b""
        self._target.open()
        self._write(content)

    def _write(self, chunk: bytes) -> None:
        """Write all but the final line ends, which may be RT's."""
        if self._line_ends is None:
            self._target.write(chunk)
            return
        whole = self._held + chunk
        kept = len(whole.rstrip(b"\n"))
        self._target.write(whole[:kept])
        self._held = whole[kept:]

    def _last(self) -> None:
        if self._line_ends is not None:
            self._target.write(b"\n" * self._line_ends)


def content_of(body: bytes) -> Optional[bytes]:
    """What follows the head of a ``200 Ok``; None if the body begins otherwise."""
    head = _HEAD.match(body[:_LONGEST_HEAD])
    if head is None or head.group(1) != b"200":
        return None
    return body[head.end():]
