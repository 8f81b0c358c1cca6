package io.flockerj.store.id;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of one thing after the other, for one thread: the state and the buffers are used again. */
public final class Sha256 {
    private final MessageDigest digest;
    private final byte[] result = new byte[Hash.LENGTH];

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The hash of an array. */
    public static Hash of(byte[] bytes) {
        return new Sha256().hash(bytes, 0, bytes.length);
    }

    /** The hash of a part of an array, and of nothing that was added before. */
    public Hash hash(byte[] bytes, int from, int length) {
        digest.reset();
        digest.update(bytes, from, length);
        return finish();
    }

    /** Adds bytes. */
    public void add(byte[] bytes, int from, int length) {
        digest.update(bytes, from, length);
    }

    /** The hash of what was added; then nothing is. */
    public Hash finish() {
        try {
            digest.digest(result, 0, result.length);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes are enough for SHA-256", e);
        }
        return Hash.at(result, 0);
    }
}
