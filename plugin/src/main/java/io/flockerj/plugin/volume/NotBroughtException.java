package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** What a volume was to be made of did not come from its remote, by whatever failed there, on the way, or here. */
public final class NotBroughtException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says the same in the same words, if it says what has failed. */
    public NotBroughtException(IOException why) {
        super(said(why), why);
    }

    /** Those of files say no more than a path, and some nothing at all. */
    private static String said(IOException why) {
        String message = why.getMessage();
        return message == null || why instanceof FileSystemException ? why.toString() : message;
    }
}
