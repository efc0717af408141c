"""Dumps that are recorded answers of ``fixtures``, under the names that people give."""
from __future__ import annotations

from typing import Iterator, Mapping, Tuple

from tests.dumps import corpus
from tests.dumps.corpus import Dump

__all__ = ["FIXTURES", "selected"]

FIXTURES = corpus.FOLDER.parent

#: Name of the dump and the recorded answer.
_CHOSEN: Tuple[Tuple[str, str], ...] = (
    # RT 3.4
    ("3.4.6-ticket.txt", "rest1/3.4.6/x-new-ok-show.txt"),
    ("3.4.6-history-long.txt", "rest1/3.4.6/x-torture-hist-l.txt"),
    ("3.4.6-history-short.txt", "rest1/3.4.6/x-torture-hist-s.txt"),
    ("3.4.6-two-histories.txt", "rest1/3.4.6/x-hist-two-l.txt"),
    ("3.4.6-attachments.txt", "rest1/3.4.6/x-torture-att.txt"),
    ("3.4.6-no-attachments.txt", "rest1/3.4.6/x-att-none.txt"),
    ("3.4.6-attachment-latin.txt", "rest1/3.4.6/x-attshow-latin.txt.txt"),
    ("3.4.6-attachment-14-content", "rest1/3.4.6/x-content-bin.dat.txt"),
    ("3.4.6-links.txt", "rest1/3.4.6/x-links-after-two.txt"),
    ("3.4.6-queue.txt", "rest1/3.4.6/x-queue-1.txt"),
    ("3.4.6-user.txt", "rest1/3.4.6/x-user-root.txt"),
    ("3.4.6-search-i.txt", "rest1/3.4.6/x-search-i.txt"),
    ("3.4.6-search-s.txt", "rest1/3.4.6/x-search-s.txt"),
    ("3.4.6-several.txt", "rest1/3.4.6/x-show-multi.txt"),
    ("3.4.6-refused-attachment.txt", "rest1/3.4.6/x-att-404.txt"),
    ("3.4.6-wrong-password.txt", "rest1/3.4.6/x-badpass.txt"),
    # RT 3.6
    ("3.6.11-ticket-custom-fields.txt", "rest1/3.6.11/x-cf-show.txt"),
    ("3.6.11-ticket-times.txt", "farm/3.6.11/as-alice-ticket-8-show.body"),
    ("3.6.11-history-long.txt", "farm/3.6.11/ticket-4-history-l.body"),
    ("3.6.11-history-french.txt", "farm/3.6.11/accept-language-fr-history-l.body"),
    ("3.6.11-history-short.txt", "farm/3.6.11/ticket-8-history.body"),
    ("3.6.11-attachments.txt", "farm/3.6.11/ticket-6-attachments.body"),
    ("3.6.11-attachment-named.txt", "farm/3.6.11/ticket-6-attachments-54.body"),
    ("3.6.11-ticket-6-attachments-54-content", "farm/3.6.11/ticket-6-attachments-54-content.body"),
    ("3.6.11-entry.txt", "farm/3.6.11/ticket-1-history-id-111.body"),
    ("3.6.11-search-forms.txt", "farm/3.6.11/search-all-l.body"),
    ("3.6.11-search-table.txt", "farm/3.6.11/search-fields-s.body"),
    ("3.6.11-search-nothing.txt", "farm/3.6.11/search-empty-subject.body"),
    ("3.6.11-group-unknown.txt", "farm/3.6.11/group-3.body"),
    ("3.6.11-German.txt", "farm/3.6.11/accept-language-de-show.body"),
    # RT 3.8
    ("3.8.17-ticket.txt", "farm/3.8.17/as-bob-ticket-2-show.body"),
    ("3.8.17-history-long.txt", "farm/3.8.17/ticket-8-history-l.body"),
    ("3.8.17-attachments.txt", "farm/3.8.17/ticket-6-attachments.body"),
    ("3.8.17-links.txt", "farm/3.8.17/as-alice-ticket-7-links-show.body"),
    ("3.8.17-queue-custom-fields.txt", "rest1/3.8.17/x-queue-tcf-l.txt"),
    ("3.8.17-withheld.txt", "farm/3.8.17/as-mallory-ticket-1-attachment.body"),
    ("3.8.17-not-allowed.txt", "farm/3.8.17/as-mallory-ticket-1-show.body"),
    ("3.8.17-search-refused.txt", "farm/3.8.17/search-fields-bad.body"),
    # RT 4.0
    ("4.0.5-ticket.txt", "rest1/4.0.5/x-cf-show.txt"),
    ("3.4.6-exception.txt", "rest1/3.4.6/x-u-show.txt"),
    ("4.0.25-history-long.txt", "farm/4.0.25/ticket-5-history-l.body"),
    ("4.0.25-search-forms.txt", "farm/4.0.25/search-all-l.body"),
    ("4.0.25-search-lines.txt", "farm/4.0.25/search-all-s-as-alice.body"),
    ("4.0.25-several-with-one-missing.txt", "farm/4.0.25/ticket-show-several-one-missing.body"),
    ("4.0.25-German.txt", "farm/4.0.25/accept-language-de-show.body"),
    # RT 4.4
    ("4.4.6-history-long.txt", "rest1/4.4.6/ticket-history-long-full.txt"),
    ("4.4.6-no-attachments.txt", "rest1/4.4.6/attachments-none.txt"),
    ("4.4.6-attachment-484-content", "rest1/4.4.6/extras-att-221-content.txt"),
    ("4.4.6-cross-site.html", "rest1/4.4.6/csrf-websession-post.txt"),
    # RT 5.0
    ("5.0.3-dates-iso.txt", "rest1/5.0.3/datefmt-fdate-ISO.txt"),
    ("5.0.3-dates-rfc2822.txt", "rest1/5.0.3/datefmt-fdate-RFC2822.txt"),
    ("5.0.3-dates-ical.txt", "rest1/5.0.3/datefmt-fdate-iCal.txt"),
    ("5.0.3-dates-w3c.txt", "rest1/5.0.3/datefmt-fdate-W3CDTF.txt"),
    ("5.0.3-dates-localized.txt", "rest1/5.0.3/datefmt-fdate-LocalizedDateTime.txt"),
    ("5.0.3-dates-german.txt", "rest1/5.0.3/datefmt-fgerman-DefaultFormat.txt"),
    ("5.0.3-dates-french.txt", "rest1/5.0.3/l10n-root-accept-fr.txt"),
    ("5.0.3-dates-japanese.txt", "rest1/5.0.3/l10n-root-accept-ja.txt"),
    ("5.0.3-nul.txt", "rest1/5.0.3/parse-nul.txt"),
    ("5.0.3-query-refused.txt", "rest1/5.0.3/search-badquote.txt"),
    ("5.0.3-query-with-stack.txt", "rest1/5.0.3/search-badsyntax.txt"),
    ("5.0.3-exception.txt", "rest1/5.0.3/transaction-404.txt"),
    ("5.0.3-table-torn.txt", "rest1/5.0.3/tsv-multiline.txt"),
    ("5.0.3-history-and-ticket.txt", "rest1/5.0.3/show-ticket-and-history-l.txt"),
    ("5.0.3-search-group.txt", "rest1/5.0.3/search-group-l.txt"),
    ("5.0.3-torture-history.txt", "rest1/5.0.3/torture-history-long.txt"),
    ("5.0.3-mail-gateway.txt", "rest1/5.0.3/mail-gateway-GET.txt"),
    ("5.0.3-wrong-password-de.txt", "rest1/5.0.3/badpass-accept-language-de.txt"),
    ("5.0.3-logged-out.txt", "rest1/5.0.3/logout-cookie.txt"),
)


#: Where they are neither ASCII nor UTF-8, or not to be taken for it.
_ENCODED: Mapping[str, str] = {
    "3.4.6-attachment-14-content": "utf-8 twice", "4.4.6-attachment-484-content": "binary",
    "3.6.11-ticket-6-attachments-54-content": "windows-1252"}


def selected() -> Iterator[Tuple[Dump, bytes]]:
    """Each with its bytes."""
    for name, source in _CHOSEN:
        content = (FIXTURES / source).read_bytes()
        encoding = _ENCODED.get(name) or ("ascii" if content.isascii() else "utf-8")
        yield Dump(name, ("recorded", source), (encoding,), ("none",), {}, (source,)), content
