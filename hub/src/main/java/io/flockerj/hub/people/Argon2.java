package io.flockerj.hub.people;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106), written as its reference implementation does: {@code $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH}, both in
 * Base64 without padding.
 *
 * @param kib memory in KiB
 */
record Argon2(int kib, int passes, int lanes) {
    /**
     * The first of the parameters that OWASP's Password Storage Cheat Sheet recommends for one lane with the least memory that it calls a
     * minimum: m=19456 (19 MiB), t=2, p=1.
     */
    static final Argon2 OWASP = new Argon2(19 * 1024, 2, 1);

    static final int SALT_LENGTH = 16;
    private static final int HASH_LENGTH = 32;
    /** What a row of the database can make this program do. */
    private static final int MOST_KIB = 256 * 1024;

    private static final int MOST_PASSES = 16;
    private static final int MOST_LANES = 4;
    private static final Pattern WRITTEN = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

    Argon2 {
        if (kib < 8 * lanes
                || kib > MOST_KIB
                || passes < 1
                || passes > MOST_PASSES
                || lanes < 1
                || lanes > MOST_LANES) {
            throw new IllegalArgumentException("parameters of Argon2 out of range");
        }
    }

    String write(byte[] password, byte[] salt) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        kib, passes, lanes, base64.encodeToString(salt), base64.encodeToString(hash(password, salt)));
    }

    private byte[] hash(byte[] password, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(kib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[HASH_LENGTH];
        generator.generateBytes(password, hash);
        return hash;
    }

    /** Whether this is how a password was written. Takes the time that the parameters say, whatever it answers. */
    static boolean matches(String written, byte[] password) {
        Matcher matcher = matcher(written);
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] hash = parameters(matcher).hash(password, base64.decode(matcher.group(4)));
        return MessageDigest.isEqual(hash, base64.decode(matcher.group(5)));
    }

    private static Argon2 parameters(Matcher matcher) {
        return new Argon2(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    private static Matcher matcher(String written) {
        Matcher matcher = WRITTEN.matcher(written);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a hash in the table of passwords is none of Argon2id");
        }
        return matcher;
    }
}
