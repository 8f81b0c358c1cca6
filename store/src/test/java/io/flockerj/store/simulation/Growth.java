package io.flockerj.store.simulation;

import io.flockerj.store.wire.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lets trees change as those of volumes do: files come, go, grow, and change in some places. All hosts draw from the same contents. */
final class Growth {
    private static final int CONTENTS = 40;
    private static final int[] SIZES = {0, 10, 64, 65, 300, 2_000, 5_000, 20_000};
    private static final int LARGE = 90_000;
    private static final int MANY = 400;

    private final Random random;

    Growth(Random random) {
        this.random = random;
    }

    /** A small tree; one in twenty has a directory of several nodes. */
    Node.Directory first() {
        Node.Directory root = new Node.Directory(new TreeMap<>(), 0755);
        if (random.nextInt(20) == 0) {
            SortedMap<String, Node> many = new TreeMap<>();
            for (int i = 0; i < MANY; i++) {
                many.put("entry " + i, new Node.Link(Bytes.utf8("to the target number " + i)));
            }
            root = with(root, "many", new Node.Directory(many, 0700));
        }
        return changed(changed(changed(root)));
    }

    /** The tree after some changes; perhaps after none. */
    Node.Directory changed(Node.Directory root) {
        Node.Directory result = root;
        for (int left = random.nextInt(4); left > 0; left--) {
            result = changedOnce(result, 0);
        }
        return result;
    }

    private Node.Directory changedOnce(Node.Directory directory, int depth) {
        List<String> names = new ArrayList<>(directory.entries().keySet());
        String name = names.isEmpty() || random.nextInt(3) == 0
                ? "" + (char) ('a' + random.nextInt(8))
                : names.get(random.nextInt(names.size()));
        Node there = directory.entries().get(name);
        return switch (random.nextInt(10)) {
            case 0 -> without(directory, name);
            case 1 -> new Node.Directory(directory.entries(), random.nextInt(01000));
            case 2 -> with(directory, name, new Node.Link(Bytes.utf8("target " + random.nextInt(3))));
            case 3, 4, 5 -> with(directory, name, new Node.File(content(random.nextInt(CONTENTS)), 0644));
            default ->
                switch (there) {
                    case Node.File file -> with(directory, name, new Node.File(patched(file.content()), file.mode()));
                    case Node.Directory below when depth < 3 -> with(directory, name, changedOnce(below, depth + 1));
                    case null -> with(directory, name, new Node.Directory(new TreeMap<>(), 0700));
                    default -> with(directory, name, new Node.File(content(random.nextInt(CONTENTS)), 0600));
                };
        };
    }

    private static Node.Directory with(Node.Directory directory, String name, Node node) {
        SortedMap<String, Node> entries = new TreeMap<>(directory.entries());
        entries.put(name, node);
        return new Node.Directory(entries, directory.mode());
    }

    private static Node.Directory without(Node.Directory directory, String name) {
        SortedMap<String, Node> entries = new TreeMap<>(directory.entries());
        entries.remove(name);
        return new Node.Directory(entries, directory.mode());
    }

    /** One of a few contents, the same for everybody. */
    private static Bytes content(int number) {
        int size = number == CONTENTS - 1 ? LARGE : SIZES[number % SIZES.length];
        byte[] content = new byte[size];
        new Random(number).nextBytes(content);
        if (number % 3 == 0) {
            Arrays.fill(content, size / 3, size / 2, (byte) 0);
        }
        return Bytes.of(content);
    }

    private Bytes patched(Bytes content) {
        int length = content.length();
        byte[] patched = switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(content.toArray(), length / 2);
            case 1 -> Arrays.copyOf(content.toArray(), Math.min(LARGE, length + random.nextInt(2_000)));
            default -> content.toArray();
        };
        if (patched.length > 0) {
            int from = random.nextInt(patched.length);
            int to = Math.min(patched.length, from + 1 + random.nextInt(200));
            Arrays.fill(patched, from, to, (byte) random.nextInt(3));
        }
        return Bytes.of(patched);
    }
}
