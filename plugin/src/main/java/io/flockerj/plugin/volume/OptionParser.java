package io.flockerj.plugin.volume;

import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.TreeAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads the options of Create. All that is wrong is told at once, with what the pool takes. The upper-case keys that Podman
 * derives for its own use are passed over.
 */
final class OptionParser {
    private static final Set<String> OF_PODMAN = Set.of("SIZE", "UID", "GID", "INODES", "NOQUOTA");
    private static final ByteSize SMALLEST = ByteSize.ofMebibytes(1);
    private static final String NO_LIMIT = "none";
    private static final int MOST_PROBLEMS = 20;

    private static final Set<Option> OF_EMPTY_VOLUMES =
            EnumSet.of(Option.COMPRESSION, Option.COW, Option.UID, Option.GID, Option.MODE);

    private final Set<TreeAttribute> kept;
    private final String driver;
    private final Map<String, String> given;
    private final List<String> problems = new ArrayList<>();

    private OptionParser(Set<TreeAttribute> kept, String driver, Map<String, String> given) {
        this.kept = kept;
        this.driver = driver;
        this.given = given;
    }

    /** An option: its key, what a pool has to keep for it, and how it is written. */
    private enum Option {
        SIZE("size", TreeAttribute.SIZE, "size=10G"),
        COMPRESSION("compression", TreeAttribute.COMPRESSION, "compression=none|lzo|zstd"),
        COW("cow", TreeAttribute.COPY_ON_WRITE, "cow=true|false"),
        UID("uid", TreeAttribute.OWNER, "uid=1000"),
        GID("gid", TreeAttribute.OWNER, "gid=1000"),
        MODE("mode", TreeAttribute.OWNER, "mode=0750"),
        FROM("from", "from=VOLUME@REF|REMOTE/NAME[@REF]"),
        ACCESS("access", "access=read-write|read-only"),
        REMOTE("remote", "remote=NAME");

        private final String key;
        private final Optional<TreeAttribute> attribute;
        private final String form;

        Option(String key, TreeAttribute attribute, String form) {
            this.key = key;
            this.attribute = Optional.of(attribute);
            this.form = form;
        }

        Option(String key, String form) {
            this.key = key;
            this.attribute = Optional.empty();
            this.form = form;
        }

        boolean isKept(Set<TreeAttribute> kept) {
            return attribute.map(kept::contains).orElse(true);
        }
    }

    /**
     * @param given keys and values as they came
     * @param kept what the pool's driver keeps
     * @param driver the driver's name, for messages
     */
    static VolumeOptions parse(Map<String, String> given, Set<TreeAttribute> kept, String driver)
            throws InvalidOptionException {
        Map<String, String> ours = new TreeMap<>(given);
        ours.keySet().removeAll(OF_PODMAN);
        return ours.isEmpty() ? VolumeOptions.NONE : new OptionParser(kept, driver, ours).parse();
    }

    /** Reads a size limit, {@code none} for no limit. */
    static Optional<ByteSize> parseLimit(String text) throws InvalidOptionException {
        if (text.equals(NO_LIMIT)) {
            return Optional.empty();
        }
        OptionParser parser = new OptionParser(Set.of(TreeAttribute.SIZE), "", Map.of());
        Optional<ByteSize> size = parser.size(text);
        if (size.isEmpty()) {
            throw new InvalidOptionException(parser.told() + "; or write " + NO_LIMIT + " for no limit");
        }
        return size;
    }

    /** Options as a person would write them. */
    static String text(VolumeOptions options) {
        String text = options(options).entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }

    /** Options by key, with values as a person would write them. */
    static Map<String, String> options(VolumeOptions options) {
        ImmutableMap.Builder<String, String> parts = ImmutableMap.builder();
        options.size().ifPresent(size -> parts.put("size", size.toString()));
        options.compression().ifPresent(compression -> parts.put("compression", compression.word()));
        options.copyOnWrite().ifPresent(cow -> parts.put("cow", cow.toString()));
        options.uid().ifPresent(uid -> parts.put("uid", uid.toString()));
        options.gid().ifPresent(gid -> parts.put("gid", gid.toString()));
        options.mode().ifPresent(mode -> parts.put("mode", "0" + Integer.toOctalString(mode)));
        options.from().ifPresent(from -> parts.put("from", from));
        options.readOnly().ifPresent(readOnly -> parts.put("access", readOnly ? "read-only" : "read-write"));
        options.remote().ifPresent(remote -> parts.put("remote", remote));
        return parts.buildOrThrow();
    }

    private VolumeOptions parse() throws InvalidOptionException {
        given.keySet().forEach(this::checkKey);
        VolumeOptions options = new VolumeOptions(
                value(Option.SIZE).flatMap(this::size),
                value(Option.COMPRESSION).flatMap(this::compression),
                value(Option.COW).flatMap(this::cow),
                value(Option.UID).flatMap(text -> number(Option.UID, text)),
                value(Option.GID).flatMap(text -> number(Option.GID, text)),
                value(Option.MODE).flatMap(this::mode),
                value(Option.FROM),
                value(Option.ACCESS).flatMap(this::readOnly),
                value(Option.REMOTE).flatMap(this::remote));
        boolean compressed =
                options.compression().filter(c -> c != Compression.NONE).isPresent();
        if (compressed && options.copyOnWrite().equals(Optional.of(false))) {
            problems.add("files that are overwritten in place (cow=false) cannot be compressed");
        }
        checkOrigin(options);
        if (!problems.isEmpty()) {
            throw new InvalidOptionException(told() + ". This pool (" + driver + ") takes: " + forms());
        }
        return options;
    }

    /** What a snapshot holds has an owner, a mode and properties already. */
    private void checkOrigin(VolumeOptions options) {
        if (options.from().isPresent()) {
            OF_EMPTY_VOLUMES.stream()
                    .filter(option -> given.containsKey(option.key))
                    .forEach(option -> problems.add("option '" + option.key
                            + "' cannot be given with 'from': a volume made" + " from a snapshot has what that has"));
        } else if (options.readOnly().equals(Optional.of(true))) {
            problems.add("access=read-only needs 'from': an empty volume that nobody can write to is of no use");
        }
    }

    private void checkKey(String key) {
        Optional<Option> option =
                Arrays.stream(Option.values()).filter(o -> o.key.equals(key)).findFirst();
        if (option.isEmpty()) {
            problems.add("unknown option " + Quoted.text(key));
        } else if (!option.get().isKept(kept)) {
            problems.add("option '" + key + "' cannot be kept by this pool");
        }
    }

    private Optional<String> value(Option option) {
        return Optional.ofNullable(given.get(option.key)).filter(text -> option.isKept(kept));
    }

    private Optional<ByteSize> size(String text) {
        Optional<ByteSize> size = ByteSize.parse(text);
        if (size.isEmpty()) {
            problems.add("size " + Quoted.text(text) + " is not " + ByteSize.RULE);
        } else if (size.get().compareTo(SMALLEST) < 0) {
            problems.add("size " + size.get() + " is less than the smallest, " + SMALLEST);
            return Optional.empty();
        }
        return size;
    }

    private Optional<Compression> compression(String text) {
        Optional<Compression> compression = Compression.parse(text);
        if (compression.isEmpty()) {
            problems.add("compression " + Quoted.text(text) + " is not none, lzo or zstd");
        }
        return compression;
    }

    private Optional<Boolean> cow(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> {
                problems.add("cow " + Quoted.text(text) + " is not true or false");
                yield Optional.empty();
            }
        };
    }

    private Optional<Boolean> readOnly(String text) {
        return switch (text) {
            case "read-only" -> Optional.of(true);
            case "read-write" -> Optional.of(false);
            default -> {
                problems.add("access " + Quoted.text(text) + " is not read-write or read-only");
                yield Optional.empty();
            }
        };
    }

    private Optional<String> remote(String text) {
        if (Name.parse(text).isPresent()) {
            return Optional.of(text);
        }
        problems.add("remote " + Quoted.text(text) + " cannot be the name of a remote: a name is " + Name.RULE);
        return Optional.empty();
    }

    /** A uid or gid: 2³²−1 means "none" to chown(2), and beyond 2³¹−1 little works. */
    private Optional<Integer> number(Option option, String text) {
        if (text.matches("[0-9]{1,10}") && Long.parseLong(text) <= Integer.MAX_VALUE) {
            return Optional.of(Integer.parseInt(text));
        }
        problems.add(option.key + " " + Quoted.text(text) + " is not a number from 0 to " + Integer.MAX_VALUE);
        return Optional.empty();
    }

    private Optional<Integer> mode(String text) {
        if (text.matches("0?[0-7]{3,4}")) {
            return Optional.of(Integer.parseInt(text, 8));
        }
        problems.add("mode " + Quoted.text(text) + " is not three or four octal digits");
        return Optional.empty();
    }

    private String told() {
        String first = problems.stream().limit(MOST_PROBLEMS).collect(Collectors.joining("; "));
        int more = problems.size() - MOST_PROBLEMS;
        return more > 0 ? first + "; and " + more + " more problems" : first;
    }

    private String forms() {
        return Arrays.stream(Option.values())
                .filter(option -> option.isKept(kept))
                .map(option -> option.form)
                .collect(Collectors.joining(", "));
    }
}
