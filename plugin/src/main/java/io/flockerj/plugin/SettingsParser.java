package io.flockerj.plugin;

import io.flockerj.plugin.Settings.LogLevel;
import io.flockerj.plugin.pool.PoolChoice;
import io.flockerj.plugin.pool.QuotaPolicy;
import io.flockerj.plugin.storage.RandomId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads settings from arguments and the environment, an argument before the environment, and tells all that is wrong at once. */
final class SettingsParser {
    private static final Pattern ARGUMENT = Pattern.compile("--([a-z-]+)(?:=(.*))?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Duration LONGEST_KEEP = Duration.ofDays(3650);

    private final Map<SettingKey, String> texts = new EnumMap<>(SettingKey.class);
    private final List<String> problems = new ArrayList<>();

    private SettingsParser() {}

    /** Settings that cannot be understood; one problem a line. */
    static final class BadSettingsException extends Exception {
        BadSettingsException(List<String> problems) {
            super(String.join("\n", problems));
        }
    }

    /** An empty variable counts as one that is not set. */
    static Settings parse(List<String> arguments, Map<String, String> environment) throws BadSettingsException {
        SettingsParser parser = new SettingsParser();
        for (SettingKey key : SettingKey.values()) {
            String variable = environment.getOrDefault(key.variable(), "");
            parser.texts.put(key, variable.isEmpty() ? key.defaultText() : variable);
        }
        parser.checkVariables(environment);
        arguments.forEach(parser::argument);
        return parser.settings();
    }

    /** What the program takes, for {@code --help}. */
    static String help() {
        return Arrays.stream(SettingKey.values())
                .map(key -> String.format(
                        Locale.ROOT,
                        "  --%-12s %s%n%17s(%s; default %s)%n",
                        key.word(),
                        key.purpose(),
                        "",
                        key.variable(),
                        key.defaultText()))
                .collect(Collectors.joining());
    }

    private void checkVariables(Map<String, String> environment) {
        List<String> known =
                Arrays.stream(SettingKey.values()).map(SettingKey::variable).toList();
        environment.keySet().stream()
                .filter(variable -> variable.startsWith("FLOCKERJ_") && !known.contains(variable))
                .forEach(variable ->
                        problems.add(variable + " is no setting; the settings are " + String.join(", ", known)));
    }

    private void argument(String argument) {
        Matcher matcher = ARGUMENT.matcher(argument);
        Optional<SettingKey> key = matcher.matches() ? SettingKey.of(matcher.group(1)) : Optional.empty();
        if (key.isEmpty()) {
            problems.add("'" + argument + "' is no setting; try --help");
        } else {
            texts.put(key.get(), Optional.ofNullable(matcher.group(2)).orElse("true"));
        }
    }

    private Settings settings() throws BadSettingsException {
        Optional<Path> socket = read(SettingKey.SOCKET, SettingsParser::pathBelowRoot);
        Optional<Path> control = read(SettingKey.CONTROL, SettingsParser::pathBelowRoot);
        Optional<Path> hostRoot = read(SettingKey.HOST_ROOT, SettingsParser::path);
        Optional<Path> state = read(SettingKey.STATE, SettingsParser::pathBelowRoot);
        Optional<Path> mounts = read(SettingKey.MOUNTS, SettingsParser::pathBelowRoot);
        Optional<Path> run = read(SettingKey.RUN, SettingsParser::pathBelowRoot);
        Optional<PoolChoice> pool = read(SettingKey.POOL, PoolChoice::parse);
        Optional<QuotaPolicy> quotas = read(SettingKey.QUOTAS, text -> word(QuotaPolicy.class, text));
        Optional<Duration> keep = read(SettingKey.TRASH_KEEP, SettingsParser::duration);
        Optional<Optional<RandomId>> takeOver = read(SettingKey.TAKE_OVER, SettingsParser::ownerOrNone);
        Optional<LogLevel> logLevel = read(SettingKey.LOG_LEVEL, text -> word(LogLevel.class, text));
        if (!problems.isEmpty()) {
            throw new BadSettingsException(problems);
        }
        return new Settings(
                socket.orElseThrow(),
                control.orElseThrow(),
                hostRoot.orElseThrow(),
                state.orElseThrow(),
                mounts.orElseThrow(),
                run.orElseThrow(),
                pool.orElseThrow(),
                quotas.orElseThrow(),
                keep.orElseThrow(),
                takeOver.orElseThrow(),
                logLevel.orElseThrow());
    }

    private <T> Optional<T> read(SettingKey key, Function<String, T> parser) {
        String text = texts.getOrDefault(key, key.defaultText());
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            problems.add("--" + key.word() + " (" + key.variable() + ") '" + text + "': " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Path path(String text) {
        try {
            Path path = Path.of(text).normalize();
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e.getReason(), e);
        }
        throw new IllegalArgumentException("not an absolute path");
    }

    private static Path pathBelowRoot(String text) {
        Path path = path(text);
        if (path.getNameCount() == 0) {
            throw new IllegalArgumentException("not a path below /");
        }
        return path;
    }

    private static Optional<RandomId> ownerOrNone(String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        if (!RandomId.isValid(text)) {
            throw new IllegalArgumentException(
                    "neither 'none' nor the 32 hexadecimal digits that a device's refusal names");
        }
        return Optional.of(new RandomId(text));
    }

    private static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a time such as 90m, 24h or 7d");
        }
        long count = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        if (duration.compareTo(LONGEST_KEEP) > 0) {
            throw new IllegalArgumentException("longer than " + LONGEST_KEEP.toDays() + "d");
        }
        return duration;
    }

    private static <E extends Enum<E>> E word(Class<E> type, String text) {
        E[] constants = type.getEnumConstants();
        return Arrays.stream(constants)
                .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not one of "
                        + Arrays.stream(constants)
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }
}
