package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.http.Origin;
import io.flockerj.cli.hub.BadHubAnswerException;
import io.flockerj.cli.hub.Hub;
import io.flockerj.cli.hub.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A token that was made at a hub for the daemon, scoped to the owner of a remote. The person's own session is never handed on: it lets do
 * far more, and ends within hours.
 */
final class RemoteToken {
    private static final String SECURE = "https://";
    private static final String TOKEN_FILE = "token-file";
    private static final String CA_FILE = "ca-file";
    private static final String OWNER = "(?=.{1,39}$)[a-z0-9]+(-[a-z0-9]+)*";

    /** What a push needs at most: to move protected branches forward. Rights and deletion are for people. */
    private static final String TO_PUSH = "publish";

    private static final String TO_READ = "read";
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int LONGEST_PART = 20;

    private final Hub hub;
    private final Login login;
    private final String id;
    private final String name;
    private final String secret;

    private RemoteToken(Hub hub, Login login, String id, String name, String secret) {
        this.hub = hub;
        this.login = login;
        this.id = id;
        this.name = name;
        this.secret = secret;
    }

    /** Makes one, if the URL is of an owner on a hub that the person is signed in to and no other token is given. */
    static Optional<RemoteToken> make(
            Session session, String remote, String url, Map<String, String> options, boolean readOnly)
            throws IOException, CommandException {
        Optional<String> owner = owner(url);
        if (owner.isEmpty() || options.containsKey(TOKEN_FILE)) {
            if (readOnly) {
                throw CommandException.usage("--read-only is for https://HUB/OWNER, without the option token-file");
            }
            return Optional.empty();
        }
        HubAccess access = new HubAccess(session);
        Origin origin = HubAccess.origin(url);
        Optional<Login> login = access.known().find(origin);
        if (login.isEmpty()) {
            if (readOnly) {
                throw CommandException.failed(
                        "you are not signed in to " + origin + "; sign in with: fli login " + origin);
            }
            return Optional.empty();
        }
        Hub hub = access.hub(login.get());
        return Optional.of(make(hub, login.get(), name(session, remote), owner.get(), readOnly ? TO_READ : TO_PUSH));
    }

    private static RemoteToken make(Hub hub, Login login, String name, String owner, String right) throws IOException {
        ObjectNode body = Daemon.json().put("name", name).put("right", right);
        body.putArray("volumesets").add(owner + "/*");
        JsonNode made = hub.change("POST", Hub.target("tokens"), Optional.of(body));
        JsonNode id = made.path("token").path("id");
        if (!id.isTextual() || !made.path("secret").isTextual()) {
            throw new BadHubAnswerException("the hub's answer has no proper \"token\"");
        }
        return new RemoteToken(
                hub, login, id.asText(), name, made.path("secret").asText());
    }

    /** Of a URL with anything else in its path the daemon says what is wrong. */
    private static Optional<String> owner(String url) {
        if (!url.startsWith(SECURE) || url.indexOf('@') >= 0) {
            return Optional.empty();
        }
        int slash = url.indexOf('/', SECURE.length());
        String path = slash < 0 ? "" : url.substring(slash + 1);
        String owner = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return owner.matches(OWNER) ? Optional.of(owner) : Optional.empty();
    }

    /** Tells people at the hub which host has it; with the time it is no other's. */
    private static String name(Session session, String remote) throws IOException {
        String host = Files.exists(HOST_NAME) ? Files.readString(HOST_NAME).strip() : "";
        String time = session.around().clock().instant().toString().replaceAll("[-:]|\\.[0-9]+", "");
        return "fli-" + part(host) + "-" + part(remote) + "-" + time;
    }

    private static String part(String text) {
        String plain = text.replaceAll("[^A-Za-z0-9_.-]", "_");
        return plain.substring(0, Math.min(plain.length(), LONGEST_PART));
    }

    /** The options of the remote, with the certificates that the person trusts at the hub. */
    Map<String, String> options(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(given);
        login.caFile().ifPresent(file -> all.putIfAbsent(CA_FILE, file.toString()));
        return all;
    }

    void into(ObjectNode body) {
        body.put("token", secret).put("tokenName", name);
    }

    @Override
    public String toString() {
        return "the token " + name + " of " + login;
    }

    /** The time in which it is not known whether the daemon keeps the token; one that it does not keep is revoked. */
    static final class Keeping implements AutoCloseable {
        private final Session session;
        private final Optional<RemoteToken> token;
        private boolean isKept;

        private Keeping(Session session, Optional<RemoteToken> token) {
            this.session = session;
            this.token = token;
        }

        static Keeping of(Session session, Optional<RemoteToken> token) {
            return new Keeping(session, token);
        }

        void kept() {
            isKept = true;
        }

        @Override
        public void close() {
            if (!isKept && token.isPresent()) {
                revoke(token.get());
            }
        }

        private void revoke(RemoteToken unused) {
            try {
                unused.hub.change("DELETE", Hub.target("tokens", unused.id), Optional.empty());
            } catch (IOException e) {
                session.remark("the token " + unused.name + ", which nobody uses, could not be revoked", e);
            }
        }
    }
}
