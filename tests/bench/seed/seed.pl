#!/usr/bin/perl
# Seeds a fresh RT database and writes the ids made, by kind and name, as JSON.
# Arguments: the folder of the parts, the JSON file, then the parts' names in order.

use strict;
use warnings;
use SeedClock;
use Seed;
use Carp ();
use Time::HiRes ();

my ( $folder, $json, @parts ) = @ARGV;
for my $part (@parts) {
    my $before = Time::HiRes::time();
    $RT::Handle->BeginTransaction;
    defined( do "$folder/$part.pl" ) or die "$part: " . ( $@ || $! );
    $RT::Handle->Commit;
    printf "%-12s %5.1f s\n", $part, Time::HiRes::time() - $before;
}
Seed::write_ids($json);
