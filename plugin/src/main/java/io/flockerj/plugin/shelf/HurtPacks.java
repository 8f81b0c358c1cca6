package io.flockerj.plugin.shelf;

import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.PackInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in a file which packs have turned out not to hold what they should, for their footers may still tell of it, and whoever starts anew
 * would count on them. Each is remembered with what tells its file from another: what takes its place is another pack. For many threads.
 */
final class HurtPacks {
    private static final Logger LOG = LoggerFactory.getLogger(HurtPacks.class);

    /** Of 32 MiB, mostly. Of more the oldest are forgotten: they are met again by who reads them. */
    static final int MOST = 256;

    private static final String NO_LOSS = "0";
    private static final Pattern FIRST = Pattern.compile("era ([0-9a-f]{1,32})");
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) ([0-9]{1,20} [0-9]{1,19} -?[0-9]{1,19})");

    private final Path file;
    private final Function<Hash, Path> places;
    private final Supplier<Id> ids;
    /** What tells the file of each from another. */
    private final Map<Hash, String> hurt = new LinkedHashMap<>();

    private String era = NO_LOSS;
    /** Whether the file says what is known here. */
    private boolean isSettled = true;

    private HurtPacks(Path file, Function<Hash, Path> places, Supplier<Id> ids) {
        this.file = file;
        this.places = places;
        this.ids = ids;
    }

    /**
     * Reads what is remembered; nothing, if there is no such file.
     *
     * @param places where packs lie
     * @param ids that never come twice
     */
    static HurtPacks load(Path file, Function<Hash, Path> places, Supplier<Id> ids) {
        HurtPacks packs = new HurtPacks(file, places, ids);
        try {
            packs.read(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList());
        } catch (NoSuchFileException e) {
            return packs;
        } catch (IOException e) {
            packs.era = ids.get().hex();
            packs.isSettled = false;
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .log("Which packs of snapshots are damaged cannot be read; they are counted on until that is met");
        }
        return packs;
    }

    private void read(List<String> lines) {
        Optional<Matcher> first = lines.stream().findFirst().map(FIRST::matcher).filter(Matcher::matches);
        // Of what does not tell it is only known that there were losses.
        era = first.isPresent() ? first.get().group(1) : ids.get().hex();
        isSettled = first.isPresent();
        for (String line : lines) {
            Matcher fields = LINE.matcher(line);
            if (fields.matches()) {
                recall(Hash.parse(fields.group(1)), fields.group(2));
            }
        }
    }

    private void recall(Hash pack, String identity) {
        boolean isAnother;
        try {
            isAnother = !identity(pack).equals(Optional.of(identity));
        } catch (IOException e) {
            isAnother = false; // Of what cannot be looked at the worst is believed.
        }
        if (!isAnother) {
            hurt.put(pack, identity);
        }
    }

    /** Its inode, size and time: none of them stays when another is put in its place, nor changes when it gets a second name. */
    private Optional<String> identity(Hash pack) throws IOException {
        try {
            Map<String, Object> now = Files.readAttributes(
                    places.apply(pack), "unix:ino,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            FileTime modified = (FileTime) Objects.requireNonNull(now.get("lastModifiedTime"));
            return Optional.of(now.get("ino") + " " + now.get("size") + " " + modified.to(TimeUnit.NANOSECONDS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The packs that are hurt, and still there. */
    synchronized Set<Hash> all() {
        return Set.copyOf(hurt.keySet());
    }

    /** Changes with each loss, and never comes again. */
    synchronized String era() {
        return era;
    }

    /** A pack has turned out not to hold what it should, or to be gone. */
    synchronized void add(Hash pack) {
        era = ids.get().hex();
        isSettled = false;
        try {
            hurt.remove(pack);
            identity(pack).ifPresent(identity -> hurt.put(pack, identity));
            forgetOldest();
            settle();
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .addKeyValue("pack", pack)
                    .log("That a pack of snapshots is damaged is not noted yet; no snapshot is taken before it is");
        }
    }

    /** These have just been written, or compared with what was to be written: they are what they should be, whatever was found before. */
    synchronized void areRight(List<PackInfo> packs) {
        for (PackInfo pack : packs) {
            isSettled &= hurt.remove(pack.name()) == null;
        }
        if (!isSettled) {
            try {
                settle();
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("file", file)
                        .log("That a pack of snapshots is right again is remembered only until the daemon ends");
            }
        }
    }

    /** Packs are gone that were counted on. The new era is durable when this returns; if it fails, it is there until the daemon ends. */
    synchronized void lose() throws IOException {
        era = ids.get().hex();
        isSettled = false;
        settle();
    }

    /** Makes durable what is known. Until that is so, nobody may note what is counted on: whoever starts anew would not find the loss again. */
    synchronized void settle() throws IOException {
        if (!isSettled) {
            DurableFile.replace(file, toBytes());
            isSettled = true;
        }
    }

    private void forgetOldest() {
        Iterator<Hash> oldest = hurt.keySet().iterator();
        while (hurt.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    private byte[] toBytes() {
        StringBuilder text = new StringBuilder("era ").append(era).append('\n');
        hurt.forEach((pack, identity) ->
                text.append(pack.hex()).append(' ').append(identity).append('\n'));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
