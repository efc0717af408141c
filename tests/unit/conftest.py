"""Fixtures of the command-line tests on archives."""
from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny import tiny
from tests.unit.cli_fake import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk beside an archive of three tickets, ``dump``."""
    tiny(tmp_path / "dump", 3)
    return Desk(tmp_path)


@pytest.fixture
def dump(tmp_path: Path) -> str:
    return str(tmp_path / "dump")
