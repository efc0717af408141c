"""The README's Python session, run as it stands on a real RT, over both protocols."""
from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any, Dict, List

import pytest

import rtcompat
from tests.connections import Connections

pytestmark = pytest.mark.live

README = Path(__file__).resolve().parents[2] / "README.rst"


def session() -> str:
    """The lines of all ``pycon`` blocks."""
    blocks = re.findall(r"\.\. code-block:: pycon\n\n((?:    .*\n|\n)+)", README.read_text("utf-8"))
    assert blocks
    return "\n".join(blocks)


@pytest.mark.parametrize("protocol", ["auto", "rest1"])
def test_the_tour_of_python(protocol: str, connections: Connections,
                            monkeypatch: pytest.MonkeyPatch) -> None:
    server = connections.server("5.0.3")
    real = rtcompat.connect

    def to_the_bench(url: str, **given: Any) -> rtcompat.Client:
        assert (url, given) == ("https://rt.example.org", {"user": "alice", "password": "secret"})
        return real(server.url, protocol=protocol, user="alice",
                    password=server.users["alice"].password)

    monkeypatch.setattr(rtcompat, "connect", to_the_bench)
    monkeypatch.chdir(README.parent)
    globs: Dict[str, Any] = {}
    test = doctest.DocTestParser().get_doctest(session(), globs, "README", str(README), 0)
    said: List[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append, clear_globs=False)
    for name in ("rt", "old"):
        test.globs[name].close()
    assert said == []
