package io.flockerj.plugin.remote;

import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.store.backend.Wanted;
import io.flockerj.store.place.OpenPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Opens what the URLs of remotes name. A token is for a hub: the file that holds it, as it is seen from here. */
interface RemotePlaces {
    /** A place that can become a remote, or is one: it is tried whether it keeps what it promises. */
    OpenPlace forNew(String url, Map<String, String> options, Optional<Path> token) throws RemoteException, IOException;

    /** A place that is a remote. Its calls wait for another attempt, or for bandwidth, only as long as that is wanted. */
    OpenPlace open(String url, Map<String, String> options, Optional<Path> token, Wanted wanted)
            throws RemoteException, IOException;

    /** Revokes a token, for ever. */
    void revoke(String url, Map<String, String> options, Path token) throws RemoteException, IOException;
}
