package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.DifferenceWalk.Found;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.wire.Bytes;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** In what a file is another than before. */
public enum Aspect {
    /** Its type, what is in it, where a link points to. What is in a directory is told by itself. */
    CONTENT,
    MODE,
    OWNER,
    /** The time of modification. */
    TIME,
    /** Extended attributes, and access control lists. */
    XATTRS,
    /** What other names it has. */
    LINKS,
    /** Marks such as immutable. */
    FLAGS;

    /** As it is written in answers. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** In what two differ. */
    static Set<Aspect> of(Entry before, Entry after) {
        Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
        Metadata was = before.metadata();
        Metadata is = after.metadata();
        note(aspects, CONTENT, !content(before.item()).equals(content(after.item())));
        note(aspects, MODE, was.mode() != is.mode());
        note(aspects, OWNER, was.owner() != is.owner() || was.group() != is.group());
        note(aspects, TIME, was.seconds() != is.seconds() || was.nanos() != is.nanos());
        note(aspects, XATTRS, !attributes(was.attributes()).equals(attributes(is.attributes())));
        note(aspects, LINKS, !was.links().equals(is.links()));
        note(aspects, FLAGS, was.flags() != is.flags());
        return aspects;
    }

    private static void note(Set<Aspect> aspects, Aspect aspect, boolean differs) {
        if (differs) {
            aspects.add(aspect);
        }
    }

    /** What two have in common if they hold the same, wherever it is stored. */
    private static Object content(Item item) {
        return switch (item) {
            case Item.SmallFile file -> new Held("file", file.content(), Optional.empty(), 0);
            case Item.LargeFile file -> new Held("file", Bytes.EMPTY, Optional.of(file.digest()), file.size());
            case Item.Directory _ -> "directory";
            case Item.SymbolicLink link -> link;
            case Item.Fifo fifo -> fifo;
            case Item.Socket socket -> socket;
            case Item.Device device -> device;
        };
    }

    private record Held(String type, Bytes bytes, Optional<Hash> digest, long size) {}

    private static Hash attributes(Attributes attributes) {
        return switch (attributes) {
            case Attributes.None() -> Sha256.of(new byte[0]);
            case Attributes.Inline(Bytes set) -> Sha256.of(set.toArray());
            case Attributes.Stored(long _, Hash digest, var _) -> digest;
        };
    }

    /** Whether something is to be told: not of what is the same, nor of a directory of which only the time has changed, with what is in it. */
    static boolean isTold(Found found) {
        if (found.before().isEmpty() || found.after().isEmpty()) {
            return true;
        }
        Set<Aspect> aspects = of(found.before().get(), found.after().get());
        boolean isDirectory = OpenTree.directory(found.after().get()).isPresent();
        return isDirectory ? !Set.of(TIME).containsAll(aspects) : !aspects.isEmpty();
    }
}
