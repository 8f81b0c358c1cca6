package io.flockerj.integration;

import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.PluginPackage;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A host with an engine, the plugin in it, and people who use {@code fli} there as root, each with a home of their own. */
record DockerHost(PrivateEngine engine, FlockerjPlugin plugin) implements AutoCloseable {
    private static final String FLI =
            PluginPackage.sourceTree().resolve("cli/target/fli/bin/fli").toString();

    /** Starts one; {@code purpose} names its directory. */
    static DockerHost open(String purpose) {
        PrivateEngine engine = PrivateEngine.open(purpose);
        try {
            return new DockerHost(engine, FlockerjPlugin.install(engine));
        } catch (RuntimeException | AssertionError e) {
            System.out.println(engine.logFrom(0));
            engine.close();
            throw e;
        }
    }

    /** Starts one that reaches a hub, and knows its authority. */
    static DockerHost open(String purpose, HubHost hub) throws IOException {
        PrivateEngine engine = PrivateEngine.open(purpose);
        try {
            hub.connect(engine.sandbox());
            Files.copy(hub.caFile(), caFile(engine));
            return new DockerHost(engine, FlockerjPlugin.install(engine));
        } catch (IOException | RuntimeException | AssertionError e) {
            System.out.println(engine.logFrom(0));
            engine.close();
            throw e;
        }
    }

    private static Path caFile(PrivateEngine engine) {
        return engine.directory().resolve("team-ca.crt");
    }

    String caFile() {
        return caFile(engine).toString();
    }

    /** Somebody at this host. */
    Person as(String name) {
        return new Person(name, engine.clients().with(Map.of("HOME", homeOf(name), "TZ", "Europe/Berlin")), caFile());
    }

    private String homeOf(String name) {
        try {
            return Files.createDirectories(engine.directory().resolve("people").resolve(name))
                    .toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What a volume holds, without what depends on where it lies. */
    List<String> content(String volume) throws IOException {
        List<String> facts = new ArrayList<>();
        fill(volume, top -> facts.addAll(Manifest.of(top)));
        facts.removeIf(fact -> fact.matches("(?s)\\d+ blocks .*"));
        return facts;
    }

    /** What is done with the directory of a volume. */
    interface Work {
        void in(Path top) throws IOException;
    }

    /** Works in a volume while a container has it. */
    void fill(String volume, Work work) throws IOException {
        String holder = "holder-of-" + volume;
        engine.hold(holder, volume + ":/data");
        try {
            String mount = plugin.mounts(volume).iterator().next();
            work.in(engine.sandbox().seenFromOutside(Path.of(mount)));
        } finally {
            engine.docker("rm", "--force", holder).ok();
        }
    }

    /** Somebody who uses {@code fli}. */
    record Person(String name, Commands commands, String caFile) {
        Outcome fli(String... arguments) {
            return commands.run(command(arguments));
        }

        /** Runs it with a line on its standard input. */
        Outcome feed(String line, String... arguments) {
            return commands.feed(line + "\n", command(arguments));
        }

        private static String[] command(String... arguments) {
            return Stream.concat(Stream.of(FLI), Stream.of(arguments)).toArray(String[]::new);
        }

        Person signedIn() {
            feed(HubHost.PASSWORD, "login", HubHost.URL, "--user", name, "--password-stdin", "--ca-file", caFile)
                    .ok();
            return this;
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
