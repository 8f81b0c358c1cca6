package io.flockerj.hub.command;

import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Actor;
import io.flockerj.hub.audit.AuditLog;
import io.flockerj.hub.audit.Chain;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.FirstAdministrator;
import io.flockerj.hub.people.Password;
import io.flockerj.hub.people.Passwords;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flockerhub setup}. */
@Command(
        name = "setup",
        description = {
            "Sets the first administrator of a hub, while it serves or not.",
            "Reads two lines: the code that 'flockerhub serve' has printed, and the password to be."
        })
final class SetupCommand implements Callable<Integer> {
    private final Surroundings around;

    SetupCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Parameters(paramLabel = "NAME", description = "The name of the administrator: " + AccountName.RULE + ".")
    private String name;

    @Override
    public Integer call() throws Exception {
        AccountName wanted = AccountName.parse(name);
        String code = line("the code");
        Password password = Password.choose(line("the password"));
        try (Database database = data.openPresentDatabase(around)) {
            Passwords passwords = new Passwords(database, around.clock(), around.random());
            FirstAdministrator first =
                    new FirstAdministrator(database, passwords, around.clock(), around.ids(), around.random());
            if (!first.isOpen()) {
                throw new CommandException("this hub has accounts already: an administrator adds others");
            }
            Chain chain = new Chain(around.ids().get(), around.clock().instant(), around.host(), around.version());
            try (StorageOptions.Opened storage = data.openPresentStorage(around);
                    AuditLog log = AuditLog.begin(
                            database, new StoredHeads(storage.backend(), around.ids()), around.clock(), chain)) {
                set(first, code, wanted, password, log);
            }
        }
        around.out().println(wanted + " administrates this hub");
        return CommandTree.OK;
    }

    private void set(FirstAdministrator first, String code, AccountName wanted, Password password, AuditLog log)
            throws Exception {
        Act act = Act.of(ActKind.ACCOUNT, Outcome.BEGUN, Actor.hub())
                .about(wanted.value())
                .with("what", "first administrator");
        log.record(act);
        Account account;
        try {
            account = first.set(code, wanted, password);
        } catch (Exception e) {
            log.record(act.came(Outcome.FAILED));
            throw e;
        }
        log.record(act.with("id", account.id().hex()).came(Outcome.DONE));
    }

    private String line(String what) throws IOException, CommandException {
        return Optional.ofNullable(around.in().readLine())
                .orElseThrow(() -> new CommandException(what + " is missing: it is read from standard input"));
    }
}
