package io.flockerj.plugin.shelf;

import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.store.Repository;
import io.flockerj.store.history.PackList;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in a file which packs are counted on, as a commit would name them: whoever starts anew finds out by it that one is gone, of which nothing
 * else tells any more. It is noted before anybody counts on a pack. For one thread at a time.
 */
final class CountedPacks {
    private static final Logger LOG = LoggerFactory.getLogger(CountedPacks.class);

    private static final Pattern LINE = Pattern.compile("(pack|list) ([0-9a-f]{64})");
    private static final String PACK = "pack";
    private static final String LIST = "list";
    private static final String END = "end";

    private final Path file;
    /** What the file says; null as long as that is not known. */
    private @Nullable PackList noted;

    CountedPacks(Path file) {
        this.file = file;
    }

    /** The names of those that were counted on by whoever was here before; empty if that cannot be told. */
    Optional<Set<Hash>> before(Repository repository) {
        try {
            return Optional.of(read(repository));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("file", file)
                    .log("Which packs of snapshots there were cannot be read; all volumes are read anew");
            return Optional.empty();
        }
    }

    private Set<Hash> read(Repository repository) throws IOException {
        List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
        if (lines.isEmpty() || !lines.getLast().equals(END)) {
            throw new BrokenException(file.toString(), "it does not end as it should");
        }
        Set<Hash> names = new HashSet<>();
        List<Hash> lists = new ArrayList<>();
        for (String line : lines.subList(0, lines.size() - 1)) {
            Matcher fields = LINE.matcher(line);
            if (!fields.matches()) {
                throw new BrokenException(file.toString(), "it has a line that names nothing");
            }
            Hash named = Hash.parse(fields.group(2));
            if (fields.group(1).equals(PACK)) {
                names.add(named);
            } else {
                lists.add(named);
            }
        }
        for (Hash list : lists) {
            for (PackInfo pack : repository.packs(new PackList(List.of(), List.of(list)))) {
                names.add(pack.name());
            }
        }
        return names;
    }

    /** These are counted on from now on, and no others. Durable when this returns. */
    void note(PackList packs) throws IOException {
        if (!packs.equals(noted)) {
            DurableFile.replace(file, toBytes(packs));
            noted = packs;
        }
    }

    private static byte[] toBytes(PackList packs) {
        StringBuilder text = new StringBuilder();
        packs.packs().forEach(pack -> line(text, PACK, pack.name()));
        packs.lists().forEach(list -> line(text, LIST, list));
        return text.append(END).append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void line(StringBuilder text, String kind, Hash name) {
        text.append(kind).append(' ').append(name.hex()).append('\n');
    }
}
