package io.flockerj.cli;

import io.flockerj.cli.command.CommandTree;
import io.flockerj.cli.command.Output;
import io.flockerj.cli.command.Session;
import io.flockerj.cli.command.Surroundings;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The program's start: looks around, and runs the command. */
public final class Fli {
    /** What the launcher sees and Java cannot tell: {@code in,out,err} as far as they are terminals, and the width. */
    private static final String TERMINALS = "fli.terminals";

    private static final String WIDTH = "fli.width";
    /** Whether it was called as Docker calls its CLI plugins: {@code docker-fli [OPTION]… fli [ARGUMENT]…}. */
    private static final String PLUGIN = "fli.plugin";

    private static final int DEFAULT_WIDTH = 80;
    private static final int BUFFER = 64 * 1024;

    private Fli() {}

    public static void main(String[] arguments) {
        Output out = new Output(buffered(FileDescriptor.out));
        PrintStream err = new PrintStream(buffered(FileDescriptor.err), false, StandardCharsets.UTF_8);
        List<String> words = Arrays.asList(arguments);
        boolean asPlugin = Boolean.getBoolean(PLUGIN);
        if (asPlugin && words.contains("fli")) {
            // Before it stand the options of docker itself.
            words = words.subList(words.indexOf("fli") + 1, words.size());
        }
        int status = run(around(asPlugin ? "docker fli" : "fli", out, err), words.toArray(String[]::new));
        err.flush();
        if (status != 0) {
            System.exit(status); // which loads the logging first, and so is left out where it can be
        }
    }

    /** Runs one command, and answers with its exit code. */
    static int run(Surroundings around, String... arguments) {
        Session session = new Session(around);
        String[] meant = meant(arguments);
        return session.ended(CommandTree.forArguments(session, meant).execute(meant));
    }

    /** What others spell otherwise: {@code fli help snapshot}, as git and docker have it, and {@code fli --version}. */
    private static String[] meant(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("help")) {
            return Stream.concat(Arrays.stream(arguments).skip(1), Stream.of("--help"))
                    .toArray(String[]::new);
        }
        return arguments.length == 1 && arguments[0].equals("--version") ? new String[] {"version"} : arguments;
    }

    static Surroundings around(String program, Output out, PrintStream err) {
        List<String> terminals = List.of(System.getProperty(TERMINALS, "").split(","));
        String version = Optional.ofNullable(Fli.class.getPackage().getImplementationVersion())
                .orElse("unreleased");
        return new Surroundings(
                program,
                version,
                System.getenv(),
                System.getProperty("user.name", ""),
                Path.of("").toAbsolutePath(),
                Clock.systemUTC(),
                ZoneId.systemDefault(),
                new FileInputStream(FileDescriptor.in),
                out,
                err,
                new Surroundings.Terminal(
                        terminals.contains("in"),
                        terminals.contains("out"),
                        terminals.contains("err"),
                        Integer.getInteger(WIDTH, DEFAULT_WIDTH)),
                Fli::askForSecret);
    }

    /** There is no console if the standard input or output is none. */
    private static Optional<String> askForSecret(String prompt) {
        return Optional.ofNullable(System.console())
                .flatMap(console -> Optional.ofNullable(console.readPassword("%s", prompt)))
                .map(String::valueOf)
                .filter(text -> !text.isEmpty());
    }

    private static OutputStream buffered(FileDescriptor descriptor) {
        return new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER);
    }
}
