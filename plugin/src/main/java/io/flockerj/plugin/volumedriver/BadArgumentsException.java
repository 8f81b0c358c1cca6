package io.flockerj.plugin.volumedriver;

import io.flockerj.plugin.volume.VolumeException;

/** The body of a call is not what the call needs. */
final class BadArgumentsException extends VolumeException {
    BadArgumentsException(String message) {
        super(message);
    }
}
