"""Archived REST 1.0 answers, read through the same interface as a live server."""
from __future__ import annotations

from rtcompat.archive.answers import Answer, Problem

__all__ = ["Answer", "Problem"]
