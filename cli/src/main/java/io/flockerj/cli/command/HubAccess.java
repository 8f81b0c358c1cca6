package io.flockerj.cli.command;

import io.flockerj.cli.http.NetworkHttp;
import io.flockerj.cli.http.Origin;
import io.flockerj.cli.hub.CredentialHelper;
import io.flockerj.cli.hub.Hub;
import io.flockerj.cli.hub.KnownHubs;
import io.flockerj.cli.hub.Login;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Which hub a command is for, and who the person is there. */
final class HubAccess {
    /** Below the directory of the XDG Base Directory Specification. */
    private static final Path FILE = Path.of("fli", "hubs.json");

    private final Session session;
    private Optional<String> chosen = Optional.empty();

    HubAccess(Session session) {
        this.session = session;
    }

    /** The person has named one. */
    void choose(String url) {
        chosen = Optional.of(url);
    }

    KnownHubs known() throws IOException, CommandException {
        Optional<String> configuration = session.around().variable("XDG_CONFIG_HOME");
        Optional<String> home = session.around().variable("HOME").map(directory -> directory + "/.config");
        Path directory = configuration
                .filter(text -> text.startsWith("/"))
                .or(() -> home)
                .map(Path::of)
                .orElseThrow(() ->
                        CommandException.failed("there is no place to remember hubs in: set HOME, or XDG_CONFIG_HOME"));
        return KnownHubs.read(directory.resolve(FILE));
    }

    static Origin origin(String url) throws CommandException {
        try {
            return Origin.of(url);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    /** The hub that was named, or else the usual one. */
    Origin origin(KnownHubs known) throws CommandException {
        if (chosen.isPresent()) {
            return origin(chosen.get());
        }
        if (known.usual().isPresent()) {
            return known.usual().get();
        }
        if (known.logins().isEmpty()) {
            throw CommandException.failed("you are not signed in to any hub; sign in with: fli login https://HUB");
        }
        throw CommandException.usage("you are signed in to several hubs, "
                + String.join(
                        ", ",
                        known.logins().stream()
                                .map(login -> login.hub().toString())
                                .toList())
                + "; say which is meant by --hub URL, or choose one for good by: fli login URL --default");
    }

    /** Who the person is at the hub that is meant. */
    Login login() throws IOException, CommandException {
        KnownHubs known = known();
        Origin origin = origin(known);
        return known.find(origin)
                .orElseThrow(() -> CommandException.failed(
                        "you are not signed in to " + origin + "; sign in with: fli login " + origin));
    }

    /** The hub that is meant, as the person. */
    Hub hub() throws IOException, CommandException {
        return hub(login());
    }

    Hub hub(Login login) throws IOException, CommandException {
        if (login.isOver(session.around().clock().instant())) {
            throw CommandException.failed(
                    "your session at " + login.hub() + " has ended; sign in again with: fli login " + login.hub());
        }
        return open(login.hub(), login.caFile(), Optional.of(token(login)));
    }

    Hub open(Origin origin, Optional<Path> caFile, Optional<String> token) {
        return new Hub(new NetworkHttp(origin, caFile, session.agent()), token);
    }

    String token(Login login) throws IOException, CommandException {
        Optional<String> token = login.token();
        if (login.helper().isPresent()) {
            token = helper(login.helper().get()).get(login.hub());
        }
        return token.filter(NetworkHttp::canBeToken)
                .orElseThrow(() ->
                        CommandException.failed("there is no token for " + login.hub() + " where it should be kept, "
                                + login.helper()
                                        .map(name -> "by docker-credential-" + name)
                                        .orElse("in hubs.json")
                                + "; sign in again with: fli login " + login.hub()));
    }

    CredentialHelper helper(String name) throws IOException {
        return CredentialHelper.find(name, session.around().variable("PATH").orElse(""));
    }
}
