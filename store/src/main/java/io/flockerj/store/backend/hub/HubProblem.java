package io.flockerj.store.backend.hub;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a hub did not do something, as it says (RFC 9457).
 *
 * @param code a word for programs; empty if it was not a hub that answered
 * @param detail a sentence for people
 */
record HubProblem(int status, String code, String detail) {
    /** What was asked for is not there, or not for who asks. */
    static final String NO_SUCH_OBJECT = "no-such-object";

    static final String NO_SUCH_OWNER = "no-such-owner";

    /** It is not there, or not for who asks. */
    static final String NO_SUCH_VOLUMESET = "no-such-volumeset";

    /** What came is not what its name says. */
    static final String CONTENT_DAMAGED = "content-damaged";

    private static final int LONGEST_DETAIL = 1024;
    private static final int HEX = 16;

    static HubProblem of(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("content-type").orElse("");
        if (!type.startsWith("application/problem+json")) {
            return new HubProblem(response.statusCode(), "", "");
        }
        String json = new String(response.body(), StandardCharsets.UTF_8);
        return new HubProblem(
                response.statusCode(),
                member(json, "code").orElse(""),
                member(json, "detail").orElse("").replaceAll("\\p{Cntrl}", "?"));
    }

    boolean is(String wanted) {
        return code.equals(wanted);
    }

    // A hub's problem is one flat object; the store has no library for JSON, and needs none for two members of it.
    private static Optional<String> member(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){0," + LONGEST_DETAIL + "}+)\"")
                .matcher(json);
        return found.find() ? Optional.of(unescaped(found.group(1))) : Optional.empty();
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next != '\\') {
                plain.append(next);
            } else if (text.charAt(++at) == 'u' && at + 4 < text.length() && isHex(text.substring(at + 1, at + 5))) {
                plain.append((char) Integer.parseInt(text.substring(at + 1, at + 5), HEX));
                at += 4;
            } else {
                plain.append("\"\\/".indexOf(text.charAt(at)) >= 0 ? text.charAt(at) : ' ');
            }
        }
        return plain.toString();
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(digit -> Character.digit(digit, HEX) >= 0 && digit < 128);
    }
}
