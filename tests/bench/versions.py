"""The servers that the bench is expected to have: the committed list.

A release is one packaged version of RT; a site is a release with settings, a season and perhaps a
web server in front of it.
"""

from __future__ import annotations

from dataclasses import dataclass

BOTH = frozenset({"rest1", "rest2"})
REST1 = frozenset({"rest1"})
REST2 = frozenset({"rest2"})


@dataclass(frozen=True)
class Release:
    """One packaged RT.

    ``suite`` is the Debian suite it is fetched from, None for the one that the machine's own
    release installs (never optional). ``expected`` is how its version starts; sid moves.
    """

    name: str
    generation: int
    suite: str | None
    expected: str
    protocols: frozenset[str]


@dataclass(frozen=True)
class Front:
    """The web server before a site: TLS or not, and which protocols it closes."""

    tls: bool = False
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Site:
    """One server: ``release`` None means that no RT stands behind the web server.

    ``settings`` are lines of RT_SiteConfig.pm; ``season`` names the seed's dates ("year" has
    January and July, "july" only July); ``path`` is the sub-path that RT is mounted under.
    """

    name: str
    release: str | None
    protocols: frozenset[str]
    settings: tuple[str, ...] = ()
    season: str = "year"
    path: str = ""
    front: Front | None = None


RELEASES = (
    Release("4.4.4", 4, "bullseye", "4.4.4", REST1),
    Release("4.4.6", 4, None, "4.4.6", REST1),
    Release("5.0.3", 5, None, "5.0.3", BOTH),
    Release("5.0.7", 5, "trixie", "5.0.7", BOTH),
    Release("sid", 5, "sid", "5.0.", BOTH),
)

SITES = tuple(Site(release.name, release.name, release.protocols) for release in RELEASES) + (
    Site("5.0.3-newyork", "5.0.3", BOTH, settings=("Set($Timezone, 'America/New_York');",)),
    Site("5.0.3-secure", "5.0.3", BOTH, settings=("Set($WebSecureCookies, 1);",)),
    Site("5.0.3-tls", "5.0.3", BOTH, path="/rt", front=Front(tls=True)),
    Site("5.0.3-norest1", "5.0.3", REST2, front=Front(closed=REST1)),
    Site("5.0.3-norest2", "5.0.3", REST1, front=Front(closed=REST2)),
    Site("nginx-plain", None, frozenset(), front=Front()),
    Site("4.4.6-july", "4.4.6", REST1, season="july"),
    Site("5.0.3-july", "5.0.3", BOTH, season="july"),
)


def release(name: str) -> Release:
    """The release of this name; KeyError if there is none."""
    return {each.name: each for each in RELEASES}[name]


def site(name: str) -> Site:
    """The site of this name; KeyError if there is none."""
    return {each.name: each for each in SITES}[name]
