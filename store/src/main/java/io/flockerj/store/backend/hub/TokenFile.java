package io.flockerj.store.backend.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The file in which a host keeps a token. It is read for each request, so that a new one counts at once. */
record TokenFile(Path file) {
    private static final int LONGEST = 1024;
    /** RFC 6750, section 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,512}=*");

    private static final Set<PosixFilePermission> OPEN_TO_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    String token() throws IOException {
        Set<PosixFilePermission> permissions;
        String text;
        try {
            permissions = EnumSet.noneOf(PosixFilePermission.class);
            permissions.addAll(Files.getPosixFilePermissions(file));
            text = Files.size(file) > LONGEST ? "" : Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IOException(
                    "cannot read the token-file " + file + " (" + e + "): make a token on the hub and put it there", e);
        }
        permissions.retainAll(OPEN_TO_OTHERS);
        if (!permissions.isEmpty()) {
            throw new IOException("others may read or write the token-file " + file
                    + ": take that away, by chmod 600, and if they may have read it, revoke the token and make"
                    + " another");
        }
        String token = text.strip();
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException("there is no token in the token-file " + file
                    + ": it has to hold one as the hub has shown it, and nothing else");
        }
        return token;
    }
}
