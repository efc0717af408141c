# Tickets of January and July and next to the changes of the clock. The clock itself is set, so
# that Created, the first transaction's Created and everything else of a ticket agree.

package Seed::Dates;

use strict;
use warnings;
use utf8;

# Name, moment. Outside the hours that autumn repeats in New York (05-07 UTC) and Europe (00-02).
my @moments = (
    'january'           => '2024-01-15 13:37:11',
    'july'              => '2024-07-16 08:05:59',
    'january-night'     => '2024-01-31 23:58:07',
    'july-night'        => '2024-07-31 03:14:15',
    'february-leap'     => '2024-02-29 11:59:58',
    'newyork-spring-1'  => '2024-03-10 06:59:30',
    'newyork-spring-2'  => '2024-03-10 07:00:30',
    'newyork-autumn-1'  => '2024-11-03 04:59:30',
    'newyork-autumn-2'  => '2024-11-03 07:00:30',
    'europe-spring-1'   => '2024-03-31 00:59:30',
    'europe-spring-2'   => '2024-03-31 01:00:30',
    'europe-autumn-1'   => '2024-10-26 23:59:30',
    'europe-autumn-2'   => '2024-10-27 02:00:30',
    'january-2016'      => '2016-01-05 17:18:19',
    'july-2016'         => '2016-07-05 05:06:07',
    'january-2023'      => '2023-01-17 22:23:24',
    'july-2023'         => '2023-07-18 19:20:21',
);

my $after = $SeedClock::now;
while ( my ( $name, $moment ) = splice @moments, 0, 2 ) {
    SeedClock::at($moment);
    SeedClock::tick(-61);    # ticket() moves the clock by as much
    Seed::ticket(
        "dates-$name",
        By     => 'root',
        Starts => SeedClock::iso('2024-01-10 09:08:07'),
        Due    => SeedClock::iso('2024-07-10 19:18:17'),
    );
}
SeedClock::at('2024-01-22 08:00:01');
my @told   = ( By => 'root', Requestor => ['uwe@example.org'] );
my $winter = Seed::ticket( 'dates-all-january', @told, Due => SeedClock::iso('2024-01-30 12:13:14') );
Seed::say_on( $winter, 'Correspond', 'alice', Seed::text("Told in January.\n") );
SeedClock::tick(3600);

Seed::ok( Seed::ticket_as($winter)->SetStatus($_) ) for qw(open resolved);
SeedClock::at('2024-07-22 08:00:01');
my $summer = Seed::ticket( 'dates-all-july', @told, Due => SeedClock::iso('2024-07-30 12:13:14') );
Seed::say_on( $summer, 'Correspond', 'alice', Seed::text("Told in July.\n") );
SeedClock::tick(3600);
Seed::ok( Seed::ticket_as($summer)->SetStatus($_) ) for qw(open resolved);
$SeedClock::now = $after;

1;
