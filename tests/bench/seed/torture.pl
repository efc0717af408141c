# Contents and subjects that torture text formats.

package Seed::Torture;

use strict;
use warnings;
use utf8;

my @contents = (
    'dashes'   => "before\n--\nafter\n---\n-- \n--\n",
    'hashes'   => "# one\ntext\n# two\n#\n#three\n",
    'header'   => "Subject: not a header\n\nStatus: resolved\nid: ticket/9\nCF.{Tags}: x\n",
    'envelope' => "RT/3.8.2 200 Ok\n\nid: ticket/1\nQueue: General\nSubject: inner\n\n--\n\n"
        . "# Ticket 9 does not exist.\n",
    'indented'         => "    one\n    two\n      three\n",
    'indented-later'   => "one\n  two\n    three\n",
    'tabs'             => "\tone\n\t\ttwo\nthree\tfour\t\n \tfive\n",
    'blank-middle'     => "a\n\n\n\nb\n",
    'blank-end'        => "a\n\n\n\n\n\n",
    'blank-start'      => "\n\na\n",
    'crlf'             => "one\r\ntwo\r\n\r\nthree\r\n",
    'separators'       => "one\x{2028}two\x{2029}three\x{85}four\x{0b}five\x{0c}six\n",
    'emoji'            => "\x{1F600} \x{1F468}\x{200D}\x{1F469}\x{200D}\x{1F467} e\x{301}\n",
    'nonascii'         => "Grüße, Ελληνικά, 日本語\x{a0}«»\n",
    'zero'             => "0",
    'trailing-spaces'  => "one   \ntwo\t\n   \nend  ",
    'no-final-newline' => "one\ntwo",
    'commas'           => "one,\ntwo,\nthree,\n",
    'quoted'           => "> quoted\n> > twice\n\nanswer\n-- \nsignature\n",
    'long-line'        => ( 'word ' x 1000 ) . "\n",
    'html-looking'     => "<b>not</b> &amp; html\n",
);
while ( my ( $name, $content ) = splice @contents, 0, 2 ) {
    my $ticket = Seed::ticket( "torture-$name", Text => $content );
    Seed::note( contents => "torture-$name", $content );
    Seed::remember( transactions => "torture-$name/create", $ticket->Transactions->First->id );
    for my $type (qw(Comment Correspond)) {
        my $id = Seed::say_on( $ticket, $type, 'alice', Seed::text($content) );
        Seed::remember( transactions => "torture-$name/" . lc $type, $id );
    }
}

my @subjects = (
    'empty'    => '',
    'colon'    => 'Re: a: b',
    'zero'     => '0',
    'long'     => 'x' x 190 . ' 123456789',
    'nonascii' => 'Größe – 日本語 ✓',
    'hash'     => '# not a comment',
    'dashes'   => '--',
    'envelope' => 'RT/3.8.2 200 Ok',
    'comma'    => 'a, b; "c" \'d\'',
);
while ( my ( $name, $subject ) = splice @subjects, 0, 2 ) {
    Seed::ticket( "subject-$name", Subject => $subject );
    Seed::note( subjects => "subject-$name", $subject );
}

# HTML written in the web page: one part, no plain text beside it.
my $html = Seed::ticket( 'html-comment', MIMEObj => Seed::text( '<p>Hello <b>you</b></p>', 'text/html' ) );
Seed::say_on( $html, 'Comment', 'alice',
    Seed::text( "<ul><li>One &lt;1&gt;</li><li>Two</li></ul>\n", 'text/html' ) );

# Mail, as the mail gateway takes it.
require RT::Interface::Email;

sub mail {
    my ( $name, @lines ) = @_;
    SeedClock::tick(61);
    my $message = join "\n", 'From: Alice Ordinary <alice@example.org>', 'To: rt@example.org',
        "Subject: $name", "Message-ID: <$name\@example.org>", 'MIME-Version: 1.0', @lines, '';
    my ( $status, $why, $ticket ) = RT::Interface::Email::Gateway(
        { queue => 'General', action => 'correspond', message => $message } );
    Seed::ok( $status > 0 && $ticket && $ticket->id, $why );
    Seed::remember( tickets => $name, $ticket->id );
    return;
}

my @alternative = (
    'Content-Type: multipart/alternative; boundary="cut"', '',
    '--cut', 'Content-Type: text/plain; charset="utf-8"', 'Content-Transfer-Encoding: 8bit', '',
    'Hello in plain text', '--', 'Alice',
    '--cut', 'Content-Type: text/html; charset="utf-8"', '',
    '<html><body><p>Hello in <b>HTML</b></p></body></html>', '--cut--'
);
mail( 'mail-alternative', @alternative );
mail( 'mail-html', 'Content-Type: text/html; charset="utf-8"', '',
    '<html><body><h1>Only HTML</h1><p>Second &amp; last</p></body></html>' );
mail( 'mail-windows-1252', 'Content-Type: text/plain; charset="windows-1252"',
    'Content-Transfer-Encoding: quoted-printable', '',
    'Gr=FC=DFe =80 100 =96 =93quoted=94' );
mail( 'mail-latin1', 'Content-Type: text/plain; charset="iso-8859-1"',
    'Content-Transfer-Encoding: 8bit', '', "Gr\xfc\xdfe aus K\xf6ln" );
mail(
    'mail-forwarded',
    'Content-Type: multipart/mixed; boundary="outer"', '',
    '--outer', 'Content-Type: text/plain', '', 'See the message attached.',
    '--outer', 'Content-Type: message/rfc822', 'Content-Disposition: attachment', '',
    'From: someone@example.net', 'Subject: the inner message', 'MIME-Version: 1.0',
    'Content-Type: text/plain; charset="utf-8"', '', 'Inner body', '--outer--'
);

1;
