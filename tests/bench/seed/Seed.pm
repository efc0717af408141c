package Seed;

# What every part of the seed uses: RT loaded, the ids made so far, and short ways to RT's API.

use strict;
use warnings;
use SeedClock;

require RT;
RT::LoadConfig();
RT::Init();
require MIME::Entity;
require Encode;
require JSON;

our %ids;    # kind, then name: an id, or what note() was given
our $quiet = 1;
my %known;

{
    # Scrips cost more than everything else here; they run only inside loudly().
    require RT::Transaction;
    no warnings 'redefine';
    my $create = \&RT::Transaction::Create;
    *RT::Transaction::Create = sub {
        my ( $self, %args ) = @_;
        $args{ActivateScrips} = 0 if $Seed::quiet;
        return $create->( $self, %args );
    };
}

# Runs the code with RT's scrips, mail included.
sub loudly {
    my $code = shift;
    local $quiet = 0;
    return $code->();
}

# Dies with RT's own sentence unless the first value is true; passes the values on.
sub ok {
    my @result = @_;
    die "RT refused: " . join( ' | ', map { $_ // 'undef' } @result ) . "\n" . Carp::longmess()
        unless $result[0];
    return wantarray ? @result : $result[0];
}

sub remember { my ( $kind, $name, $id ) = @_; $ids{$kind}{$name} = $id + 0; return $id }

# What the seed put in, for tests to compare with: plain data under ids' own kinds.
sub note { my ( $kind, $name, $what ) = @_; $ids{$kind}{$name} = $what; return }

sub recall {
    my ( $kind, $name ) = @_;
    return $ids{$kind}{$name} // die "no $kind named $name yet";
}

# RT's user of this name as the one who acts.
sub as {
    my $name = shift;
    return $known{$name} //= do {
        my $user = RT::CurrentUser->new( RT->SystemUser );
        ok( $user->LoadByName($name) );
        $user;
    };
}

# A text part of this kind, from characters.
sub text {
    my ( $content, $type ) = @_;
    return MIME::Entity->build(
        Type    => $type // 'text/plain',
        Charset => 'UTF-8',
        Data    => [ Encode::encode( 'UTF-8', $content ) ],
    );
}

# A new ticket by name. Named arguments are RT's own, besides By (user name), Text and MIMEObj.
sub ticket {
    my ( $name, %args ) = @_;
    SeedClock::tick(61);
    my $by     = delete $args{By} // 'alice';
    my $text   = delete $args{Text};
    my $ticket = RT::Ticket->new( as($by) );
    $args{MIMEObj} //= text( $text // "About $name." );
    ok( $ticket->Create( Queue => 'General', Subject => $name, %args ) );
    remember( tickets => $name, $ticket->id );
    return $ticket;
}

# The ticket as another user sees it; the root user by default.
sub ticket_as {
    my ( $id, $by ) = @_;
    my $ticket = RT::Ticket->new( as( $by // 'root' ) );
    ok( $ticket->LoadById( ref $id ? $id->id : $id ) );
    return $ticket;
}

# A reply ('Correspond') or comment ('Comment') by a user; the transaction's id.
sub say_on {
    my ( $ticket, $type, $by, $entity, %args ) = @_;
    SeedClock::tick(37);
    my $seen = ticket_as( $ticket, $by );
    my ( $id, $message ) = $seen->$type( MIMEObj => $entity, %args );
    return ok( $id, $message );
}

sub write_ids {
    my $path = shift;
    open my $out, '>', $path or die "$path: $!";
    print {$out} JSON->new->utf8->canonical->pretty->encode( \%ids );
    close $out or die "$path: $!";
    return;
}

1;
