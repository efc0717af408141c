"""Bytes to text, and back to the bytes an attachment came in. The only importer of chardet.

RT answers in UTF-8 and means it, with three exceptions that reach a client: 3.x sends REST 1.0
errors as ISO 8859-1, every version sends a text attachment's ``/content`` in the charset the
mail came in under a header that says UTF-8, and saved dumps have been through anybody's editor.

`reencode` is for the other direction: REST2 sends every text as UTF-8, REST 1.0's ``/content``
sends what ``Encode::from_to`` makes of it for the charset in ``X-RT-Original-Encoding``. The
tables below are how Perl's Encode (3.17, the same mappings since 2.x) differs from Python.
"""
from __future__ import annotations

import codecs
import re
from types import MappingProxyType
from typing import Callable, Dict, Mapping, NamedTuple, Optional

import chardet

__all__ = ["Decoded", "decode", "reencode"]

#: Python codecs that are no charsets; a declared name is never looked up among them.
_NOT_CHARSETS = frozenset(["idna", "punycode", "unicode-escape", "raw-unicode-escape",
                           "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"])

#: Enough for a guess; chardet reads every byte it is given.
_GUESS_FROM = 65536

#: Names to prefer where they read the same: chardet's versions call one text by several.
_USUAL = ("cp1252", "cp932")

#: Below this chardet knows less than "Western". Its scale differs: Russian KOI8-R has 0.99 in
#: chardet 5 and 0.35 in 7, where a Latin-1 sentence taken for MacIceland has 0.03.
_CONFIDENCE = 0.25


class Decoded(NamedTuple):
    """Text and how it was had.

    Attributes:
        text: the characters; no byte is lost or replaced unless ``charset`` is wrong.
        charset: Python's name of the codec that was used.
        guessed: True when neither the declared charset nor UTF-8 fitted the bytes.
    """

    text: str
    charset: str
    guessed: bool


def decode(content: bytes, declared: Optional[str] = None) -> Decoded:
    """Text of ``content``: as declared, else UTF-8, else by guess. Never fails.

    Args:
        content: any bytes.
        declared: a charset from a header; unknown names and charsets that do not fit are passed
            over.
    """
    if declared:
        name = _charset_name(declared)
        text = None if name is None else _strictly(content, name)
        if name is not None and text is not None:
            return Decoded(text, name, False)
    text = _strictly(content, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8", False)
    for name in (_guess(content), "cp1252"):
        text = None if name is None else _strictly(content, name)
        if name is not None and text is not None:
            usual = (each for each in _USUAL if _strictly(content, each) == text)
            return Decoded(text, next(usual, name), True)
    return Decoded(content.decode("iso8859-1"), "iso8859-1", True)


def _charset_name(declared: str) -> Optional[str]:
    """Python's name of a declared charset, or None if it is none."""
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return None if name in _NOT_CHARSETS else name


def _strictly(content: bytes, name: str) -> Optional[str]:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError):  # LookupError: rot13 and its like are no text codecs
        return None


def _guess(content: bytes) -> Optional[str]:
    found = chardet.detect(content[:_GUESS_FROM])
    name, confidence = found["encoding"], found["confidence"]
    if not isinstance(name, str) or not isinstance(confidence, float) or confidence < _CONFIDENCE:
        return None
    if name.upper().startswith(("UTF-16", "UTF-32")) and not content.startswith(_MARKS):
        return None  # some NUL bytes make no such text
    return _charset_name(name)


_MARKS = (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE)


# -- the way back ---------------------------------------------------------------------------

def reencode(text: str, original: str) -> Optional[bytes]:
    """The bytes that RT's REST 1.0 sends for a text whose original charset was ``original``.

    Args:
        text: the content as characters (REST2's, which is always UTF-8 on the wire).
        original: the value of ``X-RT-Original-Encoding``; any alias that Perl's Encode knows.

    Returns:
        The bytes; characters outside a one-byte charset become ``?``, as Perl writes them.
        None if the charset is not in the table, or if ``text`` holds a character on which
        Perl's tables and Python's cannot be told to agree.

    Source:
        RT::Attachment's OriginalContent, RT::I18N's canonical names (4.0 to 6.0), and every
        character of planes 0 to 2 through Encode 3.17.
    """
    name = re.sub(r"[\s_]+", "-", original.strip().strip("\"'").lower())
    name = _ALIASES.get(name, name)
    single = _single_byte(name)
    if single is not None:
        return text.encode(single, "replace")
    encoder = _ENCODERS.get(name)
    if encoder is None:
        return None
    try:
        return encoder(text)
    except UnicodeError:
        return None


#: Perl's aliases (lower case, ``_`` as ``-``) that Python spells otherwise or lacks. RT takes
#: GBK for every name of EUC-CN.
_ALIASES: Mapping[str, str] = {
    "utf8": "utf-8", "utf-8-strict": "utf-8", "cp65001": "utf-8",
    "us-ascii": "ascii", "ansi-x3.4-1968": "ascii", "646": "ascii", "iso-646-us": "ascii",
    "latin1": "iso-8859-1", "latin-1": "iso-8859-1", "iso8859-1": "iso-8859-1",
    "latin2": "iso-8859-2", "latin-2": "iso-8859-2", "iso8859-2": "iso-8859-2",
    "latin9": "iso-8859-15", "latin-9": "iso-8859-15", "iso8859-15": "iso-8859-15",
    "cyrillic": "iso-8859-5", "arabic": "iso-8859-6", "greek": "iso-8859-7",
    "hebrew": "iso-8859-8", "thai": "iso-8859-11", "tis-620": "iso-8859-11",
    "winlatin1": "cp1252", "koi8r": "koi8-r", "koi8u": "koi8-u",
    "windows-31j": "cp932", "ms-kanji": "shiftjis", "sjis": "shiftjis", "shift-jis": "shiftjis",
    "x-sjis": "shiftjis", "ujis": "euc-jp", "eucjp": "euc-jp", "euckr": "euc-kr",
    "ks-c-5601-1987": "cp949", "uhc": "cp949", "x-windows-949": "cp949", "windows-949": "cp949",
    "euc-cn": "cp936", "euccn": "cp936", "gb2312": "cp936", "gb-2312-80": "cp936",
    "hz-gb-2312": "cp936", "gbk": "cp936", "windows-936": "cp936",
    "big5": "big5-eten", "big-5": "big5-eten",
}

#: One-byte charsets in which Perl and Python agree on every character, ``?`` included.
_SINGLE_BYTE = re.compile(r"ascii|iso-8859-(?:[1-9]|1[0134-6])|koi8-[ru]|cp125[0-8]|"
                          r"cp(?:437|850|852|866|874)")


def _single_byte(name: str) -> Optional[str]:
    """Python's codec for a one-byte charset of the table, else None."""
    name = re.sub(r"^(?:windows|cp|ibm|dos)-?(\d{3,4})$", r"cp\1", name)
    if _SINGLE_BYTE.fullmatch(name) is None:
        return None
    return "iso8859_11" if name == "iso-8859-11" else name


def _utf8(text: str) -> bytes:
    # Perl's strict UTF-8 writes U+FFFD for a lone surrogate.
    return re.sub("[\ud800-\udfff]", "\ufffd", text).encode("utf-8")


_NONE: Mapping[str, bytes] = MappingProxyType({})


def _like_perl(codec: str, *, otherwise: Mapping[str, bytes] = _NONE,
               unlike: str = "") -> Callable[[str], bytes]:
    """Python's codec where Perl agrees with it.

    Args:
        codec: Python's name.
        otherwise: characters for which Perl has other bytes (stateless codecs only).
        unlike: characters that Python writes and Perl does not; they raise UnicodeEncodeError.
    """
    def encode(text: str) -> bytes:
        for place, character in enumerate(text):
            if character in unlike:
                raise UnicodeEncodeError(codec, text, place, place + 1, "Perl writes otherwise")
        if otherwise.keys().isdisjoint(text):
            return text.encode(codec)
        return b"".join(otherwise.get(character) or character.encode(codec)
                        for character in text)
    return encode


def _ibm_rows() -> Dict[str, bytes]:
    """cp932: of two places Perl writes IBM's (FA40 on), Python NEC's selection of them (ED40)."""
    rows: Dict[str, bytes] = {}
    for lead in (0xFA, 0xFB, 0xFC):
        for trail in range(0x40, 0xFD):
            pair = bytes((lead, trail))
            text = pair.decode("cp932", "ignore")
            if len(text) == 1 and text.encode("cp932")[:1] in (b"\xed", b"\xee"):
                rows[text] = pair
    return rows


def _eten_rows() -> Dict[str, bytes]:
    """big5-eten: ETEN's C6A1 to C8FE, which Python has in big5hkscs only, and four box lines."""
    rows: Dict[str, bytes] = {"\u2550": b"\xf9\xf9", "\u255e": b"\xf9\xe9",
                              "\u2561": b"\xf9\xeb", "\u256a": b"\xf9\xea"}
    for lead in (0xC6, 0xC7, 0xC8):
        for trail in range(0x40, 0xFF):
            pair = bytes((lead, trail))
            text = pair.decode("big5hkscs", "ignore")
            if pair >= b"\xc6\xa1" and len(text) == 1 and text.encode("big5hkscs") == pair:
                rows[text] = pair
    return rows


#: Characters that Python's cp950 or big5hkscs writes and Perl's big5-eten does not.
_NOT_ETEN = ("\xa2\xa3\xa5\u2022\u203e\u223c\u2609\u2641\u31cf\u4491\u4e36\u4e3f\u4e85\u4ea0\u5182"
             "\u5196\u51ab\u52f9\u5338\u5344\u5369\u53b6\u590a\u5b80\u5ddb\u5e7f\u5f50\u5f5d\u5f61"
             "\u6534\u7592\u8fb5\u9fb0\u9fb1\uff64")

_ENCODERS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8": _utf8,
    "utf-16": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16be": lambda text: text.encode("utf-16-be"),
    "utf-16le": lambda text: text.encode("utf-16-le"),
    "iso-2022-jp": _like_perl("iso2022_jp", unlike="\xa5\u203e"),
    "shiftjis": _like_perl("shift_jis", unlike="\xa5\u203e"),
    "euc-jp": _like_perl("euc_jp", unlike="\xa5\u203e"),
    # Python's euc_kr composes the other syllables of eight bytes each; Perl has none of those.
    "euc-kr": lambda text: text.encode("cp949").decode("euc_kr").encode("euc_kr"),
    "cp949": _like_perl("cp949", otherwise={"\x80": b"\x80"}),
    "cp932": _like_perl("cp932", otherwise=_ibm_rows(), unlike="\u2016\u2212\u301c"),
    "cp936": _like_perl("gbk", otherwise={"\u20ac": b"\x80"}),
    "big5-eten": _like_perl("cp950", otherwise=_eten_rows(), unlike=_NOT_ETEN),
}
