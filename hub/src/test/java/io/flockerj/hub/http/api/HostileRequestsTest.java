package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.TestingPeople;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that no client makes: whatever comes, the hub is not at fault, says nothing of its inside, and goes on. */
class HostileRequestsTest {
    private static final int ROUNDS = 1_200;
    private static final int FEW = 500;
    private static final int PATIENCE = 10_000;
    private static final AccountChange BACK =
            new AccountChange(Optional.empty(), Optional.empty(), Optional.of(true), Optional.of(false));
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final Pattern INSIDE = Pattern.compile(
            "\\bat [a-z]+\\.|Exception|io\\.flockerj|io\\.helidon|java\\.|SQL|jdbi", Pattern.CASE_INSENSITIVE);

    private static final String[] SEGMENTS = {
        "users",
        "anna",
        "boss",
        "%00",
        "..",
        "%2e%2e",
        "%2F",
        "a%0Ab",
        "%FF",
        "%",
        "%zz",
        "*",
        "db",
        "xn--a",
        "",
        "0123456789abcdef",
        "a".repeat(300),
        "%F0%9F%A6%86",
        "restore",
        "access",
        "protections",
        "branches",
        ";x=1",
        "{user}"
    };
    private static final String[] QUERIES = {
        "after=%00",
        "limit=-1",
        "limit=99999999999999999999",
        "limit=",
        "q=%25%5F%27%22",
        "q=%F0%9F%A6%86",
        "q=%ED%A0%80",
        "owner=%27%3B--",
        "deleted=TRUE",
        "from=+1-01-01T00:00:00Z",
        "to=0000-01-01T00:00:00Z",
        "kind=,,",
        "person=a%00",
        "after=999999999999999-00000000000000000000000000000000-999999999999999999",
        "volumeset=/",
        "volumeset=anna/%00",
        "=",
        "&&&",
        "a[b]=c",
        "after=" + "x".repeat(400),
        "%zz=1",
        "volumeset=anna/db&volumeset=anna/db"
    };
    private static final String[] VALUES = {
        "null",
        "true",
        "1e999",
        "-0",
        "12345678901234567890123",
        "'\\u0000'",
        "'\\ud800'",
        "'\\u202e'",
        "[]",
        "{}",
        "[[[[[[[[[[]]]]]]]]]]",
        "'" + "x".repeat(300) + "'",
        "'anna'",
        "'crew'",
        "'admin'",
        "'public'",
        "['*/*']",
        "'9999-12-31T23:59:59Z'",
        "'+1000000000-12-31T23:59:59Z'",
        "''",
        "'\u00e9'",
        "'\ud83e\udd86'",
        "'; DROP TABLE accounts; --'"
    };
    private static final String[] FIELDS = {
        "name",
        "displayName",
        "password",
        "administrator",
        "disabled",
        "usualVisibility",
        "role",
        "right",
        "volumesets",
        "expires",
        "visibility",
        "id",
        "old",
        "new",
        "owner",
        "admin",
        "__proto__",
        "",
        "\\u0000"
    };
    private static final String[] METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"
    };

    @TempDir
    private Path directory;

    private Random random = new Random(0);
    private final List<String> operations = new ArrayList<>(TestingHub.DESCRIPTION.operations());

    private String one(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String path(String operation) {
        String path = operation.substring(operation.indexOf(' ') + 1);
        while (path.contains("{")) {
            String segment =
                    random.nextInt(3) > 0 ? one("anna", "second", "crew", "robot", "db", "tags") : one(SEGMENTS);
            path = path.replaceFirst("\\{[a-z]+}", Matcher.quoteReplacement(segment.replace("{", "%7B")));
        }
        if (random.nextInt(10) == 0) {
            path += "/" + one(SEGMENTS);
        }
        return random.nextInt(2) == 0 ? path : path + "?" + one(QUERIES);
    }

    private String method(String operation) {
        return random.nextInt(8) == 0 ? one(METHODS) : operation.substring(0, operation.indexOf(' '));
    }

    private String body(String operation) {
        StringBuilder body = new StringBuilder("{");
        List<String> fields = new ArrayList<>(TestingHub.DESCRIPTION.fields(operation));
        if (random.nextInt(6) == 0) {
            fields.add(one(FIELDS));
        }
        fields.removeIf(_ -> random.nextInt(6) == 0);
        for (String field : fields) {
            body.append(body.length() > 1 ? ", '" : "'").append(field).append("': ");
            body.append(random.nextInt(3) > 0 ? likely(field) : one(VALUES));
        }
        String whole = body.append("}").toString().replace('\'', '"');
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> whole.substring(0, random.nextInt(whole.length()));
            case 2 -> whole + whole;
            case 3 -> "[".repeat(random.nextInt(2_000));
            case 4 -> whole + " ".repeat(random.nextInt(70_000));
            default -> whole;
        };
    }

    private String likely(String field) {
        return switch (field) {
            case "role", "right" -> "'admin'";
            case "visibility", "usualVisibility" -> "'public'";
            case "administrator", "disabled" -> "false";
            case "volumesets" -> "['*/*']";
            case "expires" -> "'2027-01-01T00:00:00Z'";
            case "password", "new", "old" -> "'correct horse battery'";
            case "id" -> "'" + "0".repeat(32) + "'";
            default -> "'" + one("anna", "second", "carl", "crew", "robot", "n" + random.nextInt(1_000)) + "'";
        };
    }

    private String header() {
        return switch (random.nextInt(10)) {
            case 0 -> "Content-Type: text/html\r\n";
            case 1 -> "Accept: " + "a".repeat(random.nextInt(2_000)) + "\r\n";
            case 2 -> "Expect: 100-continue\r\n";
            case 3 -> "X-Request-Id: <script>\r\n";
            case 4 -> "Accept: application/x-ndjson\r\n";
            case 5 -> "Range: bytes=0-\r\n";
            case 6 -> "Broken header\r\n";
            default -> "";
        };
    }

    private String authorization(String token) {
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> "Authorization: Bearer\r\n";
            case 2 -> "Authorization: Basic YTpi\r\n";
            case 3 -> "Authorization: Bearer " + token + "0\r\n";
            case 4 -> "Authorization: Bearer a\u00ff\u0001\r\n";
            default -> "Authorization: Bearer " + token + "\r\n";
        };
    }

    private String length(int bytes) {
        return switch (random.nextInt(30)) {
            case 0 -> "Content-Length: -1\r\n";
            case 1 -> "Content-Length: 99999999999999999999\r\n";
            case 2 -> "Content-Length: 2\r\nContent-Length: 3\r\n";
            case 3 -> "Transfer-Encoding: chunked\r\n";
            default -> "Content-Length: " + bytes + "\r\n";
        };
    }

    private String request(String token) {
        String operation = operations.get(random.nextInt(operations.size()));
        String path = path(operation);
        String body = body(operation);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return method(operation) + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + authorization(token)
                + header() + length(bytes.length) + "\r\n"
                + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** What comes back; empty if the hub just ends the connection. */
    private static String answer(int port, String request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
            } catch (IOException _) {
                // It has refused to hear the rest.
            }
            return read(socket.getInputStream());
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] piece = new byte[8_192];
        try {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                text.append(new String(piece, 0, read, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no end of an answer: " + text, e);
        } catch (IOException _) {
            // A connection that the hub has reset because there was more to come.
        }
        return text.toString().replaceFirst("^HTTP/1\\.1 100 [^\r\n]*\r\n\r\n", "");
    }

    @Test
    void whateverComesTheHubIsNotAtFaultAndGoesOn() throws Exception {
        long seed = Long.getLong("hostile.seed", 20_261_123L);
        random = new Random(seed);
        try (TestingHub hub = new TestingHub(directory)) {
            hub.administrator("boss");
            hub.administrator("second");
            hub.user("anna");
            hub.accounts.addTeam(new AccountName("crew"), "", hub.id("second"));
            hub.accounts.addService(new AccountName("robot"), "", hub.id("anna"));
            hub.volumeset("second", "db", "second");
            hub.volumeset("anna", "db", "anna");
            int answered = 0;
            Set<Integer> statuses = new TreeSet<>();
            for (int round = 0; round < ROUNDS; round++) {
                // Some requests sign out, or disable: so each has a session of its own, of an account that nobody
                // names.
                // There are only so many of one account.
                if (round % FEW == 0) {
                    hub.tokens.endSessions(hub.id("second"));
                }
                // Whatever they have done to themselves.
                hub.accounts.change(new AccountName("second"), Account.Kind.USER, BACK);
                String token = TestingPeople.session(hub.database, hub.tokens, hub.id("second"));
                String request = request(token);
                String answer = answer(hub.port(), request);
                Matcher status = STATUS.matcher(answer);
                String what = "seed " + seed + ", round " + round + ": " + request + "\n" + answer;
                if (status.lookingAt()) {
                    answered++;
                    statuses.add(Integer.parseInt(status.group(1)));
                    assertThat(Integer.parseInt(status.group(1))).as(what).isLessThan(500);
                }
                assertThat(INSIDE.matcher(answer).find()).as(what).isFalse();
            }
            assertThat(answered).isGreaterThan(ROUNDS * 9 / 10);
            assertThat(statuses).contains(200, 204, 400, 401, 404, 409);
            hub.accounts.change(new AccountName("second"), Account.Kind.USER, BACK);
            String token = TestingPeople.session(hub.database, hub.tokens, hub.id("second"));
            assertThat(hub.get(token, "/me").status()).isEqualTo(200);
            assertThat(hub.get(token, "/audit?limit=1000").status()).isEqualTo(200);
        }
    }
}
