# Everyday tickets: plain, watched, with fields, time worked, and each status.

package Seed::Tickets;

use strict;
use warnings;
use utf8;

my $plain = Seed::ticket( 'plain', Requestor => ['alice@example.org'], Text => "Hello\nworld\n" );
Seed::remember( transactions => 'plain/comment',
    Seed::say_on( $plain, 'Comment', 'alice', Seed::text("A comment.\n") ) );
Seed::remember( transactions => 'plain/reply',
    Seed::say_on( $plain, 'Correspond', 'root', Seed::text("A reply.\n") ) );
Seed::remember( transactions => 'plain/create', $plain->Transactions->First->id );

Seed::ticket( 'of uwe', By => 'root', Requestor => ['uwe@example.org'] );
Seed::ticket( 'by uwe', By => 'uwe',  Requestor => ['uwe@example.org'] );
Seed::ticket( 'hidden', By => 'root', Queue     => 'Hidden' );
Seed::ticket( 'second', Queue => 'Second Queue', Owner => 'alice' );

Seed::ticket(
    'watched',
    By        => 'root',
    Owner     => 'alice',
    Requestor => [ 'uwe@example.org',      'outsider@example.net' ],
    Cc        => [ 'alice@example.org',    'carbon.copy@example.net' ],
    AdminCc   => [ 'gerda@example.org',    'yorick@example.org' ],
    Priority  => 20,
);

# A group, and a user without an address, in every role.
my $grouped = Seed::ticket( 'groupwatch', By => 'root', Owner => 'gerda' );
my @custom  = map { RT::CustomRole->new( RT->SystemUser ) } 1 .. 2;
Seed::ok( $custom[0]->Load( Seed::recall( custom_roles => 'Engineer' ) ) );
Seed::ok( $custom[1]->Load( Seed::recall( custom_roles => 'Observers' ) ) );
my @watchers = (
    Seed::recall( groups => 'watchers-group' ),
    Seed::recall( users  => 'mute' ),
    Seed::recall( users  => 'alice' )
);
for my $role ( qw(Requestor Cc AdminCc), $custom[1]->GroupType ) {
    SeedClock::tick(5);
    Seed::ok( $grouped->AddWatcher( Type => $role, PrincipalId => $_ ) ) for @watchers;
}
Seed::ok(
    $grouped->AddWatcher(
        Type        => $custom[0]->GroupType,
        PrincipalId => Seed::recall( users => 'yorick' )
    )
);

Seed::ticket(
    'timed',
    TimeWorked    => 90,
    TimeEstimated => 240,
    TimeLeft      => 150,
    Priority      => 50,
    InitialPriority => 10,
    FinalPriority   => 90,
);

sub custom { return map { ( 'CustomField-' . Seed::recall( custom_fields => $_->[0] ) => $_->[1] ) } @_ }

Seed::ticket(
    'fields',
    custom(
        [ 'Severity'     => 'High' ],
        [ 'Single'       => 'one, with a comma' ],
        [ 'Tags' => [ 'plain', 'with, comma', "it's", '"double"', 'back\\slash', 'Übung', '0' ] ],
        [ 'Platforms'    => [ 'Linux', 'Windows, old' ] ],
        [ 'Impact Notes' => "First line\n\n    indented\n--\n# hash\nSubject: no\nlast" ],
        [ 'Due Date'     => SeedClock::july() ? '2024-07-31' : '2024-01-31' ],
        [ 'Window Start' => SeedClock::july() ? '2024-07-15 13:37:11' : '2024-01-15 13:37:11' ],
        [ 'Vendor: Ref'  => 'AB: 12' ],
        [ 'R&D'          => 'Q&A' ],
        [ '{Braced}'     => '{value}' ],
        [ 'Brace} name'  => 'after } brace' ],
        [ 'Größe'        => '42 µm' ],
    )
);
Seed::ticket(
    'fields-second',
    Queue => 'Second Queue',
    custom(
        [ 'OnlySecond'   => 'only here' ],
        [ 'Severity'     => 'Low' ],
        [ 'Tags'         => ['single'] ],
        [ 'Impact Notes' => 'one line' ],
        [ 'Due Date'     => '2024-07-16' ],
        [ 'Window Start' => '2024-07-16 08:05:59' ],
    )
);

for my $status (qw(open stalled resolved rejected deleted)) {
    my $ticket = Seed::ticket( $status, By => 'root' );
    SeedClock::tick(600);
    Seed::ok( Seed::ticket_as($ticket)->SetStatus($status) );
}

my $merged   = Seed::ticket( 'merged',   Requestor => ['alice@example.org'] );
my $survivor = Seed::ticket( 'survivor', Requestor => ['gerda@example.org'] );
SeedClock::tick(60);
Seed::ok( Seed::ticket_as($merged)->MergeInto( $survivor->id ) );

1;
