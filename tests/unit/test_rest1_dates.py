"""Dates as RT prints them, in every language and format."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from rtcompat.errors import ProtocolError
from rtcompat.rest1.dates import ANY, read_utc, readings
from rtcompat.rest1.languages import LANGUAGES, UNTRANSLATED, WEEKDAYS

UTC = timezone.utc
WHEN = datetime(2026, 11, 21, 20, 25, 7)


def printed(language: str, when: datetime, weekday: str = "xyz") -> str:
    """A date in a language, written without the code under test."""
    order, months = LANGUAGES[language]
    return (order.replace("{weekday}", weekday).replace("{month}", months[when.month - 1])
            .replace("{day}", f"{when.day:02}").replace("{year}", str(when.year))
            .replace("{time}", when.strftime("%H:%M:%S"))
            .replace("{dots}", when.strftime("%H.%M.%S")))


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_month_of_every_language(language: str, month: int) -> None:
    when = datetime(2024, month, 9, 7, 5, 3)
    found = readings(printed(language, when))
    assert found is not None
    assert [one.when for one in found if language in one.languages] == [when]


@pytest.mark.parametrize("text, language", [
    ("Sat Nov 21 20:25:07 2026", "en"), ("Sa 21. Nov 20:25:07 2026", "de"),
    ("Sam 21 Nov 2026 20:25:07", "fr"), ("2026-11月-21 土曜日 20:25:07", "ja"),
    ("Sat. Nov. 21 20:25:07 2026", "en"), ("la 21.11. 2026 20:25:07", "fi"),
    ("lör, 21 nov 2026 kl. 20.25.07", "sv"), ("sob 21 Lis 2026, 20:25:07", "pl"),
    ("2026-十一月-21 20:25:07 六", "zh_CN"), ("Сб 21 Ноя 2026 20:25:07", "ru"),
    ("lar., 2026(e)ko Azaren 21a 20:25:07", "eu"), ("2026. Nov 21. (szo) 20:25:07", "hu"),
])
def test_as_servers_print_it(text: str, language: str) -> None:
    found = readings(text)
    assert found is not None
    assert [one.when for one in found if language in one.languages] == [WHEN]


@pytest.mark.parametrize("text, offset", [
    ("2026-11-21 20:25:07", None), ("2026-11-21T20:25:07-05:00", -300),
    ("2026-11-21T20:25:07Z", 0), ("20261121T202507Z", 0),
    ("Sat, 21 Nov 2026 20:25:07 -0500", -300), ("Sat, 21 Nov 2026 20:25:07 GMT", 0),
    ("21 Nov 2026 20:25:07 +0530", 330),
])
def test_formats_without_a_language(text: str, offset: int | None) -> None:
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    found = readings(text)
    assert found is not None and len(found) == 1
    assert found[0].when == WHEN.replace(tzinfo=zone)
    assert found[0].when.utcoffset() == (zone and zone.utcoffset(None))
    assert found[0].languages == {ANY}


@pytest.mark.parametrize("text, hour", [
    ("Sat, Nov 21, 2026 8:25:07\u202fPM", 20), ("Sat, Nov 21, 2026, 8:25:07 PM", 20),
    ("Sat, Nov 21, 2026 12:25:07 AM", 0), ("Sat, Nov 21, 2026 12:25:07 PM", 12),
    ("Saturday, November 21, 2026 at 8:25:07 PM", 20),
])
def test_twelve_hours(text: str, hour: int) -> None:
    found = readings(text)
    assert found is not None and [one.when for one in found] == [WHEN.replace(hour=hour)]


@pytest.mark.parametrize("text", ["", "Not set", "Nicht angegeben", "未指定", "  "])
def test_words_are_no_date(text: str) -> None:
    assert readings(text) is None


@pytest.mark.parametrize("text", ["Sat Foo 21 20:25:07 2026", "21.11.26, 20:25", "1",
                                  "Fri Feb 31 20:25:07 2026", "Sat Nov 21 25:25:07 2026"])
def test_what_cannot_be_read_names_the_way_out(text: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        readings(text)
    assert "DateTimeFormat" in str(caught.value) and text in str(caught.value)


def test_one_word_may_be_two_months() -> None:
    croatian = readings("uto 21. Srp 2026, 20:25:07")
    assert croatian is not None and {one.when.month for one in croatian} == {7}
    both = readings("xx Srp 21 20:25:07 2026")  # untranslated order, Czech or Croatian words
    assert both is not None and {one.when.month for one in both} == {7, 8}


@pytest.mark.parametrize("text, when", [
    ("Mar May 09 12:00:00 2028", datetime(2028, 5, 9, 12)),  # es: Tuesday, and not the month
    ("Mar Jun 06 12:00:00 2028", datetime(2028, 6, 6, 12)),
    ("Mar Nov 07 12:00:00 2028", datetime(2028, 11, 7, 12)),
    ("Jun Man 05 12:00:00 2028", datetime(2028, 6, 5, 12)),  # da: the month stands first
    ("Mar Tor 09 12:00:00 2028", datetime(2028, 3, 9, 12)),
    ("So srp 01 12:00:00 2020", datetime(2020, 8, 1, 12)),  # cs, in hr another month
    ("Ned Lis 31 12:00:00 2021", datetime(2021, 10, 31, 12)),  # hr, in pl a shorter month
    ("سه شنبه Jan 07 12:00:00 2020", datetime(2020, 1, 7, 12)),  # fa: a day in two words
])
def test_the_day_of_the_week_settles_which_word_is_the_month(text: str, when: datetime) -> None:
    found = readings(text)
    assert found is not None and [one.when for one in found] == [when]


@pytest.mark.parametrize("language", list(WEEKDAYS))
def test_every_day_of_every_language_is_read_in_one_way(language: str) -> None:
    for day in range(366):
        when = datetime(2028, 1, 1, 7, 5, 3) + timedelta(days=day)
        found = readings(printed(language, when, WEEKDAYS[language][when.weekday()]))
        assert found is not None and [one.when for one in found] == [when]
        assert language in found[0].languages


def test_languages_without_an_order_of_their_own_use_rts() -> None:
    assert LANGUAGES["es"][0] == UNTRANSLATED
    assert all(len(months) == 12 for _, months in LANGUAGES.values())


def test_utc() -> None:
    assert read_utc("2026-11-21 20:25:07") == WHEN.replace(tzinfo=UTC)
    assert read_utc("") is None and read_utc("1970-01-01 00:00:00") is None
    with pytest.raises(ProtocolError):
        read_utc("Sat Nov 21 20:25:07 2026")
