# One ticket with a long history, and a queue full of tickets.

package Seed::Many;

use strict;
use warnings;
use utf8;

my $long = Seed::ticket('long');
for my $number ( 1 .. 135 ) {
    Seed::say_on( $long, $number % 9 ? 'Comment' : 'Correspond',
        'alice', Seed::text("Entry $number\nof many\n") );
    Seed::ok( Seed::ticket_as( $long, 'alice' )->SetPriority( 1 + $number % 50 ) );
}

my %field = map { $_ => 'CustomField-' . Seed::recall( custom_fields => $_ ) } qw(Severity Single);
my @severities = qw(Low Medium High);
for my $number ( 1 .. 250 ) {
    Seed::ticket(
        "paging $number",
        Queue             => 'Second Queue',
        Requestor         => ['alice@example.org'],
        Priority          => $number % 10,
        Text              => "Ticket $number for paging\n",
        $field{Severity} => $severities[ $number % 3 ],
        $field{Single}   => "value $number",
    );
}

1;
