package io.flockerj.hub.people.desk;

import io.flockerj.hub.audit.AuditReader;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.Grants;
import io.flockerj.hub.people.HubAdmission;
import io.flockerj.hub.people.Passwords;
import io.flockerj.hub.people.Protections;
import io.flockerj.hub.people.Recorder;
import io.flockerj.hub.people.SignIn;
import io.flockerj.hub.people.Teams;
import io.flockerj.hub.people.Tokens;
import io.flockerj.hub.people.VolumesetSearch;
import io.flockerj.hub.people.Volumesets;
import io.flockerj.store.id.Id;
import java.time.InstantSource;
import java.util.function.Supplier;

/** All desks of a hub. */
public record Desk(
        SignInDesk signIn,
        UsersDesk users,
        ServicesDesk services,
        TeamsDesk teams,
        TokensDesk tokens,
        VolumesetsDesk volumesets,
        RightsDesk rights,
        ProtectionsDesk protections,
        AuditDesk audit,
        InstantSource clock) {
    /**
     * What they work with.
     *
     * @param ids that never come twice
     */
    public record Parts(
            Database database,
            HubAdmission admission,
            Passwords passwords,
            Tokens tokens,
            Recorder recorder,
            InstantSource clock,
            Supplier<Id> ids) {}

    public static Desk open(Parts parts) {
        Database database = parts.database();
        InstantSource clock = parts.clock();
        Accounts accounts = new Accounts(database, clock, parts.ids());
        Teams teams = new Teams(database, clock);
        Tokens tokens = parts.tokens();
        VolumesetSearch search = new VolumesetSearch(database, clock);
        Ledger ledger = new Ledger(parts.recorder());
        Judge judge = new Judge(accounts, teams, parts.admission(), ledger);
        UsersDesk users = new UsersDesk(accounts, parts.passwords(), tokens, judge, ledger);
        return new Desk(
                new SignInDesk(new SignIn(accounts, parts.passwords(), tokens, clock), tokens, teams, judge, ledger),
                users,
                new ServicesDesk(accounts, judge, ledger),
                new TeamsDesk(accounts, teams, judge, ledger),
                new TokensDesk(tokens, users, judge, ledger),
                new VolumesetsDesk(search, new Volumesets(database, clock), judge, ledger),
                new RightsDesk(new Grants(database, clock), judge, ledger),
                new ProtectionsDesk(new Protections(database, clock), judge, ledger),
                new AuditDesk(new AuditReader(database), accounts, parts.admission(), search, judge),
                clock);
    }
}
