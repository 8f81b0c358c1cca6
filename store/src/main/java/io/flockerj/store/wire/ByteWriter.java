package io.flockerj.store.wire;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes numbers and bytes one after the other into a buffer that grows. For one thread. */
public final class ByteWriter {
    private static final int FIRST_CAPACITY = 256;
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int size;

    /** How many bytes were written. */
    public int size() {
        return size;
    }

    /** Forgets what was written. */
    public void clear() {
        size = 0;
    }

    /** What was written, until the next call; {@link #size()} bytes of it. */
    public byte[] buffer() {
        return buffer;
    }

    /** A copy of what was written. */
    public byte[] toArray() {
        return Arrays.copyOf(buffer, size);
    }

    public ByteWriter u8(int value) {
        int at = room(1);
        buffer[at] = (byte) value;
        return this;
    }

    public ByteWriter u16(int value) {
        int at = room(Short.BYTES);
        SHORTS.set(buffer, at, (short) value);
        return this;
    }

    public ByteWriter u32(int value) {
        int at = room(Integer.BYTES);
        INTS.set(buffer, at, value);
        return this;
    }

    public ByteWriter u64(long value) {
        int at = room(Long.BYTES);
        LONGS.set(buffer, at, value);
        return this;
    }

    /** A number from 0 in as few bytes as it needs. */
    public ByteWriter varint(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a varint is not negative: " + value);
        }
        long rest = value;
        int at = room(varintLength(value));
        for (; rest > 0x7f; rest >>>= 7) {
            buffer[at++] = (byte) (rest | 0x80);
        }
        buffer[at] = (byte) rest;
        return this;
    }

    /** How many bytes {@link #varint(long)} takes. */
    public static int varintLength(long value) {
        return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    }

    /** A number of either sign: near 0 is short. From -2^62 to 2^62 - 1. */
    public ByteWriter signed(long value) {
        if (value < -(1L << 62) || value >= 1L << 62) {
            throw new IllegalArgumentException("out of range: " + value);
        }
        return varint(value << 1 ^ value >> 63);
    }

    public ByteWriter raw(byte[] bytes) {
        return raw(bytes, 0, bytes.length);
    }

    public ByteWriter raw(byte[] bytes, int from, int length) {
        int at = room(length);
        System.arraycopy(bytes, from, buffer, at, length);
        return this;
    }

    public ByteWriter raw(Bytes bytes) {
        int at = room(bytes.length());
        bytes.put(buffer, at);
        return this;
    }

    /** A length, and then the bytes. */
    public ByteWriter bytes(Bytes bytes) {
        return varint(bytes.length()).raw(bytes);
    }

    /** A length, and then the bytes. */
    public ByteWriter bytes(byte[] bytes) {
        return varint(bytes.length).raw(bytes);
    }

    public ByteWriter text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public ByteWriter hash(Hash hash) {
        int at = room(Hash.LENGTH);
        hash.put(buffer, at);
        return this;
    }

    public ByteWriter id(Id id) {
        return raw(id.bytes());
    }

    private int room(int length) {
        int at = size;
        size = Math.addExact(size, length);
        if (size > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(size, (int) Math.min(2L * buffer.length, Integer.MAX_VALUE - 8)));
        }
        return at;
    }
}
