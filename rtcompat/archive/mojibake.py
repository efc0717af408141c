"""Text that was UTF-8, was read as Latin-1 or Windows-1252 and was encoded again."""
from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional, Tuple

from rtcompat.rest1.forms import Field, Form

__all__ = ["looks_twice_encoded", "repaired", "repaired_form"]

#: The characters of Windows-1252 at 0x80 to 0x9F, and their bytes.
_BYTES = {ord(bytes((byte,)).decode("cp1252")): byte for byte in range(0x80, 0xA0)
          if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_FOLLOW = "\x80-\xbf" + "".join(map(re.escape, map(chr, _BYTES)))

#: What the bytes of one character of UTF-8 look like, read byte by byte.
_TWICE = re.compile(f"(?:[\xc2-\xdf][{_FOLLOW}]|[\xe0-\xef][{_FOLLOW}]{{2}}"
                    f"|[\xf0-\xf4][{_FOLLOW}]{{3}})+")
#: What all of it begins with: looked for first, as it is found much faster.
_BEGUN = re.compile(f"[\xc2-\xf4][{_FOLLOW}]")
#: The same in UTF-8: cheap, and wrong at times.
_TWICE_BYTES = re.compile(rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xe2[\x80\x82\x84]|\xc5|\xc6\x92"
                          rb"|\xcb)")


def looks_twice_encoded(content: bytes) -> bool:
    """Whether a text in UTF-8 may hold characters that were encoded twice; cheap."""
    return _TWICE_BYTES.search(content) is not None


def repaired(text: str) -> Optional[str]:
    """The text with what was encoded twice put right; None if nothing was.

    Only stretches that give valid UTF-8 with a letter outside of ASCII count.
    """
    if _TWICE.search(text) is None:
        return None
    mended = _TWICE.sub(lambda match: _mended(match.group()), text)
    return None if mended == text else mended


def _mended(stretch: str) -> str:
    try:
        text = bytes(_BYTES.get(ord(each), ord(each)) for each in stretch).decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return stretch
    return text if any(map(str.isalpha, text)) else stretch


def repaired_form(form: Form) -> Tuple[Form, Tuple[Field, ...]]:
    """A form with its values put right, and the fields that were wrong."""
    if not form.holds(_BEGUN) or not form.holds(_TWICE):
        return form, ()
    wrong = []
    fields = []
    for field in form.fields:
        key, value = repaired(field.key), repaired(field.value)
        if key is None and value is None:
            fields.append(field)
            continue
        wrong.append(field)
        fields.append(replace(field, key=field.key if key is None else key,
                              value=field.value if value is None else value))
    return (replace(form, fields=tuple(fields)) if wrong else form), tuple(wrong)
