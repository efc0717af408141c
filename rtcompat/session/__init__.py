"""Who we are on a server: log in, keep a pool of sessions, renew them. Parses nothing of RT's.

``rules`` says what is sent when, as generators; `Session` runs them waiting, `AsyncSession`
awaiting. ``manners`` holds the credentials and how a protocol logs in, ``pool`` the cookies.
"""
from __future__ import annotations

from rtcompat.session.awaiting import AsyncSession
from rtcompat.session.blocking import Session
from rtcompat.session.manners import Credentials, LoginAnswer, Manner
from rtcompat.session.rules import Rules, Steps

__all__ = ["AsyncSession", "Credentials", "LoginAnswer", "Manner", "Rules", "Session", "Steps"]
