package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.RawPath;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.DirectoryCursor;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first names of all files of a tree that have several. A difference does not show them where they are the same; then the whole tree has to be
 * read to find them, though nothing but its directories. That is done once, when it is needed first.
 */
final class FirstNames implements LinkGroups.Others {
    private final DirectoryReader reader;
    private final Entry root;
    private @Nullable LinkGroups found;

    FirstNames(DirectoryReader reader, Entry root) {
        this.reader = reader;
        this.root = root;
    }

    @SuppressWarnings("ArrayRecordComponent") // A path is bytes; nobody compares these.
    private record Level(byte[] path, DirectoryCursor cursor) {}

    @Override
    public Optional<LinkGroups.Group> find(Id group) throws IOException {
        LinkGroups known = found;
        if (known == null) {
            known = read();
            found = known;
        }
        return known.find(group);
    }

    private LinkGroups read() throws IOException {
        LinkGroups groups = new LinkGroups(LinkGroups.Others.NONE);
        List<Level> levels = new ArrayList<>();
        levels.add(level(new byte[0], root));
        while (!levels.isEmpty()) {
            Level level = levels.getLast();
            Optional<Entry> next = level.cursor().next();
            if (next.isEmpty()) {
                levels.removeLast();
                continue;
            }
            Entry entry = next.get();
            byte[] path = RawPath.joined(level.path(), entry.name().bytes().toArray());
            if (entry.item() instanceof Item.Directory) {
                levels.add(level(path, entry));
                HeldNodes.bound(levels, Level::cursor);
            } else if (entry.metadata().links().isPresent()) {
                Id group = entry.metadata().links().get();
                if (groups.find(group).isEmpty() && groups.isFirst(group, path)) {
                    groups.add(group, path, entry);
                }
            }
        }
        return groups;
    }

    private Level level(byte[] path, Entry directory) {
        return new Level(path, reader.open(((Item.Directory) directory.item()).root()));
    }
}
