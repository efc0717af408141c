"""The README names what there is."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from rtcompat.cli.program import program
from rtcompat.tracker import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.rst").read_text("utf-8")


@pytest.mark.parametrize("operation", [*OPERATIONS, "update_ticket", "watch"])
def test_every_operation_is_listed(operation: str) -> None:
    assert f"``{operation}``" in README


@pytest.mark.parametrize("command", sorted(program.commands))
def test_every_command_is_listed(command: str) -> None:
    assert f"rtcompat {command}" in " ".join(README.split())


def test_every_test_that_is_named_is_there() -> None:
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"``(test_\w+)``", README)
    assert len(named) > 10
    assert [one for one in named if f"def {one}(" not in tests] == []
