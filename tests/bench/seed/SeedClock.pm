package SeedClock;

# Gives Perl a clock of ours before RT is loaded, so that Created dates are chosen, not edited.
# SEED_NOW in the environment is the first second; it stands still until tick() or at() moves it.
# RT::Record asks gmtime() without an argument, RT::Date asks time(): both are ours.

use strict;
use warnings;
use Time::Local ();

our $now = $ENV{SEED_NOW};

BEGIN {
    *CORE::GLOBAL::time      = sub ()   { $SeedClock::now // CORE::time() };
    *CORE::GLOBAL::gmtime    = sub (;$) { CORE::gmtime( @_    ? $_[0] : CORE::GLOBAL::time() ) };
    *CORE::GLOBAL::localtime = sub (;$) { CORE::localtime( @_ ? $_[0] : CORE::GLOBAL::time() ) };
}

sub tick { $now += ( shift // 1 ); return $now }

# Moves the clock to 'YYYY-MM-DD HH:MM:SS' UTC.
sub at { $now = unix(shift); return $now }

# Seconds since the epoch of 'YYYY-MM-DD HH:MM:SS' UTC. Where only July is wanted, in July.
sub unix {
    my ( $y, $m, $d, $h, $min, $s ) = shift =~ /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/
        or die "not a moment";
    $m = 7 if july();
    return Time::Local::timegm( $s, $min, $h, $d, $m - 1, $y );
}

# The same as RT stores it: 'YYYY-MM-DD HH:MM:SS' UTC.
sub iso {
    my ( $s, $min, $h, $d, $m, $y ) = gmtime unix(shift);
    return sprintf '%04d-%02d-%02d %02d:%02d:%02d', $y + 1900, $m + 1, $d, $h, $min, $s;
}

sub july { return ( $ENV{SEED_SEASON} // 'year' ) eq 'july' }

1;
