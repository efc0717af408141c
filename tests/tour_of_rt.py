"""The main job on a real RT 5.0.3: probe, create, reply with a file, read over both protocols."""
from __future__ import annotations

import sys

import rtcompat
from tests.bench.bench import Bench


def main() -> int:
    """Print each step; exit code 1 if the two protocols should differ."""
    bench = Bench()
    server = bench.server("5.0.3")
    try:
        print(f"RT answers at {server.url}")
        found = rtcompat.probe(server.url)
        print(f"probe: {dict(found.protocols)}, RT {found.version}")
        password = server.users["alice"].password
        with rtcompat.connect(server.url, user="alice", password=password) as rt:
            print(f"connected over {rt.server().protocol} as {rt.whoami().name}")
            created = rt.create_ticket("General", subject="Printer on fire", content="Help!",
                                       requestors=["alice@example.org"])
            assert created.id is not None
            print(f"created ticket {created.id}: {', '.join(created.changed)}")
            picture = rtcompat.NewAttachment("flame.txt", "roaring, 400 °C\n".encode(),
                                             "text/plain; charset=utf-8")
            replied = rt.reply(created.id, "On my way.", attachments=[picture])
            print(f"replied: {'; '.join(replied.messages)}")
        read = []
        for protocol in ("rest1", "rest2"):
            with rtcompat.connect(server.url, protocol=protocol, user="alice",
                                  password=password) as rt:
                ticket = rt.get_ticket(created.id)
                history = list(rt.get_history(created.id))
                file, = (one for one in rt.get_attachments(created.id)
                         if one.filename == "flame.txt")
                content = rt.read_attachment(file.id)
                read.append((ticket.subject, ticket.status, ticket.created, ticket.requestors,
                             [(one.type, one.content) for one in history], content))
                print(f"over {protocol}: {ticket.subject!r}, {ticket.status}, "
                      f"{len(history)} transactions, {file.filename}: {content!r}")
        print("equal through both protocols" if read[0] == read[1] else "DIFFERENT")
        return 0 if read[0] == read[1] else 1
    finally:
        bench.stop()


if __name__ == "__main__":
    sys.exit(main())
