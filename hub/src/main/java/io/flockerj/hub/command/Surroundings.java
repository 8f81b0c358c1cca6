package io.flockerj.hub.command;

import io.flockerj.store.id.Id;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a command finds around it.
 *
 * @param version of the program
 * @param host the name of this host
 * @param random one that nobody can guess
 * @param in where secrets are typed
 * @param ending waits until the program is asked to end
 */
public record Surroundings(
        String version,
        String host,
        Map<String, String> environment,
        Clock clock,
        RandomGenerator random,
        BufferedReader in,
        PrintStream out,
        PrintStream err,
        Ending ending) {
    /** Waits until the program is asked to end. */
    @FunctionalInterface
    public interface Ending {
        void await() throws InterruptedException;
    }

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    Supplier<Id> ids() {
        return Id.source(random);
    }
}
