"""``python -m tests.example_archive FOLDER``: makes the archive that the README opens first.

A helpdesk's nine tickets, written to a new RT 4.4.6 of the bench over REST 1.0 by alice and saved
from there. What is in ``fixtures/archive`` was made so.
"""
from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path
from typing import List

from rtcompat import NewAttachment, archive, connect
from tests.bench.bench import Bench


def picture() -> bytes:
    """A PNG of 24 by 16 points: a striped page."""
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (struct.pack(">I", len(content)) + kind + content
                + struct.pack(">I", zlib.crc32(kind + content)))
    rows = b"".join(b"\0" + bytes([255 if line % 3 else 90, 120, 40 * (line % 5)]) * 24
                    for line in range(16))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 24, 16, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def make(folder: Path) -> None:
    """Write the tickets to a new server and save them."""
    bench = Bench()
    server = bench.fresh("4.4.6")
    alice = server.users["alice"]
    with connect(server.url, user=alice.name, password=alice.password) as rt:
        made: List[int] = []

        def ticket(subject: str, content: str, requestor: str, severity: str) -> int:
            made.append(rt.create_ticket("General", subject=subject, content=content,
                                         requestors=[requestor],
                                         custom_fields={"Severity": severity}).id or 0)
            return made[-1]

        printer = ticket("Printer on floor 2 eats paper",
                         "It takes three sheets at once.\n\n  (tray 2 only)\n",
                         "gerda@example.org", "Medium")
        toner = ticket("Order toner for floor 2", "Black, two of them.\n", "alice@example.org",
                       "Low")
        ticket("Drucker: Übergröße wird nicht erkannt", "A3 wird als A4 gedruckt.\n",
               "gerda@example.org", "Low")
        ticket("プリンターが動きません", "電源は入っています。\n", "taro@example.org", "High")
        mail = ticket("Phishing: your mailbox is full", "See the file.\n", "yorick@example.org",
                      "High")
        ticket("Re: Phishing: your mailbox is full", "Got it, too.\n", "bob@example.org", "High")
        vpn = ticket("VPN drops every hour", "Since Monday.\n", "bob@example.org", "Medium")
        rt.reply(printer, "Please send us a photo of the tray.\n")
        rt.comment(printer, "The rollers are worn.\nPart number: 4711-B\n", time_worked=15,
                   attachments=[NewAttachment("tray.png", picture(), "image/png")])
        rt.edit_links(printer, add={"depends_on": [toner]})
        rt.edit_ticket(printer, status="open", owner="alice", priority=20)
        rt.comment(mail, "Headers attached.\n", attachments=[NewAttachment(
            "headers.txt", "Received: from mail.example.net\nX-Spam: ja, größer 9\n".encode(),
            "text/plain")])
        rt.edit_links(mail, add={"refers_to": [made[5]]})
        rt.edit_ticket(mail, status="resolved")
        rt.reply(vpn, "Which client do you use?\n", time_worked=5)
        query = f"id >= {made[0]}"
        print(archive.save(rt, query, folder))
    bench.stop()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
