package io.flockerj.store.backend.s3;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;

/** The content of an object, in arrays, which can be sent again and again. */
record Pieces(List<byte[]> arrays) {
    private static final String TYPE = "application/octet-stream";

    static Pieces of(byte[] only) {
        return new Pieces(List.of(only));
    }

    long length() {
        return arrays.stream().mapToLong(piece -> piece.length).sum();
    }

    RequestBody body() {
        return RequestBody.fromContentProvider(this::stream, length(), TYPE);
    }

    private InputStream stream() {
        return new SequenceInputStream(Collections.enumeration(
                arrays.stream().map(ByteArrayInputStream::new).toList()));
    }

    /** By which the store knows that what it got is what was sent. */
    String md5() {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            arrays.forEach(digest::update);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
