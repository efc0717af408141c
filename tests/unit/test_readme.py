"""The README names what there is."""
from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from rtcompat.cli.program import program, run
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


def test_the_first_look_is_as_it_is_shown(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path) -> None:
    """The commands of tests/look, and what the README shows of them."""
    shown = README.split("$ ./tests/look\n")[1].split("\n\nAnother one")[0]
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("RTCOMPAT_ARCHIVE", "fixtures/archive")
    parts = re.split(r"(?m)^    \$ (.*)\n", shown)[1:]
    look = (ROOT / "tests/look").read_text("utf-8")
    for line, wanted in zip(parts[::2], parts[1::2]):
        words = shlex.split(line)
        folder = str(Path(words[-1]).parent) if "--output" in words else ""
        if folder:
            words[-1] = str(tmp_path / "tray.png")
        assert " ".join(words[1:4]) in look.replace('\\"', "")
        assert run(words[1:]) == 0
        printed = capsys.readouterr().out.rstrip("\n").replace(str(tmp_path), folder)
        assert textwrap.dedent(wanted).strip("\n") == printed
    assert (tmp_path / "tray.png").read_bytes().startswith(b"\x89PNG")
