package io.flockerj.store.backend.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that every store compares contents with. */
final class Md5 {
    private Md5() {}

    static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
