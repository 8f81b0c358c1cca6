package io.flockerj.plugin.control;

import io.flockerj.plugin.history.AmbiguousRefException;
import io.flockerj.plugin.history.InvalidRefException;
import io.flockerj.plugin.history.InvalidTextException;
import io.flockerj.plugin.history.NameTakenException;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.SnapshotHeldException;
import io.flockerj.plugin.history.UnknownSnapshotException;
import io.flockerj.plugin.volume.BadPlaceException;
import io.flockerj.plugin.volume.InvalidNameException;
import io.flockerj.plugin.volume.InvalidOptionException;
import io.flockerj.plugin.volume.PoolRefusalException;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.SnapshotsUnreadableException;
import io.flockerj.plugin.volume.SnapshotsUnsupportedException;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeBusyException;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeInUseException;
import io.flockerj.plugin.volume.VolumesUnavailableException;

/** How a refusal is answered: its status, and a code for programs. */
record Refusal(int status, String code) {
    static final String NO_SPACE = "no-space";
    static final String NO_SUCH_REMOTE = "no-such-remote";

    static Refusal of(RefusedException e) {
        return switch (e) {
            case BadRequestException bad -> new Refusal(400, "bad-request");
            case InvalidNameException invalid -> new Refusal(400, "invalid");
            case InvalidOptionException invalid -> new Refusal(400, "invalid");
            case InvalidRefException invalid -> new Refusal(400, "invalid");
            case InvalidTextException invalid -> new Refusal(400, "invalid");
            case UnknownJobException unknown -> new Refusal(404, "no-such-job");
            case BadPlaceException place when place.isMissing() -> new Refusal(404, "no-such-file");
            case BadPlaceException place -> new Refusal(400, "invalid");
            case RemoteException remote ->
                switch (remote.reason()) {
                    case UNKNOWN -> new Refusal(404, NO_SUCH_REMOTE);
                    case INVALID -> new Refusal(400, "invalid");
                    case CONFLICT -> new Refusal(409, "conflict");
                    case DIVERGED -> new Refusal(409, "diverged");
                    case FULL -> new Refusal(507, NO_SPACE);
                };
            case UnknownVolumeException unknown -> new Refusal(404, "no-such-volume");
            case UnknownSnapshotException unknown -> new Refusal(404, "no-such-snapshot");
            case AmbiguousRefException ambiguous -> new Refusal(409, "ambiguous");
            case VolumeInUseException used -> new Refusal(409, "in-use");
            case SnapshotHeldException held -> new Refusal(409, "held");
            case NameTakenException taken -> new Refusal(409, "conflict");
            case VolumeConflictException conflict -> new Refusal(409, "conflict");
            case SnapshotsUnsupportedException unsupported -> new Refusal(409, "unsupported");
            case SnapshotsUnreadableException unreadable -> new Refusal(409, "damaged");
            case PoolRefusalException refused -> new Refusal(507, NO_SPACE);
            case VolumeBusyException busy -> new Refusal(503, "busy");
            case VolumesUnavailableException unavailable -> new Refusal(503, "unavailable");
            default -> new Refusal(409, "conflict");
        };
    }
}
