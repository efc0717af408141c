# Links of all kinds, a history with each kind of change, and mail sent by RT's scrips.

package Seed::Changes;

use strict;
use warnings;
use utf8;

my %other = map { $_ => Seed::ticket("link-$_")->id }
    qw(depends-on depended-on-by refers-to referred-to-by member-of member);
my $linked = Seed::ticket('links');
for my $link (
    [ DependsOn => Target => $other{'depends-on'} ],
    [ DependsOn => Base   => $other{'depended-on-by'} ],
    [ RefersTo  => Target => $other{'refers-to'} ],
    [ RefersTo  => Base   => $other{'referred-to-by'} ],
    [ MemberOf  => Target => $other{'member-of'} ],
    [ MemberOf  => Base   => $other{'member'} ],
    [ RefersTo  => Target => 'https://example.com/a?b=c,d&e=f#g' ],
    [ RefersTo  => Target => 'http://example.net/plain' ],
    [ RefersTo  => Target => Seed::recall( tickets => 'resolved' ) ],
    )
{
    my ( $type, $end, $id ) = @$link;
    SeedClock::tick(7);
    Seed::ok( Seed::ticket_as( $linked, 'alice' )->AddLink( Type => $type, $end => $id ) );
}
my $gone = Seed::ticket('link-deleted');
Seed::ok( Seed::ticket_as($linked)->AddLink( Type => 'RefersTo', Target => $gone->id ) );
Seed::ok( Seed::ticket_as($gone)->SetStatus('deleted') );

my $history = Seed::ticket( 'history', Requestor => ['uwe@example.org'] )->id;

sub change {
    my ( $by, $method, @arguments ) = @_;
    SeedClock::tick(83);
    return Seed::ok( Seed::ticket_as( $history, $by )->$method(@arguments) );
}

sub custom {
    my ( $method, $field, $value ) = @_;
    return change( 'alice', $method, Field => Seed::recall( custom_fields => $field ), Value => $value );
}

change( 'alice', SetSubject => 'history: renamed' );
change( 'alice', SetPriority => 30 );
change( 'alice', SetStatus   => 'open' );
change( 'root',  SetOwner    => 'gerda' );
change( 'alice', SetOwner => 'alice', 'Steal' );
change( 'alice', SetOwner => 'Nobody' );
change( 'alice', SetOwner => 'alice' );
change( 'alice', AddWatcher    => Type => 'Cc',      Email => 'carbon.copy@example.net' );
change( 'alice', AddWatcher    => Type => 'AdminCc', PrincipalId => Seed::recall( users => 'gerda' ) );
change( 'alice', DeleteWatcher => Type => 'Cc',      Email => 'carbon.copy@example.net' );
change( 'alice', SetQueue => 'Second Queue' );
custom( AddCustomFieldValue    => 'OnlySecond', 'while there' );
change( 'alice', SetQueue => 'General' );
custom( AddCustomFieldValue    => 'Severity',     'Low' );
custom( AddCustomFieldValue    => 'Severity',     'High' );
custom( DeleteCustomFieldValue => 'Severity',     'High' );
custom( AddCustomFieldValue    => 'Single',       'first' );
custom( AddCustomFieldValue    => 'Single',       'second' );
custom( AddCustomFieldValue    => 'Tags',         $_ ) for 'one', 'two, three';
custom( DeleteCustomFieldValue => 'Tags',         'one' );
custom( AddCustomFieldValue    => 'Impact Notes', "long\n\n  text\n" );
custom( AddCustomFieldValue    => 'Impact Notes', "longer\n--\ntext" );
custom( AddCustomFieldValue    => 'Due Date',     '2024-07-01' );
custom( AddCustomFieldValue    => 'Window Start', SeedClock::iso('2024-07-01 11:12:13') );
change( 'alice', SetTimeWorked    => 45 );
change( 'alice', SetTimeLeft      => 15 );
change( 'alice', SetTimeEstimated => 60 );
change( 'alice', SetStarts => SeedClock::iso('2024-01-20 10:11:12') );
change( 'alice', SetDue    => SeedClock::iso('2024-07-20 20:21:22') );
change( 'alice', SetDue    => SeedClock::iso('2024-01-25 01:02:03') );
change( 'alice', AddLink    => Type => 'RefersTo',  Target => $linked->id );
change( 'alice', AddLink    => Type => 'DependsOn', Target => $other{'depends-on'} );
change( 'alice', DeleteLink => Type => 'DependsOn', Target => $other{'depends-on'} );
change( 'alice', AddLink    => Type => 'RefersTo',  Target => 'https://example.com/history' );
Seed::say_on( $history, 'Comment', 'alice', Seed::text("With time\n"), TimeTaken => 25 );
change( 'alice', SetStatus => 'stalled' );
Seed::say_on( $history, 'Correspond', 'gerda', Seed::text("Größe?\n") );
change( 'gerda', SetStatus => 'resolved' );
change( 'gerda', SetStatus => 'open' );

Seed::loudly(
    sub {
        my $mailed = Seed::ticket(
            'mailed',
            Requestor => ['uwe@example.org'],
            Cc        => ['carbon.copy@example.net'],
            AdminCc   => ['gerda@example.org'],
            Text      => "Please answer.\n",
        );
        Seed::say_on( $mailed, 'Correspond', 'alice', Seed::text("Answered by mail.\n") );
        Seed::say_on( $mailed, 'Comment',    'alice', Seed::text("A comment by mail.\n") );
        SeedClock::tick(300);
        Seed::ok( Seed::ticket_as( $mailed, 'alice' )->SetStatus('resolved') );
    }
);

1;
