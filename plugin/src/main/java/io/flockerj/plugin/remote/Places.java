package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds what keeps the bytes of a remote, by its URL. */
public final class Places {
    private static final String FORMS = "a URL is file:///DIRECTORY";
    private static final String MARK = "flockerj";

    private final HostPaths hostPaths;
    private final Supplier<Id> ids;

    Places(HostPaths hostPaths, Supplier<Id> ids) {
        this.hostPaths = hostPaths;
        this.ids = ids;
    }

    /** Where a path of the host is found by this process. */
    public interface HostPaths {
        Path resolve(Path path) throws IOException;
    }

    /** Opens a place that is a remote, or can be made one. */
    Backend open(String url, Map<String, String> options) throws RemoteException, IOException {
        URI uri = parse(url);
        if (!"file".equals(uri.getScheme())) {
            throw invalid(url, "there is no such kind of remote");
        }
        if (uri.getHost() != null || uri.getPath() == null || !uri.getPath().startsWith("/")) {
            throw invalid(url, "it names no directory by its whole path");
        }
        if (!options.isEmpty()) {
            throw invalid(
                    url,
                    "a directory takes no options, and '"
                            + options.keySet().iterator().next() + "' is one");
        }
        Path directory = hostPaths.resolve(Path.of(uri.getPath()).normalize());
        refuseOthers(url, directory);
        return DirectoryBackend.open(directory, ids);
    }

    private static URI parse(String url) throws RemoteException {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw invalid(url, e.getReason());
        }
    }

    /** What is full of something else is not filled with ours. */
    private static void refuseOthers(String url, Path directory) throws RemoteException, IOException {
        if (!Files.isDirectory(directory)) {
            throw new RemoteException(
                    RemoteException.Reason.UNKNOWN,
                    "there is no directory " + url + " on this host; make it, or mount what should be there");
        }
        if (Files.exists(directory.resolve(MARK))) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.anyMatch(entry -> !entry.endsWith("lost+found"))) {
                throw new RemoteException(
                        RemoteException.Reason.CONFLICT,
                        "the directory " + url + " is no remote, and not empty; name an empty directory, such as "
                                + url.replaceAll("/+$", "") + "/flockerj");
            }
        }
    }

    private static RemoteException invalid(String url, String why) {
        return new RemoteException(
                RemoteException.Reason.INVALID, Quoted.text(url) + " is no URL of a remote: " + why + "; " + FORMS);
    }
}
