package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.Wanted;
import io.flockerj.store.id.Id;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.PlaceLimits;
import io.flockerj.store.place.Places;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Opens the places of remotes, as they are seen from this host. */
public final class HostPlaces implements RemotePlaces {
    private static final String UP = "upload-limit";
    private static final String DOWN = "download-limit";
    private static final String MARK = BackendRemote.MARK.text();

    private final Places places;
    private final Places.HostPaths hostPaths;

    HostPlaces(Places places, Places.HostPaths hostPaths) {
        this.places = places;
        this.hostPaths = hostPaths;
    }

    @Override
    public OpenPlace forNew(String url, Map<String, String> options, Optional<Path> token)
            throws RemoteException, IOException {
        Options read = Options.read(url, options, token.isPresent());
        Optional<Path> directory = directory(url, read);
        if (directory.isPresent()) {
            refuseOthers(url, directory.get());
        }
        OpenPlace place = places.open(url, read.ofPlace(), read.limits(), token);
        boolean isGood = false;
        try {
            probe(url, read, token, place);
            isGood = true;
            return place;
        } finally {
            if (!isGood) {
                place.close();
            }
        }
    }

    /** What others have made a remote can be pulled from, whether or not this host may push. */
    private void probe(String url, Options options, Optional<Path> token, OpenPlace place) throws IOException {
        try {
            places.probe(url, options.ofPlace(), token);
        } catch (NotAllowedException e) {
            try {
                place.backend().read(BackendRemote.MARK, 0, 1);
            } catch (IOException noRemote) {
                e.addSuppressed(noRemote);
                throw e;
            }
        }
    }

    @Override
    public OpenPlace open(String url, Map<String, String> options, Optional<Path> token, Wanted wanted)
            throws RemoteException, IOException {
        Options read = Options.read(url, options, token.isPresent());
        Optional<Path> directory = directory(url, read);
        // Nothing is made where something should be mounted, and is not.
        if (directory.isPresent() && !Files.exists(directory.get().resolve(MARK))) {
            throw new RemoteException(
                    Reason.UNKNOWN,
                    "at " + url + " there is no remote now; mount what was there, or repair what is in the way");
        }
        return places.whileWanted(wanted).open(url, read.ofPlace(), read.limits(), token);
    }

    @Override
    public void revoke(String url, Map<String, String> options, Path token) throws RemoteException, IOException {
        places.revoke(url, Options.read(url, options, true).ofPlace(), token);
    }

    /**
     * Options, as they are told apart.
     *
     * @param ofPlace what the kind of place takes
     */
    private record Options(Map<String, String> ofPlace, PlaceLimits limits) {
        static Options read(String url, Map<String, String> options, boolean withToken) throws RemoteException {
            Map<String, String> ofPlace = new TreeMap<>(options);
            OptionalLong up = limit(UP, Optional.ofNullable(ofPlace.remove(UP)));
            OptionalLong down = limit(DOWN, Optional.ofNullable(ofPlace.remove(DOWN)));
            try {
                Places.check(url, ofPlace, withToken);
            } catch (IllegalArgumentException e) {
                throw new RemoteException(Reason.INVALID, String.valueOf(e.getMessage()));
            }
            PlaceLimits usual = PlaceLimits.USUAL;
            return new Options(ofPlace, new PlaceLimits(usual.atOnce(), usual.retries(), up, down));
        }

        private static OptionalLong limit(String key, Optional<String> text) throws RemoteException {
            if (text.isEmpty()) {
                return OptionalLong.empty();
            }
            Optional<ByteSize> size = ByteSize.parse(text.get());
            if (size.isEmpty() || size.get().bytes() == 0) {
                throw new RemoteException(
                        Reason.INVALID,
                        key + "=" + Quoted.text(text.get()) + " is not " + ByteSize.RULE + ", for each second");
            }
            return OptionalLong.of(size.get().bytes());
        }
    }

    /** Where the directory that a URL names is seen from here. */
    private Optional<Path> directory(String url, Options options) throws IOException {
        Optional<Path> named = Places.directoryOf(url, options.ofPlace());
        return named.isPresent() ? Optional.of(hostPaths.resolve(named.get())) : Optional.empty();
    }

    /** What is full of something else is not filled with ours. */
    private static void refuseOthers(String url, Path directory) throws RemoteException, IOException {
        if (!Files.isDirectory(directory)) {
            throw new RemoteException(
                    Reason.UNKNOWN,
                    "there is no directory " + url + " on this host; make it, or mount what should be there");
        }
        if (Files.exists(directory.resolve(MARK))) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!entry.endsWith("lost+found") && !isLeftOver(entry)) {
                    throw new RemoteException(
                            Reason.CONFLICT,
                            "the directory " + url + " is no remote, and not empty; name an empty directory, such as "
                                    + url.replaceAll("/+$", "") + "/flockerj");
                }
            }
        }
    }

    /** What the beginning of a remote leaves that failed: files without names yet, as in format.md section 2. */
    private static boolean isLeftOver(Path entry) throws IOException {
        if (!entry.endsWith("tmp") || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> files = Files.list(entry)) {
            return files.allMatch(file -> Id.isValid(String.valueOf(file.getFileName())));
        }
    }
}
