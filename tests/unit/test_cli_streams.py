"""The command line where its streams are closed or full, as a daemon may start it."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rtcompat import Receipt
from rtcompat.cli import failures
from tests.unit.cli_fake import Desk

CREATE = """
import sys
from tests.unit.cli_fake import Desk
from rtcompat import Receipt
from pathlib import Path
sys.exit(Desk(Path({folder!r}), create_ticket=Receipt(id=504)).run(
    "create", "--queue", "General", "--subject", "x"))
"""


def started(code: str, redirect: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Python with this code, its streams redirected by a shell."""
    script = folder / "script.py"
    script.write_text(code, "utf-8")
    return subprocess.run(["sh", "-c", f"exec {sys.executable} {script} {redirect}"],
                          capture_output=True, text=True, timeout=60,
                          env={**os.environ, "PYTHONPATH": os.getcwd()})


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_does_not_hide_what_was_done(tmp_path: Path) -> None:
    done = started(CREATE.format(folder=str(tmp_path)), "> /dev/full", tmp_path)
    assert done.returncode == failures.UNTOLD, done.stderr
    assert "No space left" in done.stderr and "504" in done.stderr


@pytest.mark.parametrize("redirect", [">&-", "<&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_crash(tmp_path: Path, redirect: str) -> None:
    done = started(CREATE.format(folder=str(tmp_path)), redirect, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_not_read_back_is_not_called_edited(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, edit_ticket=Receipt(id=7, unverified=("status",)))
    assert desk.run("edit", "7", "--set", "status=open", "--no-read-back") == 0
    shown = capsys.readouterr().out
    assert "sent, not read back" in shown and "edited" not in shown
