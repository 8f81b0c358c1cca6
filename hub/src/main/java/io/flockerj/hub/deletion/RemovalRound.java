package io.flockerj.hub.deletion;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Actor;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.catalogue.Stored;
import io.flockerj.hub.guard.FolderBackend;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.guard.StoredNames;
import io.flockerj.hub.people.Removals;
import io.flockerj.hub.people.Removals.Due;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from the storage what volumesets held whose time is over, a bounded part in each round. One hub at a time does so, as long as it has
 * the turn; a hub that ends at any point leaves what the next round goes on with. What fails is tried again in the next round.
 *
 * <p>That two hubs remove at once does no harm as long as neither goes on when somebody may have made the volumeset anew: so nothing is
 * removed later than {@link #TIME} after the turn was taken, and a volumeset is forgotten only when it was empty for
 * {@link Removals#SETTLING}.
 */
public final class RemovalRound {
    /** So many objects at most go in a round. */
    public static final int MOST = 10_000;

    /** No removal of an object begins later than this in a round. */
    public static final Duration TIME = Duration.ofMinutes(2);

    /** How long a hub that has vanished keeps others from it. */
    private static final Duration TURN = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(RemovalRound.class);

    private final Removals removals;
    private final Catalogue catalogue;
    private final StreamingBackend storage;
    private final Recording recording;
    private final InstantSource clock;
    private final Supplier<Id> ids;
    private final Id holder;
    private final int most;

    /**
     * @param storage of the whole hub
     * @param ids that never come twice
     */
    public RemovalRound(
            Removals removals,
            Catalogue catalogue,
            StreamingBackend storage,
            Recording recording,
            InstantSource clock,
            Supplier<Id> ids) {
        this(removals, catalogue, storage, recording, clock, ids, MOST);
    }

    RemovalRound(
            Removals removals,
            Catalogue catalogue,
            StreamingBackend storage,
            Recording recording,
            InstantSource clock,
            Supplier<Id> ids,
            int most) {
        this.removals = removals;
        this.catalogue = catalogue;
        this.storage = storage;
        this.recording = recording;
        this.clock = clock;
        this.ids = ids;
        this.holder = ids.get();
        this.most = most;
    }

    /**
     * Removes some of what is due.
     *
     * @param mayGoOn is asked again and again; false to end soon
     * @return whether there is more that could be removed at once
     */
    public boolean run(BooleanSupplier mayGoOn) throws IOException {
        Instant end = clock.instant().plus(TIME);
        if (!removals.takeTurn(holder, TURN)) {
            return false;
        }
        BooleanSupplier inTime = () -> mayGoOn.getAsBoolean() && clock.instant().isBefore(end);
        try {
            int left = most;
            for (Due due : removals.due()) {
                left -= remove(due, left, inTime);
                if (left <= 0 || !inTime.getAsBoolean()) {
                    return true;
                }
            }
            return false;
        } finally {
            removals.endTurn(holder);
        }
    }

    /** How many objects were removed; that it failed is told in the log, for the others are no worse for it. */
    private int remove(Due due, int left, BooleanSupplier inTime) {
        try {
            return due.isBegun() || begin(due) ? goOn(due, left, inTime) : 0;
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("volumeset", due.name())
                    .addKeyValue("id", due.id())
                    .log("Could not remove what a deleted volumeset held; trying again");
            return 0;
        }
    }

    private static Act act(Due due, Outcome outcome) {
        return Act.of(ActKind.REMOVAL, outcome, Actor.hub())
                .on(due.id(), due.name().toString());
    }

    private boolean begin(Due due) throws IOException {
        recording.act(act(due, Outcome.BEGUN));
        if (!removals.begin(due.name().owner(), due.id())) {
            recording.act(act(due, Outcome.FAILED).with("why", "it was restored"));
            return false;
        }
        return true;
    }

    private int goOn(Due due, int left, BooleanSupplier inTime) throws IOException {
        OwnerName owner = due.name().owner();
        FolderBackend backend = FolderBackend.of(storage, owner);
        new StoredNames(backend, ids).free(due.name().name(), due.id());
        StoredVolumeset.Progress progress = new StoredVolumeset(backend, due.id()).remove(left, inTime);
        if (!progress.isEmpty()) {
            removals.found(owner, due.id());
            return progress.removed();
        }
        // Before it is on record that all is gone, and before the volumeset is forgotten: then nobody would know any
        // more of which the
        // rows are.
        if (!catalogue.forget(new Stored(owner, due.id()), inTime)) {
            return 0;
        }
        if (!due.isEmptied()) {
            recording.act(act(due, Outcome.DONE));
            removals.emptied(owner, due.id());
        }
        removals.forget(owner, due.id());
        return 0;
    }
}
