"""Archived REST 1.0 answers, read through the same interface as a live server."""
from __future__ import annotations

from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.archive import Archive, open
from rtcompat.archive.exports import Exported, bag, export
from rtcompat.archive.outcome import Failure, Saved
from rtcompat.archive.reading import read
from rtcompat.archive.save import save
from rtcompat.archive.verifying import verify

__all__ = ["Answer", "Archive", "Exported", "Failure", "Problem", "Saved", "bag", "export", "open",
           "read", "save", "verify"]
