"""A folder of saved answers, made as people make them: with plain requests, a file an answer."""
from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, Iterable, List, Optional, Tuple

import requests

from tests.bench.server import Server

__all__ = ["Saving", "save_tickets"]


class Saving:
    """One user's plain requests to one server.

    Args:
        folder: where `save` puts the answers, at their addresses.
    """

    def __init__(self, server: Server, user: str, folder: Path) -> None:
        self.folder = folder
        self._base = f"{server.url}/REST/1.0/"
        self._session = requests.Session()
        self._verify = str(server.ca_file) if server.ca_file else True
        self._who = {"user": user, "pass": server.users[user].password}
        self.saved: Dict[str, Path] = {}

    def ask(self, path: str, **query: str) -> bytes:
        """The body that RT answers with."""
        answer = self._session.get(self._base + path, params={**query, **self._who},
                                   verify=self._verify, timeout=60, allow_redirects=False)
        self._who = {}  # the session is ours from now on
        return answer.content

    def save(self, path: str, file: Optional[str] = None, **query: str) -> bytes:
        """Ask, and keep the answer in a file that is called as the address is."""
        body = self.ask(path, **query)
        place = self.folder / (file or path + ".txt")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        self.saved[path] = place
        return body

    def ids(self, query: str = "id > 0") -> List[int]:
        """Numbers of the tickets that a search finds."""
        return [int(one) for one in re.findall(
            rb"^ticket/(\d+)$", self.ask("search/ticket", query=query, format="i"), re.MULTILINE)]


def save_tickets(saving: Saving, tickets: Iterable[int], *, attachments: bool = True
                 ) -> Tuple[int, ...]:
    """Save everything of these tickets; gives the numbers of their attachments."""
    parts: List[int] = []
    for number in tickets:
        shown = saving.save(f"ticket/{number}/show")
        saving.save(f"ticket/{number}/history", format="l")
        saving.save(f"ticket/{number}/links/show")
        listed = saving.save(f"ticket/{number}/attachments")
        for part in re.findall(rb"(?:^Attachments:|,|^ +) *(\d+): ", listed, re.MULTILINE):
            place = f"ticket/{number}/attachments/{int(part)}"
            saving.save(place)
            saving.save(f"{place}/content")
            parts.append(int(part))
        queue = re.search(rb"^Queue: (.+)$", shown, re.MULTILINE)
        if queue is not None:
            name = queue.group(1).decode("utf-8")
            for address in (f"queue/{name}/ticketcustomfields", f"queue/{name}"):
                if attachments and address not in saving.saved:
                    saving.save(address, format="l")
    return tuple(parts)
