package io.flockerj.plugin.remote;

import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.store.place.OpenPlace;
import java.io.IOException;
import java.util.Map;

/** Opens what the URLs of remotes name. */
interface RemotePlaces {
    /** A place that can become a remote, or is one: it is tried whether it keeps what it promises. */
    OpenPlace forNew(String url, Map<String, String> options) throws RemoteException, IOException;

    /** A place that is a remote. */
    OpenPlace open(String url, Map<String, String> options) throws RemoteException, IOException;
}
