package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.volume.RemoteException;
import java.util.Optional;

/**
 * What is on a remote, as people write it: {@code REMOTE[/NAME[@REF]]}. Whether there is such a thing is not known.
 *
 * @param volumeset what it is called there
 * @param ref a branch, a tag, an id or a time in braces there
 */
record RemotePath(String remote, Optional<String> volumeset, Optional<String> ref) {
    static RemotePath parse(String written) {
        int slash = written.indexOf('/');
        if (slash < 0) {
            return new RemotePath(written, Optional.empty(), Optional.empty());
        }
        int at = written.indexOf('@', slash);
        int end = at < 0 ? written.length() : at;
        return new RemotePath(
                written.substring(0, slash),
                Optional.of(written.substring(slash + 1, end)),
                at < 0 ? Optional.empty() : Optional.of(written.substring(at + 1)));
    }

    /** What must name a volumeset. */
    String requireVolumeset() throws RemoteException {
        return volumeset.orElseThrow(() -> new RemoteException(
                RemoteException.Reason.INVALID,
                Quoted.text(remote) + " names no volumeset on a remote; write REMOTE/NAME, as: " + remote + "/NAME"));
    }

    /** Where all snapshots are meant, there is no place for one. */
    RemotePath withoutRef() throws RemoteException {
        if (ref.isPresent()) {
            throw new RemoteException(
                    RemoteException.Reason.INVALID,
                    Quoted.text(this.toString()) + " names one snapshot, and all are meant here; write "
                            + new RemotePath(remote, volumeset, Optional.empty()));
        }
        return this;
    }

    @Override
    public String toString() {
        return remote
                + volumeset.map(name -> "/" + name).orElse("")
                + ref.map(name -> "@" + name).orElse("");
    }
}
