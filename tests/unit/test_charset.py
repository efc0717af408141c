"""Decoding never fails and says what it did; encoding back gives the bytes that Perl writes."""
from __future__ import annotations

import random
import subprocess
from typing import List, Optional

import pytest

from rtcompat.charset import decode, reencode


@pytest.mark.parametrize("content, declared, text, charset, guessed", [
    (b"", None, "", "utf-8", False),
    ("Grüße".encode(), None, "Grüße", "utf-8", False),
    ("Grüße".encode(), "utf-8", "Grüße", "utf-8", False),
    ("Grüße".encode("latin-1"), "ISO-8859-1", "Grüße", "iso8859-1", False),
    ("€".encode("cp1252"), '"Windows-1252"', "€", "cp1252", False),
    # A declared charset that does not fit, is none, or is only Python's: passed over.
    ("Grüße".encode(), "ascii", "Grüße", "utf-8", False),
    ("Grüße".encode(), "x-unknown", "Grüße", "utf-8", False),
    (b"\\u0041", "unicode_escape", "\\u0041", "utf-8", False),
    (b"abc", "rot13", "abc", "utf-8", False), (b"616263", "hex", "616263", "utf-8", False),
    (b"abc", "idna", "abc", "utf-8", False), (b"abc", "a\0b", "abc", "utf-8", False),
    # Line ends, NEL and BOM are content.
    (b"a\r\n\xc2\x85\xef\xbb\xbfb", None, "a\r\n\x85\ufeffb", "utf-8", False),
    # Nothing fits: one character for each byte.
    (b"\x81\xff", None, "\x81ÿ", "iso8859-1", True),
])
def test_decode(content: bytes, declared: Optional[str], text: str, charset: str,
                guessed: bool) -> None:
    assert decode(content, declared) == (text, charset, guessed)


@pytest.mark.parametrize("text, encoding", [
    ("Mit freundlichen Grüßen, Jürgen Müller aus Köln. Die Größe ist „ungefähr“ gleich.", "cp1252"),
    ("Это довольно длинное сообщение на русском языке, чтобы его можно было угадать. "
     "Пожалуйста, проверьте работу сервера и ответьте на это письмо.", "koi8-r"),
    ("日本語のテキストです。今日は天気がいいですね。明日は雨が降るでしょう。", "shift_jis"),
])
def test_a_guess_is_right_and_says_that_it_is_one(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found.text == text and found.guessed


def test_decode_never_fails() -> None:
    source = random.Random(1)
    for _ in range(300):
        content = bytes(source.randrange(256) for _ in range(source.randrange(60)))
        found = decode(content, source.choice([None, "utf-8", "cp1252", "big5", "x"]))
        assert found.text.encode(found.charset) == content


@pytest.mark.parametrize("text, original, content", [
    ("Grüße", "utf-8", "Grüße".encode()), ("Grüße", "UTF-8-strict", "Grüße".encode()),
    ("a\ud800", "utf8", b"a\xef\xbf\xbd"),
    ("Grüße", "iso-8859-1", b"Gr\xfc\xdfe"), ("Grüße", " ISO_8859-1", b"Gr\xfc\xdfe"),
    # What a one-byte charset lacks is a question mark, as in Perl.
    ("Grüße – €", "ascii", b"Gr??e ? ?"), ("– €", "iso-8859-1", b"? ?"),
    ("– €", "windows-1252", b"\x96 \x80"), ("– €", "cp1252", b"\x96 \x80"),
    ("€", "iso-8859-15", b"\xa4"), ("Привет", "koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4"),
    ("日本", "iso-2022-jp", b"\x1b$BF|K\\\x1b(B"), ("日本", "Shift_JIS", b"\x93\xfa\x96{"),
    ("中文", "big5", b"\xa4\xa4\xa4\xe5"), ("中文€", "gb2312", b"\xd6\xd0\xce\xc4\x80"),
    ("한국", "ks_c_5601-1987", b"\xc7\xd1\xb1\xb9"), ("a日", "utf-16", b"\xfe\xff\0a\x65\xe5"),
    ("ⅰ", "cp932", b"\xfa\x40"), ("あ", "big5-eten", b"\xc6\xe8"), ("═", "big5", b"\xf9\xf9"),
    ("", "koi8-r", b""),
])
def test_reencode(text: str, original: str, content: bytes) -> None:
    assert reencode(text, original) == content


@pytest.mark.parametrize("text, original", [
    ("a", "x-unknown"), ("a", ""), ("a", "rot13"), ("a", "unicode_escape"), ("a", "utf-7"),
    ("한", "iso-2022-jp"), ("¥", "shiftjis"), ("−", "cp932"), ("갂", "euc-kr"), ("•", "big5")])
def test_what_perl_would_write_is_not_always_known(text: str, original: str) -> None:
    assert reencode(text, original) is None


NAMES = ["ascii", "iso-8859-2", "iso-8859-7", "iso-8859-11", "iso-8859-15", "koi8-r", "koi8-u",
         "cp1250", "cp1251", "cp1252", "cp1255", "cp1258", "cp437", "cp866", "cp874",
         "utf-8-strict", "UTF-16", "UTF-16LE", "iso-2022-jp", "shiftjis", "euc-jp", "euc-kr",
         "cp949", "cp932", "gbk", "big5-eten"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_as_perl(name: str) -> None:
    """Texts that came in this charset, and for one-byte charsets any text."""
    source = random.Random(name)
    pool = [chr(code) for low, high in ((0, 0x180), (0x370, 0x460), (0x2000, 0x2300),
                                        (0x2460, 0x2600), (0x3000, 0x3100), (0x4E00, 0x5200),
                                        (0xAC00, 0xAD00), (0xFF00, 0xFFE7))
            for code in range(low, high)]
    texts = ["".join(source.choice(pool) for _ in range(source.randrange(1, 4)))
             for _ in range(1500)]
    script = ("use Encode; while (<STDIN>) { chomp; my $s = decode('UTF-8', pack('H*', $_));"
              f"my $b = encode('{name}', $s); my $r = decode('{name}', my $c = $b);"
              "print unpack('H*', $b), ' ', ($r eq $s ? 1 : 0), qq(\\n) }")
    answer = subprocess.run(
        ["perl", "-e", script], check=True, capture_output=True, text=True,
        input="".join(text.encode().hex() + "\n" for text in texts)).stdout.split("\n")
    wrong: List[str] = []
    agreed = 0
    for text, line in zip(texts, answer):
        written, came_so = line.split(" ")
        found = reencode(text, name)
        if found is not None and found.hex() != written:
            wrong.append(f"{text!r}: {found.hex()}, Perl {written}")
        agreed += found is not None and came_so == "1"
        if found is None and came_so == "1" and ord(max(text)) < 0x3100:
            wrong.append(f"{text!r}: nothing, Perl {written}")
    assert wrong == [] and agreed > 15
