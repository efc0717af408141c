"""Made dumps: containers, whole and damaged, and folders."""
from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import Iterator, List, Sequence, Tuple

from tests.dumps.pieces import Made, Recorded, piece

_Members = Sequence[Tuple[str, bytes]]


def made() -> Iterator[Made]:
    """All of them."""
    yield from _packed()
    yield from _contained()
    yield from _damaged()
    yield from _hostile()
    yield from _long()
    yield from _folders()


def _four() -> Tuple[Recorded, ...]:
    return tuple(map(piece, ("dumps/sid-fields.txt", "rest1/4.4.6/ticket-history-long-full.txt",
                             "dumps/4.4.6-files.txt", "rest1/4.4.6/search-all-s.txt")))


def _named(pieces: Sequence[bytes]) -> _Members:
    return list(zip(("ticket/9/show", "ticket/13/history", "ticket/54/attachments", "search.txt"),
                    pieces))


def _tar(members: _Members, others: Sequence[tarfile.TarInfo] = ()) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for other in others:
            tar.addfile(other)
    return whole.getvalue()


def _zip(members: _Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return whole.getvalue()


def _gz(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _packed() -> Iterator[Made]:
    four = _four()
    both = b"".join(four)
    yield Made("gzip.txt.gz", _gz(both), "packed by gzip", ("gzip", "several answers"), parts=four)
    yield Made("gzip-twice.gz", _gz(four[0]) + _gz(four[1]), "two packed files copied together",
               ("gzip",), parts=four[:2])
    yield Made("gzip-no-ending", _gz(four[0]), "packed, without a name that tells", ("gzip",),
               parts=four[:1])
    yield Made("bzip2.txt.bz2", bz2.compress(both), "packed by bzip2",
               ("bzip2", "several answers"), parts=four)
    yield Made("xz.txt.xz", lzma.compress(both), "packed by xz", ("xz", "several answers"),
               parts=four)
    yield Made("not-packed.gz", four[0], "called packed, and is not", ("wrong name",),
               parts=four[:1])


def _contained() -> Iterator[Made]:
    four = _four()
    members = _named(four)
    yield Made("plain.tar", _tar(members), "a tar", ("tar",), parts=four)
    yield Made("plain.tar.gz", _gz(_tar(members)), "a packed tar", ("tar.gz",), parts=four)
    yield Made("plain.tar.xz", lzma.compress(_tar(members)), "a tar packed by xz", ("xz", "tar"),
               parts=four)
    yield Made("plain.zip", _zip(members), "a zip", ("zip",), parts=four)
    yield Made("stored.zip", _zip(members, zipfile.ZIP_STORED), "a zip that packs nothing",
               ("zip",), parts=four)
    inner = [("show.txt.gz", _gz(four[0])), ("more.zip", _zip(members[1:2])),
             ("xz/history.xz", lzma.compress(four[2])), ("d.tar", _tar(members[3:]))]
    yield Made("nested.tar.gz", _gz(_tar(inner)), "packed files, a zip and a tar in a packed tar",
               ("nested", "tar.gz"), parts=four)
    yield Made("nested.zip", _zip([("a.zip", _zip([("b.zip", _zip(members[:2]))])),
                                   ("c.tar.bz2", bz2.compress(_tar(members[2:])))]),
               "zips in zips", ("nested", "zip"), parts=four)
    addresses = [("rt.example.org/REST/1.0/" + name, content) for name, content in (
        ("ticket/9/show?user=alice", four[0]), ("ticket/13/history?format=l", four[1]),
        ("ticket%2F54%2Fattachments", four[2]), ("search/ticket?query=id%3E0&format=s", four[3]))]
    yield Made("addresses.tar", _tar(addresses), "what wget -x made", ("tar",
                                                                       "names as addresses"),
               parts=four)
    content = b"RT/4.4.6 200 Ok\n\n" + four[3]
    yield Made("content.tar", _tar([("attachment/7/content", content), *members[:1]]),
               "a content that looks like a search, known by its name", ("tar",
                                                                         "names as addresses"),
               parts=four[:1])
    yield Made("empty.tar", _tar([]), "a tar of nothing", ("tar", "empty file"), ("ascii",))
    yield Made("empty.zip", _zip([]), "a zip of nothing", ("zip", "empty file"), ("ascii",))


def _damaged() -> Iterator[Made]:
    four = _four()
    members = _named(four)
    both = b"".join(four)
    packed = _gz(both)
    yield Made("cut.txt.gz", packed[:len(packed) * 2 // 3], "a packed file cut",
               ("gzip", "cut container", "cut in a line"), parts=four[:1])
    yield Made("cut.tar.gz", _gz(_tar(members))[:1900], "a packed tar cut",
               ("tar.gz", "cut container"), parts=four[:1])
    yield Made("cut.tar", _tar(members)[:6000], "a tar cut in its second member",
               ("tar", "cut container", "cut in a line"), parts=four[:1])
    yield Made("cut.zip", _zip(members)[:-200], "a zip without the list at its end",
               ("zip", "cut container"), parts=four)
    yield Made("cut-early.zip", _zip(members)[:2500], "a zip cut in a member",
               ("zip", "cut container", "cut in a line"), parts=four[:1])
    yield Made("cut.xz", lzma.compress(both)[:-300], "cut at its end",
               ("xz", "cut container"))
    yield Made("cut.bz2", bz2.compress(both)[:-30], "cut in its only block",
               ("bzip2", "cut container"))
    wrong = bytearray(_gz(four[0]))
    wrong[-6] ^= 0x40
    yield Made("wrong-sum.gz", bytes(wrong), "the sum at its end is another's",
               ("gzip", "damaged container"), parts=four[:1])
    flipped = bytearray(_tar(members))
    flipped[512 * (1 + (len(four[0]) + 511) // 512) + 5] ^= 0x20
    yield Made("flipped.tar", bytes(flipped), "a member's header flipped",
               ("tar", "damaged container", "bytes flipped"),
               parts=(four[0], four[2], four[3]))
    flipped = bytearray(_zip(members))
    flipped[200] ^= 0x20
    yield Made("flipped.zip", bytes(flipped), "a packed member flipped",
               ("zip", "damaged container", "bytes flipped"), parts=four[1:])
    yield Made("trailing.gz", _gz(four[0]) + b"\nthe end\n", "text behind a packed file",
               ("gzip", "damaged container"), parts=four[:1])


def _hostile() -> Iterator[Made]:
    four = _four()
    link, hard, pipe = (tarfile.TarInfo(name) for name in ("link", "hard", "pipe"))
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    hard.type, hard.linkname = tarfile.LNKTYPE, "ticket/9/show"
    pipe.type = tarfile.FIFOTYPE
    yield Made("links.tar", _tar(_named(four)[:1], (link, hard, pipe)),
               "a link to a file outside, one inside, and a pipe", ("tar", "links in a tar"),
               parts=four[:1])
    climbing = [("../../ticket/9/show", four[0]), ("/etc/ticket/13/history", four[1])]
    yield Made("climbing.tar", _tar(climbing), "names that lead out",
               ("tar", "names that climb"), parts=four[:2])
    yield Made("climbing.zip", _zip(climbing), "names that lead out", ("zip", "names that climb"),
               parts=four[:2])
    linked = zipfile.ZipInfo("link")
    linked.external_attr = 0o120777 << 16
    whole = io.BytesIO(_zip(_named(four)[:1]))
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr(linked, "/etc/passwd")
    yield Made("links.zip", whole.getvalue(), "a link in a zip", ("zip", "links in a tar"),
               parts=four[:1])
    yield Made("encrypted.zip", _encrypted("ticket/9/show", four[0], b"secret"),
               "a zip with a password", ("zip", "encrypted zip"))
    deep = four[3][:100]
    for _ in range(12):
        deep = _tar([("in.tar", deep)])
    yield Made("deep.tar.gz", _gz(deep), "twelve tars in each other", ("tar.gz", "nested"))


def _encrypted(name: str, content: bytes, password: bytes) -> bytes:
    """A zip of one stored member in the traditional encryption of the zip format."""
    table = [_step(byte) for byte in range(256)]
    keys = [0x12345678, 0x23456789, 0x34567890]

    def stir(byte: int) -> None:
        keys[0] = table[(keys[0] ^ byte) & 255] ^ keys[0] >> 8
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = table[(keys[2] ^ keys[1] >> 24) & 255] ^ keys[2] >> 8

    for byte in password:
        stir(byte)
    total = zlib.crc32(content)
    hidden = bytearray()
    for byte in bytes(11) + bytes((total >> 24,)) + content:
        mask = (keys[2] | 2) & 0xFFFF
        hidden.append(byte ^ (mask * (mask ^ 1) >> 8 & 255))
        stir(byte)
    named = name.encode()
    about = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 33, total, len(hidden), len(content),
                        len(named), 0)
    member = b"PK\x03\x04" + about + named + bytes(hidden)
    listed = b"PK\x01\x02" + struct.pack("<H", 20) + about + bytes(14) + named
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), len(member), 0)
    return member + listed + end


def _step(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xEDB88320 if byte & 1 else 0)
    return byte


def _long() -> Iterator[Made]:
    history, lines = piece("dumps/4.4.6-torture-headers.txt"), _four()[3]
    forms: List[bytes] = history.rstrip(b"\n").split(b"\n", 2)[2].split(b"\n--\n\n")
    form = forms[0].rstrip(b"\n") + b"\n"
    many = b"\n--\n\n".join(form.replace(b"id: ", b"id: 9%05d" % number, 1)
                            for number in range(2600))
    head = history[:history.index(b"\n") + 2]
    yield Made("long-history.gz", _gz(head + many + b"\n" + lines),
               "a history of more than a megabyte, which comes in pieces; a search behind it",
               ("gzip", "several answers"), ("ascii",), parts=(lines,))
    listed = b"".join(b"%d: ticket number %d\n" % (number, number)
                      for number in range(1, 60_000))
    yield Made("long-search.xz", lzma.compress(head + listed + b"\n\n" + history),
               "a search of more than a megabyte, in pieces; a history behind it",
               ("xz", "several answers"), ("ascii",), parts=(history,))
    yield Made("very-long-line.gz", _gz(head + b"id: ticket/1\nQueue: General\nSubject: "
                                        + b"x" * 3_000_000 + b"\nStatus: new\n\n" + lines),
               "a line of three million bytes", ("gzip", "very long line"), ("ascii",),
               parts=(lines,))


def _folders() -> Iterator[Made]:
    four = _four()
    content = b"RT/4.4.6 200 Ok\n\n\x89PNG\r\n\x1a\n" + bytes(range(64))
    yield Made("folder", {
        "ticket%2F9%2Fshow": four[0], "ticket%2F13%2Fhistory%3Fformat%3Dl": four[1],
        "ticket%2F54%2Fattachments": four[2], "ticket%2F54%2Fattachments%2F7%2Fcontent": content,
        "search%2Fticket%3Fquery%3Did%253E0": four[3]},
        "files named by their addresses, encoded", ("names as addresses",),
        ("utf-8", "binary"), parts=(four[3], four[1], four[2], four[0]))
    yield Made("tree", {
        "2019/12/ticket_9.txt": four[0], "2019/ticket/13/history.txt": four[1],
        "ticket/54/list-of-attachments.txt": four[2], "ticket/54/attachments/7/content": content,
        "notes/README": b"What we kept of the old helpdesk.\n", ".DS_Store": b"\0\0\0\x01Bud1\0",
        "search.txt~": four[3]}, "folders, with what else lies in them",
        ("names as addresses", "wrong name"), ("utf-8", "binary"),
        parts=(four[0], four[1], four[3]))
