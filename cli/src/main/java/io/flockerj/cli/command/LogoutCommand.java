package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.hub.Hub;
import io.flockerj.cli.hub.HubRefusedException;
import io.flockerj.cli.hub.KnownHubs;
import io.flockerj.cli.hub.Login;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli logout}. */
@Command(
        name = "logout",
        description = {
            "Ends the session at a hub, there and here.",
            "A token that was signed in with is only forgotten, for it may be used elsewhere."
        },
        footer = {"", "Example:", "  fli logout https://hub.example"})
final class LogoutCommand implements Callable<Integer> {
    private static final int UNAUTHORIZED = 401;

    private final Session session;
    private final HubAccess access;

    LogoutCommand(Session session) {
        this.session = session;
        this.access = new HubAccess(session);
    }

    @Parameters(arity = "0..1", paramLabel = "URL", description = "The hub. Default: the usual one.")
    private Optional<String> url = Optional.empty();

    @Override
    public Integer call() throws IOException, CommandException {
        url.ifPresent(access::choose);
        Login login = access.login();
        Optional<Failure> failure = end(login);
        if (login.helper().isPresent()) {
            access.helper(login.helper().get()).erase(login.hub());
        }
        KnownHubs known = access.known();
        known.without(login.hub()).write();
        ObjectNode answer = Daemon.json().put("hub", login.hub().toString()).put("user", login.user());
        session.done(
                answer, login.isSession() ? "Signed out of " + login.hub() : "Forgot the token for " + login.hub());
        return failure.map(session::tell).orElse(ExitCode.OK);
    }

    /** What is forgotten here is forgotten also if the hub cannot be told. */
    private Optional<Failure> end(Login login) throws CommandException {
        if (!login.isSession() || login.isOver(session.around().clock().instant())) {
            return Optional.empty();
        }
        try {
            access.hub(login).change("DELETE", Hub.target("session"), Optional.empty());
            return Optional.empty();
        } catch (HubRefusedException e) {
            return e.status() == UNAUTHORIZED ? Optional.empty() : Optional.of(notEnded(login, e));
        } catch (IOException e) {
            return Optional.of(notEnded(login, e));
        }
    }

    private Failure notEnded(Login login, IOException e) {
        Failure failure = Failure.of(e);
        String end = login.expires()
                .map(time -> "; it ends by itself " + session.times().age(time))
                .orElse("");
        return new Failure(
                failure.exitCode(),
                failure.code(),
                "the session could not be ended at the hub" + end + ": " + failure.message());
    }
}
