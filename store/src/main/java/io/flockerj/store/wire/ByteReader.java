package io.flockerj.store.wire;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads what {@link ByteWriter} writes, from bytes that may be anything: whatever is not as it must be is a
 * {@link BrokenException}. Nothing is taken from memory for a length before it is known to be there. For one thread.
 */
public final class ByteReader {
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private final String object;
    private final byte[] bytes;
    private final int end;
    private int at;

    /** @param object what is read, for messages */
    public ByteReader(String object, byte[] bytes, int from, int length) {
        Objects.checkFromIndexSize(from, length, bytes.length);
        this.object = object;
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
    }

    public ByteReader(String object, byte[] bytes) {
        this(object, bytes, 0, bytes.length);
    }

    /** Where the next byte is, in the array. */
    public int position() {
        return at;
    }

    /** How many bytes are left. */
    public int remaining() {
        return end - at;
    }

    /** The error that says what is wrong with what is read. */
    public BrokenException broken(String problem) {
        return new BrokenException(object, problem);
    }

    /** Errs if this does not hold. */
    public void check(boolean holds, String problem) throws BrokenException {
        if (!holds) {
            throw broken(problem);
        }
    }

    /** Errs if anything is left. */
    public void end() throws BrokenException {
        check(at == end, "more bytes than there should be");
    }

    public int u8() throws BrokenException {
        return bytes[take(1)] & 0xff;
    }

    public int u16() throws BrokenException {
        return (short) SHORTS.get(bytes, take(Short.BYTES)) & 0xffff;
    }

    /** A number of 32 bits without sign. */
    public long u32() throws BrokenException {
        return (int) INTS.get(bytes, take(Integer.BYTES)) & 0xffff_ffffL;
    }

    /** A number of 32 bits, which must not exceed a limit. */
    public int u32(String what, int greatest) throws BrokenException {
        return (int) limited(what, u32(), greatest);
    }

    public long u64() throws BrokenException {
        return (long) LONGS.get(bytes, take(Long.BYTES));
    }

    public long varint() throws BrokenException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = u8();
            value |= (next & 0x7fL) << shift;
            if (next < 0x80) {
                check(next != 0 || shift == 0, "a number is longer than it need be");
                return value;
            }
        }
        throw broken("a number is longer than 63 bits");
    }

    /** A number that must not exceed a limit. */
    public long varint(String what, long greatest) throws BrokenException {
        return limited(what, varint(), greatest);
    }

    /** A number that must not exceed a limit. */
    public int varint(String what, int greatest) throws BrokenException {
        return (int) limited(what, varint(), greatest);
    }

    public long signed() throws BrokenException {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    /** A length that must not exceed a limit, and then as many bytes. */
    public Bytes bytes(String what, int greatest) throws BrokenException {
        int length = varint("the length of " + what, greatest);
        return Bytes.of(bytes, take(length), length);
    }

    /** As many bytes as told. */
    public Bytes raw(int length) throws BrokenException {
        return Bytes.of(bytes, take(length), length);
    }

    /** Passes over bytes. */
    public void skip(int length) throws BrokenException {
        take(length);
    }

    /** Reads as many bytes by themselves, in place. */
    public ByteReader part(int length) throws BrokenException {
        return new ByteReader(object, bytes, take(length), length);
    }

    /** A text of at most as many bytes in UTF-8. */
    public String text(String what, int greatest) throws BrokenException {
        int length = varint("the length of " + what, greatest);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, take(length), length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw broken(what + " is not UTF-8");
        }
    }

    public Hash hash() throws BrokenException {
        return Hash.at(bytes, take(Hash.LENGTH));
    }

    public Id id() throws BrokenException {
        return Id.at(bytes, take(Id.LENGTH));
    }

    private long limited(String what, long value, long greatest) throws BrokenException {
        if (value > greatest) {
            throw broken(what + " is " + value + ", beyond the limit of " + greatest);
        }
        return value;
    }

    private int take(int length) throws BrokenException {
        if (length < 0 || length > end - at) {
            throw broken("it ends too early");
        }
        int from = at;
        at += length;
        return from;
    }
}
