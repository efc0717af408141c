# Custom fields and custom roles.

package Seed::Fields;

use strict;
use warnings;
use utf8;

my $everywhere = RT::Queue->new( RT->SystemUser );
my $second     = RT::Queue->new( RT->SystemUser );
Seed::ok( $second->Load('Second Queue') );

sub field {
    my ( $name, $type, $max, $queue, @values ) = @_;
    my $field = RT::CustomField->new( RT->SystemUser );
    Seed::ok(
        $field->Create(
            Name       => $name,
            Type       => $type,
            MaxValues  => $max,
            LookupType => RT::Ticket->CustomFieldLookupType,
        )
    );
    my $order = 0;
    Seed::ok( $field->AddValue( Name => $_, SortOrder => ++$order ) ) for @values;
    Seed::ok( $field->AddToObject($queue) );
    Seed::remember( custom_fields => $name, $field->id );
    return;
}

field( 'Severity',      'Select',   1, $everywhere, qw(Low Medium High) );
field( 'Single',        'Freeform', 1, $everywhere );
field( 'Tags',          'Freeform', 0, $everywhere );
field( 'Platforms',     'Select',   0, $everywhere, 'Linux', 'macOS', 'Windows, old', 'BSD' );
field( 'Impact Notes',  'Text',     1, $everywhere );
field( 'Due Date',      'Date',     1, $everywhere );
field( 'Window Start',  'DateTime', 1, $everywhere );
field( 'Vendor: Ref',   'Freeform', 1, $everywhere );
field( 'R&D',           'Freeform', 1, $everywhere );
field( '{Braced}',      'Freeform', 1, $everywhere );
field( 'Brace} name',   'Freeform', 1, $everywhere );
field( 'Größe',         'Freeform', 1, $everywhere );
field( 'OnlySecond',    'Freeform', 1, $second );

for my $role ( [ Engineer => 1 ], [ Observers => 0 ] ) {
    my ( $name, $max ) = @$role;
    my $custom = RT::CustomRole->new( RT->SystemUser );
    Seed::ok( $custom->Create( Name => $name, MaxValues => $max, Description => "The $name" ) );
    Seed::ok( $custom->AddToObject( ObjectId => Seed::recall( queues => $_ ) ) )
        for 'General', 'Second Queue';
    Seed::remember( custom_roles => $name, $custom->id );
}

1;
