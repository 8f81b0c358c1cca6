package io.flockerj.hub.guard;

import io.flockerj.hub.guard.RefusedException.Reason;
import io.flockerj.hub.guard.Storehouse.Deposit;
import io.flockerj.hub.guard.Storehouse.Terms;
import io.flockerj.store.RemoteObject;
import io.flockerj.store.RemoteObject.Kind;
import io.flockerj.store.Repository;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says of an object that has come whether it can be what its name says. */
final class Deposits {
    private static final long LONGEST_OBJECT = Envelope.LONGEST_BODY + (long) Envelope.OVERHEAD;
    private static final long LONGEST_INDEX = Envelope.LONGEST_INDEX + (long) Envelope.OVERHEAD;
    private static final long LONGEST_CONFIG = 64 * 1024;
    private static final int MAGIC_LENGTH = 8;

    private Deposits() {}

    /** How long an object of that kind can be. */
    static Terms terms(RemoteObject object) {
        return new Terms(
                switch (object.kind()) {
                    case PACK -> PackInfo.MOST_BYTES;
                    case INDEX -> LONGEST_INDEX;
                    case CONFIG -> LONGEST_CONFIG;
                    default -> LONGEST_OBJECT;
                });
    }

    /**
     * Errs if it cannot be that object. Of packs, lists and indexes the hash and the first bytes are compared: whoever reads them verifies
     * the rest, and harms nobody but himself.
     */
    static void check(RemoteObject object, Deposit deposit) throws IOException {
        if (deposit.size() > terms(object).longest()) {
            throw new RefusedException(
                    Reason.UNACCEPTABLE,
                    "it has " + deposit.size() + " bytes, more than there can be in such an object");
        }
        if (object.kind().isNamedByHash() && !deposit.hash().equals(object.hash())) {
            throw new RefusedException(
                    Reason.DAMAGED, "its SHA-256 is " + deposit.hash() + ", not what it is named by: send it again");
        }
        String magic = magic(object.kind());
        if (!begin(deposit.file()).equals(magic)) {
            throw new RefusedException(Reason.UNACCEPTABLE, "it does not begin with " + magic);
        }
        if (object.kind() == Kind.CONFIG) {
            checkConfig(object, deposit);
        }
    }

    private static String magic(Kind kind) {
        return switch (kind) {
            case PACK -> "flkjPACK";
            case LIST -> "flkjLIST";
            case INDEX -> "flkjINDX";
            case COMMIT -> "flkjCMIT";
            case CONFIG -> "flkjCONF";
            default -> throw new IllegalArgumentException("nobody uploads a " + kind);
        };
    }

    private static String begin(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return new String(bytes.readNBytes(MAGIC_LENGTH), StandardCharsets.ISO_8859_1);
        }
    }

    private static void checkConfig(RemoteObject object, Deposit deposit) throws IOException {
        try {
            Repository.checkConfig(
                    "the config",
                    Files.readAllBytes(deposit.file()),
                    object.volumeset().orElseThrow());
        } catch (BrokenException | UnsupportedException e) {
            throw new RefusedException(Reason.UNACCEPTABLE, String.valueOf(e.getMessage()));
        }
    }
}
