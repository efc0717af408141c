# Tickets that say hello.

use strict;
use warnings;
use utf8;

my $first = Seed::ticket( 'plain', Requestor => ['alice@example.org'], Text => "Hello\nworld\n" );
Seed::say_on( $first, 'Comment', 'alice', Seed::text("A comment.\n") );
Seed::say_on( $first, 'Correspond', 'root', Seed::text("A reply.\n") );
Seed::ticket( 'of uwe', By => 'root', Requestor => ['uwe@example.org'] );

1;
