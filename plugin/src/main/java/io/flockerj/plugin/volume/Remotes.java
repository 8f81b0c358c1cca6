package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Places on which histories lie outside this host, and what goes there and comes from there, as the protocol servers see it. A volumeset
 * there is {@code REMOTE/NAME}. What is refused has changed nothing here; what has been sent before a failure is found again by the next
 * attempt.
 */
public interface Remotes {
    /** Further remarks would say the same. */
    int MOST_REMARKS = 100;

    /** Makes these, over the histories of a pool. */
    interface Maker {
        Remotes make(HistoryExchange exchange) throws IOException;
    }

    /**
     * Adds a remote. What is at the URL becomes one, if it is empty.
     *
     * @param url {@code file:///DIRECTORY}, {@code s3://BUCKET/PREFIX} or {@code https://HUB/OWNER}
     * @param options how it is reached, by key
     * @param token for a hub; kept on this host until the remote is removed
     */
    RemoteView add(String name, String url, Map<String, String> options, Optional<NewToken> token)
            throws RefusedException, IOException;

    /** All, by name. */
    List<RemoteView> list();

    /** The volumesets on a remote, by name. */
    List<VolumesetView> volumesets(String name) throws RefusedException, IOException;

    RemoteView show(String name) throws RefusedException;

    /** What a remote is called here; empty if it was removed. Asks nobody. */
    Optional<String> nameOf(RandomId remote);

    /** Where the branches of a volumeset on remotes end, as {@code REMOTE/BRANCH}, since they were last asked. Asks nobody. */
    Map<String, RandomId> branches(Volumeset volumeset);

    /**
     * Forgets a remote; what lies there stays. The token that was kept for it is revoked.
     *
     * @return why that could not be done, if it could not
     */
    Optional<String> remove(String name) throws RefusedException, IOException;

    /** Sends a snapshot, and what led to it, and lets a branch there end at it. */
    Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException;

    /**
     * Learns what is on a remote, without the content.
     *
     * @param place {@code REMOTE} or {@code REMOTE/NAME}
     */
    List<Fetched> fetch(String place, Progress progress) throws RefusedException, IOException;

    /** Brings snapshots here. */
    Pulled pull(PullOrder order, Progress progress) throws RefusedException, IOException;

    /** Makes a volume of a snapshot on a remote. */
    Pulled clone(CloneOrder order, Progress progress) throws RefusedException, IOException;

    /** Volumes of other drivers, which are pushed and pulled where they lie. */
    LocalVolumes local();

    /**
     * Looks whether all is there that the snapshots of a volumeset on a remote need.
     *
     * @param place {@code REMOTE/NAME}
     * @param percent how much of the content is read and compared, 0 to 100; what says where it is, is always looked at
     */
    Checked check(String place, int percent, Progress progress) throws RefusedException, IOException;

    /**
     * A remote as it is shown.
     *
     * @param id its own, the same on every host
     * @param token by what name the hub knows the token that is kept for it
     */
    record RemoteView(
            String name, String url, String id, Map<String, String> options, Instant addedAt, Optional<String> token) {}

    /**
     * A token by which a hub knows this host.
     *
     * @param name by which the hub knows the token, and that everybody may see
     */
    record NewToken(String name, String secret) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A volumeset on a remote as it is shown. */
    record VolumesetView(String name, String id, List<RemoteRefView> branches, List<RemoteRefView> tags) {}

    /** A branch or tag on a remote, and the snapshot that it names. */
    record RemoteRefView(String name, String snapshot) {}

    /**
     * A wish to push.
     *
     * @param ref what; without a snapshot the volume as it is now, of which one is taken if it has changed
     * @param zone for a time in it that names none
     * @param askedAt when that was said: what such times as {@code {2 hours ago}} are reckoned from, whenever it is begun
     * @param remote empty for the one that was asked for when the volume was made, the one that the volumeset is on, or the only one
     * @param name of the volumeset there; empty for the one that it has, or its own
     * @param branch to move there; empty for the one of the same name
     * @param all every branch of the volumeset
     * @param tags the tags of what is sent as well
     * @param force moves the branch also where it does not lead on from what it was
     */
    record PushOrder(
            String ref,
            ZoneId zone,
            Instant askedAt,
            Optional<String> remote,
            Optional<String> name,
            Optional<String> branch,
            boolean all,
            boolean tags,
            boolean force,
            Optional<String> author) {}

    /**
     * What came of a push.
     *
     * @param snapshots that were sent, the oldest first
     * @param bytesSent to the remote, in packs and all
     * @param remarks what a person may want to know of what was sent, each a sentence; at most {@link #MOST_REMARKS}
     */
    record Pushed(
            String remote,
            String name,
            String volumeset,
            List<MovedBranch> branches,
            List<String> tags,
            List<String> snapshots,
            long bytesSent,
            List<String> remarks) {}

    /**
     * A branch on a remote that is where it was to be.
     *
     * @param before the snapshot that it ended at; empty if it is new
     */
    record MovedBranch(String name, String snapshot, Optional<String> before) {}

    /** What is known of a volumeset on a remote now. */
    record Fetched(String remote, String name, String volumeset, List<RemoteRefView> branches, int newSnapshots) {}

    /**
     * A wish to bring snapshots here.
     *
     * @param ref of a volume or volumeset here: a branch, tag, id or time in braces there; without one, the volume's branch
     * @param askedAt as in a push, and so are the others
     */
    record PullOrder(String ref, ZoneId zone, Instant askedAt, Optional<String> remote) {}

    /**
     * What came of a pull.
     *
     * @param snapshot that was wanted
     * @param snapshots that were brought here, the oldest first
     * @param bytesReceived from the remote, of all kinds
     * @param volume that was made, by a clone
     * @param remarks what a person may want to know of what was brought, such as what this host cannot keep, each a sentence; at most
     *     {@link #MOST_REMARKS}
     */
    record Pulled(
            String remote,
            String name,
            String volumeset,
            String snapshot,
            List<String> snapshots,
            long bytesWritten,
            long bytesReceived,
            Optional<String> volume,
            List<String> remarks) {}

    /**
     * A wish for a volume of a snapshot on a remote.
     *
     * @param place {@code REMOTE/NAME[@REF]}
     * @param askedAt as in a push
     * @param branch that the volume is to work on, and that a time is looked for on; empty for one by the rules
     * @param begunAgain whether it was begun before, so that a volume that is as it is to be made is its outcome
     */
    record CloneOrder(
            String place,
            ZoneId zone,
            Instant askedAt,
            VolumeName volume,
            Map<String, String> options,
            Optional<String> branch,
            boolean begunAgain) {}

    /**
     * What a check found.
     *
     * @param snapshots how many there are
     * @param hurt snapshots, branches and tags that cannot be used as they should
     * @param brokenPacks packs that are not what they should be, whether or not that hurts a snapshot
     */
    record Checked(
            String remote, String name, int snapshots, long bytesRead, List<Hurt> hurt, List<Hurt> brokenPacks) {}

    /** A snapshot by its id, a branch or tag by its whole name, or a pack, and what is wrong with it. */
    record Hurt(String what, String why) {}
}
