"""Which zone RT prints our times in, and what they are in UTC."""
from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone
from typing import List
from zoneinfo import ZoneInfo

import pytest

from rtcompat.errors import Unsupported, UsageError
from rtcompat.rest1.zones import Clock, Pair, known_zones, named, offset_of

UTC = timezone.utc
JANUARY = datetime(2024, 1, 15, 13, 37, 11, tzinfo=UTC)
JULY = datetime(2024, 7, 16, 8, 5, 59, tzinfo=UTC)
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe",
         "America/St_Johns", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Kiritimati",
         "America/Sao_Paulo")


def pair(utc: datetime, zone: str, form: str = "%Y-%m-%d %H:%M:%S") -> Pair:
    return Pair(utc.astimezone(ZoneInfo(zone)).strftime(form), utc)


def learnt(zone: str, *moments: datetime) -> Clock:
    return Clock().narrowed([pair(moment, zone) for moment in moments or (JANUARY, JULY)])


@pytest.mark.parametrize("zone", ZONES)
def test_both_halves_of_a_year_make_both_exact(zone: str) -> None:
    clock = learnt(zone)
    assert zone in clock.zones and clock.name is not None
    for month in (1, 2, 6, 7, 8, 12):
        for year in (2021, 2026, 2031):
            utc = datetime(year, month, 20, 5, 6, 7, tzinfo=UTC)
            read = clock.moment(pair(utc, zone).printed)
            assert (read.utc, read.exact, read.doubt) == (utc, True, ())
            assert clock.wall(utc, "due") == pair(utc, zone).printed


def test_one_half_leaves_a_doubt_about_the_other() -> None:
    clock = learnt("America/New_York", JULY)
    summer, winter = (clock.moment(f"2024-0{month}-10 12:00:00") for month in (7, 1))
    assert summer.exact and summer.utc == datetime(2024, 7, 10, 16, tzinfo=UTC)
    assert not winter.exact and winter.doubt
    assert set(winter.doubt) <= set(clock.zones)
    assert not clock.exact
    with pytest.raises(Unsupported) as caught:
        clock.wall(datetime(2026, 1, 10, 12, tzinfo=UTC), "due")
    assert "timezone=" in str(caught.value) and caught.value.argument == "due"


def test_nothing_seen_nothing_known() -> None:
    clock = Clock()
    assert clock.zones == known_zones() and clock.name is None and not clock.exact
    assert not clock.moment("2026-01-10 12:00:00").exact
    assert clock.moment("2026-01-10T12:00:00-05:00").exact  # says its offset itself
    assert clock.moment("Not set").utc is None and clock.moment("Not set").exact


def test_the_repeated_hour_is_never_exact() -> None:
    clock = named("America/New_York")
    read = clock.moment("2024-11-03 01:30:00")
    assert not read.exact and read.doubt == ()
    assert read.utc in (datetime(2024, 11, 3, 5, 30, tzinfo=UTC),
                        datetime(2024, 11, 3, 6, 30, tzinfo=UTC))
    with pytest.raises(Unsupported):
        clock.wall(datetime(2024, 11, 3, 5, 30, tzinfo=UTC), "due")
    assert clock.wall(datetime(2024, 11, 3, 4, 59, 59, tzinfo=UTC), "due") == "2024-11-03 00:59:59"


def as_rt_reads(text: str, zone: str) -> datetime:
    """RT's rule: the text as UTC, less the zone's offset at that moment."""
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return moment - offset


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_sent_makes_rt_store_the_moment_on_the_days_of_a_change_too(zone: str) -> None:
    clock, refused = named(zone), 0
    starts = [datetime(2024, month, day, tzinfo=UTC) for month, day in
              ((3, 9), (3, 30), (4, 6), (9, 28), (10, 5), (10, 26), (11, 2))]
    for start in starts:
        for half in range(72 * 2):
            moment = start + timedelta(minutes=30 * half, seconds=5)
            try:
                assert as_rt_reads(clock.wall(moment, "due"), zone) == moment
            except Unsupported:
                refused += 1
    assert refused <= 2 * 2 * 2  # an hour of autumn that comes twice, one that cannot be sent


def test_a_zone_in_which_the_time_never_was_is_no_candidate() -> None:
    clock = Clock(zones=("America/New_York", "America/Panama"))
    read = clock.moment("2024-03-10 02:30:00")  # skipped in New York
    assert (read.utc, read.exact) == (datetime(2024, 3, 10, 7, 30, tzinfo=UTC), True)


def test_around_the_change_pairs_of_that_day_decide() -> None:
    clock = learnt("America/New_York")
    before = datetime(2024, 3, 10, 6, 30, tzinfo=UTC)
    printed = pair(before, "America/New_York").printed
    assert not clock.moment(printed).exact  # in Havana clocks had been put on
    clock = clock.narrowed([pair(before, "America/New_York")])
    assert "America/Havana" not in clock.zones and clock.moment(printed).exact


def test_most_pairs_win() -> None:
    pairs: List[Pair] = [pair(JANUARY, "Europe/Berlin"), pair(JULY, "Europe/Berlin"),
                         Pair("2024-01-20 12:00:00", datetime(2024, 1, 20, 7, tzinfo=UTC))]
    assert "Europe/Berlin" in Clock().narrowed(pairs).zones


@pytest.mark.parametrize("difference, offset", [
    (timedelta(hours=-5), timedelta(hours=-5)), (timedelta(hours=5, minutes=45), timedelta(
        hours=5, minutes=45)), (timedelta(hours=2, seconds=110), timedelta(hours=2)),
    (timedelta(minutes=7), None), (timedelta(hours=15), None), (timedelta(days=3), None),
])
def test_what_can_be_an_offset(difference: timedelta, offset: timedelta | None) -> None:
    assert offset_of(JULY.replace(tzinfo=None) + difference, JULY) == offset


def test_a_pair_that_is_no_pair_changes_nothing() -> None:
    clock = learnt("UTC")
    assert clock.narrowed([Pair("2024-01-15 13:44:11", JANUARY)]) == clock
    assert clock.narrowed([]) == clock


def test_language_is_learnt_from_the_same_pairs() -> None:
    text = "xx Srp 21 20:25:07 2026"
    july, august = (datetime(2026, month, 21, 20, 25, 7, tzinfo=UTC) for month in (7, 8))
    assert not Clock(zones=("UTC",)).moment(text).exact
    may = Pair("xx Svibanj 15 13:37:11 2024", JANUARY.replace(month=5))
    croatian = named("UTC").narrowed([may])
    assert croatian.languages == frozenset({"hr"})
    assert (croatian.moment(text).utc, croatian.moment(text).exact) == (july, True)
    czech = named("UTC").narrowed([Pair("xx led 15 13:37:11 2024", JANUARY)])
    assert (czech.moment(text).utc, czech.moment(text).exact) == (august, True)
    assert czech.moment("xx Nov 21 20:25:07 2026").utc is not None  # the language was changed


def test_a_given_zone_stays() -> None:
    clock = named("Asia/Tokyo")
    assert clock.exact and clock.name == "Asia/Tokyo"
    assert clock.narrowed([pair(JANUARY, "UTC"), pair(JULY, "UTC")]).zones == ("Asia/Tokyo",)


@pytest.mark.parametrize("name", ["Mars/Phobos", "", "../etc/passwd", "\0"])
def test_an_unknown_zone_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        named(name)
    assert caught.value.argument == "timezone"


def test_exact_means_that_the_zones_agree_since_2020() -> None:
    assert learnt("Europe/Berlin").exact and len(learnt("Europe/Berlin").zones) > 1
    assert learnt("UTC").exact and learnt("UTC").name == "UTC"
    assert not Clock(zones=("America/New_York", "America/Havana"), seen=frozenset(
        {(JULY, -240)})).exact


def test_a_clock_pickles() -> None:
    clock = learnt("Europe/Berlin")
    assert pickle.loads(pickle.dumps(clock)) == clock
