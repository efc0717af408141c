# Attachments, each on a transaction of its own of the ticket "files".

package Seed::Files;

use strict;
use warnings;
use utf8;

require Digest::SHA;
require MIME::Base64;

my $png = pack 'H*',
    '89504e470d0a1a0a0000000d4948445200000001000000010806000000' . '1f15c489'
    . '0000000d49444154789c6360f8cf500f00038301804b1b1f0b' . '0000000049454e44ae426082';

# The same bytes on every machine and version: no rand().
sub noise {
    my ( $count, $seed ) = @_;
    my $bytes = '';
    for ( 1 .. $count ) {
        $seed = ( $seed * 1103515245 + 12345 ) & 0x7fffffff;
        $bytes .= chr( $seed >> 16 & 0xff );
    }
    return $bytes;
}

my @files = (
    'utf8'          => [ 'notes.txt',   'text/plain', Encode::encode( 'UTF-8', "Grüße – ✓\nzwei\n" ) ],
    'windows-1252'  => [ 'old.txt',     'text/plain', "Gr\xfc\xdfe \x80 100\n", 'windows-1252' ],
    'latin1'        => [ 'older.txt',   'text/plain', "K\xf6ln\n",             'iso-8859-1' ],
    'png'           => [ 'dot.png',     'image/png',  $png ],
    'empty'         => [ 'empty.txt',   'text/plain', '' ],
    'empty-binary'  => [ 'empty.bin',   'application/octet-stream', '' ],
    'newlines'      => [ 'newlines.txt', 'text/plain', "\n\n\n" ],
    'zero'          => [ 'zero.txt',    'text/plain', '0' ],
    'megabyte'      => [ 'random.bin',  'application/octet-stream', noise( 1_048_576, 42 ) ],
    'spaces'        => [ 'name with spaces.txt',       'text/plain', "spaces\n" ],
    'quotes'        => [ q{it's "quoted".txt},         'text/plain', "quotes\n" ],
    'commas'        => [ 'a, b, and c.txt',            'text/plain', "commas\n" ],
    'nonascii'      => [ 'Größe – 日本語.txt',         'text/plain', "names\n" ],
    'parentheses'   => [ 'x (text, 3b), 7: y.txt', 'text/plain', "looks like a list\n" ],
    'no-newline'    => [ 'no-newline.txt', 'text/plain', "no final newline" ],
    'many-newlines' => [ 'many-newlines.txt', 'text/plain', "text\n\n\n\n\n" ],
    'crlf'          => [ 'crlf.csv',    'text/csv',   "a,b\r\n1,2\r\n" ],
    'html'          => [ 'page.html',   'text/html',  "<p>An <i>attached</i> page</p>\n" ],
    'envelope'      => [ 'envelope.txt', 'text/plain', "RT/4.4.6 200 Ok\n\n# Invalid attachment id\n" ],
    'binary-newlines' => [ 'ends.bin',  'application/octet-stream', "\x00\xff\x80\n\n\n\n" ],
    'binary-utf8'   => [ 'text.bin',    'application/octet-stream', Encode::encode( 'UTF-8', "ä\n" ) ],
);

my $ticket = Seed::ticket('files');
while ( my ( $name, $file ) = splice @files, 0, 2 ) {
    my ( $filename, $type, $bytes, $charset ) = @$file;
    Seed::note(
        files => $name,
        {
            filename => $filename,
            type     => $type,
            size     => length $bytes,
            sha256   => Digest::SHA::sha256_hex($bytes),
            $type =~ /^text/       ? ( charset => $charset // 'UTF-8' )                : (),
            length($bytes) < 1_000 ? ( base64 => MIME::Base64::encode( $bytes, '' ) ) : (),
        }
    );
    my $message = MIME::Entity->build( Type => 'multipart/mixed' );
    $message->attach( Type => 'text/plain', Charset => 'UTF-8', Data => ["File $name\n"] );
    $message->attach(
        Type        => $type,
        Encoding    => 'base64',
        Disposition => 'attachment',
        Filename    => Encode::encode( 'UTF-8', $filename ),
        Data        => [$bytes],
        $type =~ /^text/ ? ( Charset => $charset // 'UTF-8' ) : (),
    );
    my $id = Seed::say_on( $ticket, 'Comment', 'alice', $message );
    Seed::remember( transactions => "files/$name", $id );
    my $transaction = RT::Transaction->new( RT->SystemUser );
    Seed::ok( $transaction->Load($id) );
    my $parts = $transaction->Attachments;
    while ( my $part = $parts->Next ) {
        Seed::remember( attachments => $name, $part->id ) if length( $part->Filename // '' );
    }
    Seed::recall( attachments => $name );
}

# Several files on one reply.
my $several = MIME::Entity->build( Type => 'multipart/mixed' );
$several->attach( Type => 'text/plain', Charset => 'UTF-8', Data => ["Three files\n"] );
$several->attach( Type => 'text/plain', Filename => "part$_.txt", Data => ["part $_\n"] ) for 1 .. 3;
Seed::remember( transactions => 'files/several',
    Seed::say_on( $ticket, 'Correspond', 'alice', $several ) );

1;
