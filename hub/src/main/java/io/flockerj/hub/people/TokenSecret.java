package io.flockerj.hub.people;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What is shown instead of a password: {@code flkt_}, or {@code flks_} for who signed in, 64 hexadecimal digits of 256 random bits and 8 of
 * their CRC-32. So programs that look for secrets in public places recognise it, and one that was copied in part is told from one that
 * is unknown, without asking the database. The hub keeps its SHA-256 only: what is as random needs no slow hash.
 */
public final class TokenSecret {
    private static final int LENGTH = 32;
    private static final Pattern WRITTEN = Pattern.compile("flk([ts])_([0-9a-f]{64})([0-9a-f]{8})");

    private final String text;

    private TokenSecret(String text) {
        this.text = text;
    }

    /** A new one. */
    static TokenSecret make(boolean forSession, RandomGenerator random) {
        byte[] bits = new byte[LENGTH];
        random.nextBytes(bits);
        String digits = HexFormat.of().formatHex(bits);
        return new TokenSecret((forSession ? "flks_" : "flkt_") + digits + checksum(digits));
    }

    /** Reads what was shown; empty if it cannot be one. */
    public static Optional<TokenSecret> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        return matcher.matches() && checksum(matcher.group(2)).equals(matcher.group(3))
                ? Optional.of(new TokenSecret(text))
                : Optional.empty();
    }

    private static String checksum(String digits) {
        CRC32 crc = new CRC32();
        crc.update(digits.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    Hash hash() {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The secret itself, to be shown once. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "TokenSecret";
    }
}
