package io.flockerj.store.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Bytes as a value: they never change, are equal if they are the same, and order as unsigned numbers. */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of bytes. */
    public static Bytes of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** A copy of a part of an array. */
    public static Bytes of(byte[] bytes, int from, int length) {
        return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(bytes, from, from + length));
    }

    /** A text in UTF-8. */
    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return bytes.length;
    }

    public byte at(int index) {
        return bytes[index];
    }

    /** A part of them, which is there. */
    public Bytes part(int from, int length) {
        Objects.checkFromIndexSize(from, length, bytes.length);
        return of(bytes, from, length);
    }

    /** A copy of them. */
    public byte[] toArray() {
        return bytes.clone();
    }

    void put(byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, bytes.length);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As UTF-8, for people; what is none is shown by a replacement character. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
