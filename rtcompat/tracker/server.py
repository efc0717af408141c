"""The server, and who asks. The contract of each operation."""
from __future__ import annotations

from rtcompat.model import ServerInfo, System, User
from rtcompat.tracker.source import Source

__all__ = ["ServerOperations"]


class ServerOperations(Source):
    """The server, and who asks."""

    def server(self) -> ServerInfo:
        """What is known of the server: version, protocols, the one in use, our time zone.

        Requests: 0/0. It is known since connecting.
        """
        self._unsupported("server")

    def whoami(self) -> User:
        """The user who asks.

        Requests: 1/1; the first time with a token 2/2. REST2: 2 more for one who wrote no ticket.
        """
        result: User = self._carried("whoami", locals())
        return result

    def get_system(self) -> System:
        """RT's own account of itself: version and plugins.

        Requests: 1/1.
        Source: REST 1.0 the status line of any answer; REST2 ``GET /rt``.
        """
        result: System = self._carried("get_system", locals())
        return result

    def close(self) -> None:
        """End the sessions on the server and close the connections; may be called twice.

        Requests: 1/1. Once a session, where a session was opened by us.
        """
        self._unsupported("close")
