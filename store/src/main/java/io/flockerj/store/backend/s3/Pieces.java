package io.flockerj.store.backend.s3;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;

/** The content of an object, in arrays. */
record Pieces(List<byte[]> arrays) implements Content {
    static Pieces of(byte[] only) {
        return new Pieces(List.of(only));
    }

    @Override
    public long length() {
        return arrays.stream().mapToLong(piece -> piece.length).sum();
    }

    @Override
    public RequestBody body() {
        return RequestBody.fromContentProvider(this::stream, length(), TYPE);
    }

    private InputStream stream() {
        return new SequenceInputStream(Collections.enumeration(
                arrays.stream().map(ByteArrayInputStream::new).toList()));
    }

    @Override
    public String md5() {
        MessageDigest digest = Md5.begin();
        arrays.forEach(digest::update);
        return Base64.getEncoder().encodeToString(digest.digest());
    }
}
