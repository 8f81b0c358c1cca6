package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.http.NetworkHttp;
import io.flockerj.cli.http.Origin;
import io.flockerj.cli.hub.BadHubAnswerException;
import io.flockerj.cli.hub.CredentialHelper;
import io.flockerj.cli.hub.Hub;
import io.flockerj.cli.hub.KnownHubs;
import io.flockerj.cli.hub.Login;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli login}. */
@Command(
        name = "login",
        description = {
            "Signs in to a hub, by password or with a token.",
            "The password is asked for, or read from the standard input; it is not kept.",
            "The session's token is kept in a file that only you can read, or by a credential helper."
        },
        footer = {"", "Example:", "  fli login https://hub.example --user ada"})
final class LoginCommand implements Callable<Integer> {
    private static final String IN_FILE = "none";

    private final Session session;
    private final HubAccess access;

    LoginCommand(Session session) {
        this.session = session;
        this.access = new HubAccess(session);
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "The hub, https://HOST[:PORT]. Default: the usual one.")
    private Optional<String> url = Optional.empty();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "The user's name at the hub. Asked for if left out.")
    private Optional<String> user = Optional.empty();

    @ArgGroup
    private FromInput fromInput = new FromInput();

    static final class FromInput {
        @Option(names = "--password-stdin", description = "Read the password from the standard input.")
        private boolean password;

        @Option(names = "--token-stdin", description = "Sign in with a token, read from the standard input.")
        private boolean token;
    }

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description =
                    "Certificates, in PEM, that the hub's is checked against; remembered. Default: the usual ones.")
    private Optional<String> caFile = Optional.empty();

    @Option(
            names = "--credential-helper",
            paramLabel = "NAME",
            description =
                    "Keep the token with docker-credential-NAME; none for a file. Default: as hubs.json says, or a file.")
    private Optional<String> helper = Optional.empty();

    @Option(names = "--default", description = "Make it the hub that is meant where none is named.")
    private boolean asUsual;

    @Override
    public Integer call() throws IOException, CommandException {
        url.ifPresent(access::choose);
        KnownHubs known = access.known();
        Origin origin = access.origin(known);
        Optional<Login> before = known.find(origin);
        Optional<Path> certificates = caFile.map(session::local).or(() -> before.flatMap(Login::caFile));
        Signed signed = fromInput.token ? byToken(origin, certificates) : byPassword(origin, certificates, before);
        Optional<String> earlier = before.flatMap(this::tokenOf);
        Login login = keep(
                known,
                new Login(
                        origin,
                        signed.user(),
                        !fromInput.token,
                        signed.expires(),
                        certificates,
                        helper.or(() -> before.flatMap(Login::helper))
                                .or(known::helper)
                                .filter(name -> !name.equals(IN_FILE)),
                        Optional.of(signed.token())));
        earlier.ifPresent(token -> revoke(login, token));
        before.flatMap(Login::helper)
                .filter(name -> !login.helper().equals(Optional.of(name)))
                .ifPresent(name -> erase(name, origin));
        ObjectNode answer = Daemon.json().put("hub", origin.toString()).put("user", login.user());
        login.expires().ifPresent(end -> answer.put("expires", end.toString()));
        session.done(
                answer,
                "Signed in to " + origin + " as " + login.user()
                        + login.expires()
                                .map(end -> ", until " + session.times().full(end))
                                .orElse(""));
        return ExitCode.OK;
    }

    private record Signed(String user, String token, Optional<Instant> expires) {}

    private Signed byToken(Origin origin, Optional<Path> certificates) throws IOException, CommandException {
        String token = Typed.secret(session, "token").strip();
        if (!NetworkHttp.canBeToken(token)) {
            throw CommandException.usage(
                    "what is on the standard input is no token: it has to be as the hub has shown it");
        }
        JsonNode me = access.open(origin, certificates, Optional.of(token)).get(Hub.target("me"));
        return new Signed(name(me.path("account")), token, Optional.empty());
    }

    private Signed byPassword(Origin origin, Optional<Path> certificates, Optional<Login> before)
            throws IOException, CommandException {
        String name = user(origin, before);
        String password = fromInput.password
                ? Typed.secret(session, "password")
                : Typed.password(session, "Password of " + name + " at " + origin + ": ", "--password-stdin");
        JsonNode answer = access.open(origin, certificates, Optional.empty())
                .change(
                        "POST",
                        Hub.target("session"),
                        Optional.of(Daemon.json().put("name", name).put("password", password)));
        String token = answer.path("token").asText("");
        try {
            if (NetworkHttp.canBeToken(token)) {
                Instant expires = Instant.parse(answer.path("expires").asText(""));
                return new Signed(name(answer.path("user")), token, Optional.of(expires));
            }
        } catch (DateTimeException e) {
            throw new BadHubAnswerException("the hub's answer has no time in \"expires\"");
        }
        throw new BadHubAnswerException("the hub's answer has no proper \"token\"");
    }

    private static String name(JsonNode account) throws BadHubAnswerException {
        if (!account.path("name").isTextual()) {
            throw new BadHubAnswerException("the hub's answer does not say who you are");
        }
        return account.path("name").asText();
    }

    private String user(Origin origin, Optional<Login> before) throws IOException, CommandException {
        if (user.isPresent()) {
            return user.get();
        }
        if (fromInput.password || !session.around().terminal().in()) {
            return before.map(Login::user).orElseThrow(() -> CommandException.usage("as whom? Say --user NAME"));
        }
        String usual = before.map(Login::user).orElse(session.around().author());
        return Typed.answer(session, "User at " + origin + " [" + usual + "]: ").orElse(usual);
    }

    /** Remembers it; a token that could not be remembered is revoked again. */
    private Login keep(KnownHubs known, Login login) throws IOException, CommandException {
        boolean isKept = false;
        try {
            Login kept = login;
            if (login.helper().isPresent()) {
                CredentialHelper keeper = access.helper(login.helper().get());
                keeper.store(login.hub(), login.user(), login.token().orElseThrow());
                kept = new Login(
                        login.hub(),
                        login.user(),
                        login.isSession(),
                        login.expires(),
                        login.caFile(),
                        login.helper(),
                        Optional.empty());
            }
            known.with(kept, asUsual).write();
            isKept = true;
            return kept;
        } finally {
            if (!isKept && login.isSession()) {
                revoke(login, login.token().orElseThrow());
            }
        }
    }

    /** Of the session before this one, if it goes on. */
    private Optional<String> tokenOf(Login before) {
        if (!before.isSession() || before.isOver(session.around().clock().instant())) {
            return Optional.empty();
        }
        try {
            return Optional.of(access.token(before));
        } catch (IOException | CommandException e) {
            session.remark("the session before ends by itself", e);
            return Optional.empty();
        }
    }

    private void erase(String name, Origin hub) {
        try {
            access.helper(name).erase(hub);
        } catch (IOException e) {
            session.remark("what was kept before stays there", e);
        }
    }

    private void revoke(Login login, String token) {
        try {
            access.open(login.hub(), login.caFile(), Optional.of(token))
                    .change("DELETE", Hub.target("session"), Optional.empty());
        } catch (IOException e) {
            session.remark("a session at " + login.hub() + " could not be ended, and ends by itself", e);
        }
    }
}
