package io.flockerj.plugin.capture;

import java.io.IOException;

/** Something is not any more what it was when it was looked at. Read again, it may well be captured. */
final class ChangedMeanwhileException extends IOException {
    ChangedMeanwhileException(String what, String change) {
        super("cannot read " + what + ": " + change + " meanwhile; take a snapshot with the containers paused, or try"
                + " again when less is written there");
    }
}
