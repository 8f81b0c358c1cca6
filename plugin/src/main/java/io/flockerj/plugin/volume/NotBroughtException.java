package io.flockerj.plugin.volume;

import java.io.IOException;

/** What a volume was to be made of did not come from its remote, by whatever failed there, on the way, or here. */
public final class NotBroughtException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says the same in the same words, if it says what has failed. */
    public NotBroughtException(IOException why) {
        super(FailureText.of(why), why);
    }
}
