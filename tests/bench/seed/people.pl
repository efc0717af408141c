# Users, groups, queues and rights.

package Seed::People;

use strict;
use warnings;
use utf8;

sub user {
    my ( $name, %args ) = @_;
    my $user = RT::User->new( RT->SystemUser );
    Seed::ok( $user->Create( Name => $name, Password => "password-$name", %args ) );
    return Seed::remember( users => $name, $user->id );
}

sub group {
    my ( $name, @members ) = @_;
    my $group = RT::Group->new( RT->SystemUser );
    Seed::ok( $group->CreateUserDefinedGroup( Name => $name, Description => "The $name group" ) );
    Seed::ok( $group->AddMember( Seed::recall( users => $_ ) ) ) for @members;
    Seed::remember( groups => $name, $group->id );
    return $group;
}

sub queue {
    my ( $name, %args ) = @_;
    my $queue = RT::Queue->new( RT->SystemUser );
    Seed::ok( $queue->Create( Name => $name, %args ) );
    Seed::remember( queues => $name, $queue->id );
    return $queue;
}

my $root = RT::User->new( RT->SystemUser );
Seed::ok( $root->LoadByCols( Name => 'root' ) );
Seed::ok( $root->SetEmailAddress('root@example.org') ) if $root->EmailAddress ne 'root@example.org';
Seed::remember( users => 'root', $root->id );

user( 'alice', RealName => 'Alice Ordinary', EmailAddress => 'alice@example.org', Privileged => 1 );
user( 'nora', RealName => 'Nora Norights', EmailAddress => 'nora@example.org', Privileged => 1 );
user( 'uwe', RealName => 'Uwe Unprivileged', EmailAddress => 'uwe@example.org', Privileged => 0 );
user(
    'gerda',
    RealName     => 'Gerda Größe',
    EmailAddress => 'gerda@example.org',
    Lang         => 'de',
    Privileged   => 1
);
user(
    'yorick',
    RealName     => 'Yorick York',
    EmailAddress => 'yorick@example.org',
    Timezone     => 'America/New_York',
    Privileged   => 1
);
user( 'mute', RealName => 'Mute Noaddress', Privileged => 1 );
user( 'member-one', EmailAddress => 'member-one@example.org', Privileged => 1 );
user( 'member-two', EmailAddress => 'member-two@example.org', Privileged => 1 );

my $yorick = RT::User->new( RT->SystemUser );
Seed::ok( $yorick->Load('yorick') );
Seed::ok( $yorick->SetPreferences( RT->System => { DateTimeFormat => 'ISO' } ) );

my $staff = group( 'staff', qw(alice gerda yorick) );
group( 'watchers-group', qw(member-one member-two) );

my $general = RT::Queue->new( RT->SystemUser );
Seed::ok( $general->Load('General') );
Seed::remember( queues => 'General', $general->id );
my $second = queue(
    'Second Queue',
    Description       => 'A name with a space',
    CorrespondAddress => 'second@example.org',
    CommentAddress    => 'second-comment@example.org',
);
queue( 'Hidden', Description => 'Only root sees it' );

for my $queue ( $general, $second ) {
    for my $right (
        qw(SeeQueue ShowTicket ShowTicketComments ShowOutgoingEmail CreateTicket ReplyToTicket
        CommentOnTicket ModifyTicket OwnTicket TakeTicket StealTicket ReassignTicket Watch
        WatchAsAdminCc SeeCustomField ModifyCustomField DeleteTicket ForwardMessage)
        )
    {
        Seed::ok( $staff->PrincipalObj->GrantRight( Right => $right, Object => $queue ) );
    }
}
for my $right (qw(SeeGroup SeeCustomField ModifyCustomField)) {
    Seed::ok( $staff->PrincipalObj->GrantRight( Right => $right, Object => RT->System ) );
}

my $unprivileged = RT::Group->new( RT->SystemUser );
Seed::ok( $unprivileged->LoadSystemInternalGroup('Unprivileged') );
for my $right (qw(CreateTicket ReplyToTicket)) {
    Seed::ok( $unprivileged->PrincipalObj->GrantRight( Right => $right, Object => $general ) );
}
my $requestor = RT::Group->new( RT->SystemUser );
Seed::ok( $requestor->LoadRoleGroup( Object => $general, Name => 'Requestor' ) );
for my $right (qw(ShowTicket ReplyToTicket)) {
    Seed::ok( $requestor->PrincipalObj->GrantRight( Right => $right, Object => $general ) );
}

if ( eval { require RT::AuthToken; 1 } ) {
    for my $name (qw(root alice)) {
        my $token = RT::AuthToken->new( RT->SystemUser );
        my ( $ok, $message, $secret ) = $token->Create(
            Owner       => Seed::recall( users => $name ),
            Description => "bench of $name"
        );
        Seed::ok( $ok, $message );
        $Seed::ids{tokens}{$name} = $secret;
    }
}

1;
