"""How RT spells a date in each of its languages: the order of the parts, and the months' names.

RT prints the dates of a ticket in the user's language (preference, else Accept-Language) since
3.8. A language that spells as English does stands under ``en``: so do those of RT's languages
that are missing here (English abbreviations are what RT prints where a translation lacks one).
Seen in RT 3.8 to 5.0. The names of days only tell which of several readings is right: older
versions have others.
"""
from __future__ import annotations

from typing import Dict, Mapping, Tuple

__all__ = ["ENGLISH", "LANGUAGES", "UNTRANSLATED", "WEEKDAYS"]

#: The order where a language has none of its own.
UNTRANSLATED = "{weekday} {month} {day} {time} {year}"

ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"

#: language -> (order of the parts, the twelve months). ``{time}`` is ``20:25:07``, ``{dots}``
#: ``20.25.07``.
_SPELLINGS: Mapping[str, Tuple[str, str]] = {
    "en": (UNTRANSLATED, ENGLISH),
    "ar": ("{weekday} {month} {day} {time} {year}",
           "يناير Feb Mar إبريل مايو يونيو يوليو Aug Sep Oct Nov Dec"),
    "bg": ("{weekday} {month} {day} {time} {year}",
           "яну фев мар апр май юни юли авг сеп окт ное дек"),
    "ca": ("{weekday} {day} {month} {year} {time}",
           "Gen Feb Mar Abr Mai Jun Jul Ago Set Oct Nov Des"),
    "cs": ("{weekday} {day}.{month}.{year} {time}",
           "led úno bře dub kvě čvn čvc srp zář říj lis pro"),
    "da": ("{month} {weekday} {day} {time} {year}",
           "Jan Feb Mar Apr Maj Jun Jul Aug Sep Okt Nov Dec"),
    "de": ("{weekday} {day}. {month} {time} {year}",
           "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez"),
    "el": ("{weekday} {month} {day} {time} {year}",
           "Ιαν Φεβ Μαρ Απρ Μάι Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ"),
    "es": ("{weekday} {month} {day} {time} {year}",
           "Ene feb Mar Abr May Jun Jul Ago Set Oct Nov Dic"),
    "et": ("{weekday} {day}.{month} {year} {time}",
           "jaan veebr märts Apr Mai juuni juuli Aug sept okt nov dets"),
    "eu": ("{weekday}, {year}(e)ko {month}ren {day}a {time}",
           "Urt Ots Mar Api Mai Eka Uzt Abu Ira Urr Aza Abe"),
    "fa": ("{weekday} {month} {day} {time} {year}",
           "Jan Feb Mar آوریل May Jun Jul Aug Sep Oct Nov Dec"),
    "fi": ("{weekday} {day}.{month} {year} {time}",
           "1. 2. 3. 4. 5. 6. 7. 8. 9. 10. 11. 12."),
    "fr": ("{weekday} {day} {month} {year} {time}",
           "Jan Fév Mar Avr Mai Juin Jui Aoû Sep Oct Nov Déc"),
    "hr": ("{weekday} {day}. {month} {year}, {time}",
           "Sij Velj Ožu Tra Svibanj Lip Srp Kol Ruj Lis Stu Pro"),
    "hu": ("{year}. {month} {day}. ({weekday}) {time}",
           "Jan Feb Márc Ápr Máj Jún Júl Aug Szept Okt Nov Dec"),
    "id": ("{weekday} {month} {day} {time} {year}",
           "Jan Feb Mar Apr May Jun Jul Ags Sep Oct Nov Dec"),
    "is": ("{weekday} {day}. {month} {time} {year}",
           "jan feb mar apr. maí jún júl ágú sep okt nóv des"),
    "it": ("{weekday} {day} {month} {year} {time}",
           "Gen Feb Mar Apr Maggio Giu Lug Ago Set Ott Nov Dic"),
    "ja": ("{year}-{month}-{day} {weekday} {time}",
           "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
    "lo": ("{weekday} {month} {day} {time} {year}",
           "ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ"),
    "lt": ("{weekday} {year}.{month}.{day} {time}",
           "Sau Vas Kov Bal Gegužė Bir Lie Rgp Rgs Spa Lap Grd"),
    "lv": ("{weekday} {month} {day} {time} {year}",
           "Jan Feb Mar Apr Maijs Jūn Jūl Aug Sep Okt. Nov Dec"),
    "nb": ("{weekday} {day}. {month} {year} {dots}",
           "jan. feb. mars april mai juni juli aug. sep. okt. nov. des."),
    "nl": ("{weekday} {day} {month} {year} {time}",
           "Jan Feb Mar Apr Mei Jun Jul Aug Sep Oct Nov Dec"),
    "nn": ("{weekday} {day}. {month} {year} {dots}",
           "jan. feb. mars april mai juni juli aug. sep. okt. nov. des."),
    "pl": ("{weekday} {day} {month} {year}, {time}",
           "Sty Lut Mar Kwi Maj Cze Lip Sie Wrz Paź Lis Gru"),
    "pt": ("{weekday} {month} {day} {time} {year}",
           "Jan Fev Mar Abr Maio Jun Jul Ago Set Oct Nov Dez"),
    "pt_BR": ("{weekday} {month} {day} {time} {year}",
              "Jan Fev Mar Abr Maio Jun Jul Ago Set Out Nov Dez"),
    "pt_PT": ("{weekday} {month} {day} {time} {year}",
              "Jan Fev Mar Abr May Jun Jul Ago Sep Oct Nov Dez"),
    "ru": ("{weekday} {day} {month} {year} {time}",
           "Янв Фев Мар Апр Май Июн Июл Авг Сен Окт Ноя Дек"),
    "sk": ("{weekday} {month} {day} {time} {year}",
           "Jan Feb mar Apr Máj Jún Júl Aug Sep Okt Nov Dec"),
    "sl": ("{weekday} {day} {month} {year} {time}",
           "Jan Feb Mar Apr Maj Jun Jul Avg Sep Okt Nov Dec"),
    "sr": ("{weekday} {month} {day} {time} {year}",
           "Јан Феб Мар Апр Maj Јун Јул Авг Сеп Окт Нов Дец"),
    "sv": ("{weekday}, {day} {month} {year} kl. {dots}",
           "Jan Feb mar apr maj Jun Jul aug sep okt nov Dec"),
    "tr": ("{day} {month} {year} {weekday}, {time}",
           "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara"),
    "zh_CN": ("{year}-{month}-{day} {time} {weekday}",
              "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月"),
    "zh_TW": ("{year}-{month}-{day} {time} {weekday}",
              "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月"),
}

#: language -> (order of the parts, month names by number from 1).
LANGUAGES: Dict[str, Tuple[str, Tuple[str, ...]]] = {
    language: (order, tuple(months.split())) for language, (order, months) in _SPELLINGS.items()}

#: language -> the names of the days from Monday on, where it translates any (4.4 and 5.0).
_DAYS: Mapping[str, str] = {
    "en": "Mon|Tue|Wed|Thu|Fri|Sat|Sun",
    "ar": "Mon|Tue|Wed|Thu|جمع|Sat|الأحد",
    "bg": "пон|вт|ср|четв|пт|сб|нед",
    "ca": "Dll|Dmt|Dmc|Dij|Div|Dis|Diu",
    "cs": "Po|Út|St|Čt|Pá|So|Ne",
    "da": "Man|Tir|Ons|Tor|Fre|Lør|Søn",
    "de": "Mo|Di|Mi|Do|Fr|Sa|So",
    "el": "Δευ|Τρι|Τετ|Πεμ|Παρ|Σαβ|Κυρ",
    "es": "Lun|Mar|Mié|Jue|Vie|Sáb|Dom",
    "et": "E|Tue|Kol|Thu|Reede|Laup|Sun",
    "eu": "Al.|Ar.|Az.|Og.|Ol.|Lr.|Ig.",
    "fa": "دوشنبه|سه شنبه|چهارشنبه|پنجشنبه|جمعه|شنبه|یکشنبه",
    "fi": "ma|ti|ke|to|pe|la|su",
    "fr": "Lun|Mar|Mer|Jeu|Ven|Sam|Dim",
    "hr": "Pon|Uto|Sri|Čet|Pet|Sub|Ned",
    "hu": "H|K|Sze|Cs|P|Szo|V",
    "is": "mán|þri|mið|fim|fös|lau|sun",
    "it": "Lun|Mar|Mer|Gio|Ven|Sab|Dom",
    "ja": "月曜日|火曜日|水曜日|木曜日|金曜日|土曜日|日曜日",
    "lo": "ຈັນ|ອຄ.|ພ.|ພຫ.|ສຸກ|ເສົາ|ອາ.",
    "lt": "Pir|Ant|Tre|Ket|Pen|Šeš|Sek",
    "lv": "Pirmd.|Otrd.|Trešd.|Ceturtd.|Piektd.|Sestd.|Svētd.",
    "nb": "ma.|ti.|on.|to.|fr.|lø.|sø.",
    "nl": "ma|di|wo|do|vr|za|zo",
    "nn": "må.|ty.|on.|to.|fr.|la.|su.",
    "pl": "Pon|Wt|Śr|Czw|Pt|Sob|Nd",
    "pt": "Seg|Ter.|Qua.|Qui.|Sex|Sáb|Dom.",
    "pt_BR": "Seg|Ter|Qua|Qui|Sex|Sab|Dom",
    "pt_PT": "Mon|Tue|Wed|Thu|Sex|Sat|Sun",
    "ru": "Пнд|Втр|Срд|Чтв|Птн|Суб|Вск",
    "sk": "Pon|Uto|Str|Štv|Pia|Sob|Ned",
    "sl": "Pon|Tor|Sre|Čet|Pet|Sob|Ned",
    "sr": "Пон|Уто|Сре|Чет|Пет|Суб|Нед",
    "sv": "mån|tis|Ons|tor|Fre|lör|sön",
    "tr": "Pts|Sal|Çrş|Prş|Cum|Cts|Pzr",
    "zh_CN": "星期一|星期二|星期三|星期四|星期五|星期六|星期日",
    "zh_TW": "星期一|星期二|星期三|星期四|星期五|星期六|星期日",
}

#: language -> the names of the days, Monday is the first.
WEEKDAYS: Dict[str, Tuple[str, ...]] = {
    language: tuple(days.split("|")) for language, days in _DAYS.items()}
