package io.flockerj.hub.access;

import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Knows owners, their volumesets, and who was given what. Every call tells what holds now: a right that was taken away is gone at the next
 * call, on every hub of the database. Safe for many threads.
 *
 * <p>It tells what was given; {@link Holding#right} says what that is worth for a caller, in one place for all. An owner's volumesets are
 * stored under the owner's name, so a name is never given to a second owner, not even after the first is gone.
 */
public interface Admission {
    /** Whether there is such an owner, who has not been removed. */
    boolean isOwner(OwnerName owner) throws IOException;

    /** Whether an owner has a volumeset that everybody may read. */
    boolean hasPublic(OwnerName owner) throws IOException;

    /**
     * Whether the caller's account may make volumesets of this owner. A token is not looked at.
     *
     * @return false if there is no such owner
     */
    boolean mayMake(Caller caller, OwnerName owner) throws IOException;

    /** An owner's volumeset by its id; empty if there is none, or it was deleted. */
    Optional<Holding> find(Caller caller, OwnerName owner, Id volumeset) throws IOException;

    /** A volumeset by its name; empty if there is none, or it was deleted. */
    Optional<Holding> find(Caller caller, VolumesetName name) throws IOException;

    /**
     * All volumesets of an owner that the account was given a right to, and all that are not private; in any order. None if there is no
     * such owner.
     */
    List<Holding> all(Caller caller, OwnerName owner) throws IOException;

    /**
     * Makes a volumeset known under a name, with the owner's usual visibility, if the caller may still make any there; whoever makes it has
     * {@link Right#ADMIN} on it, a service account {@link Right#PUBLISH}, for whoever changes rights is a person. Of two who want one name, or one id with one owner, at once, one gets it.
     */
    Making make(Caller caller, VolumesetName name, Id volumeset) throws IOException;

    /**
     * Deletes a volumeset: from now on it does not exist, and it can be restored for the stated time. It was asked before whether the caller
     * may. That there is none of that name and id is no error.
     */
    void delete(Caller caller, VolumesetName name, Id volumeset) throws IOException;

    /** What came of {@link #make}. */
    enum Making {
        /** It is known by that name now, or was before. */
        MADE,
        /** The caller may make none there, or no longer. */
        MAY_NOT,
        /** The name stands for another. */
        NAME_TAKEN,
        /**
         * The owner has this volumeset under another name, or had it and it can still be restored. Whoever names it must not get at what is
         * stored of it by that.
         */
        VOLUMESET_TAKEN
    }
}
