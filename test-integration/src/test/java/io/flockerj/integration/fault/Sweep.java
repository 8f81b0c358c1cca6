package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * One daemon after the other on one state directory, each killed before the next step of what it does, or, where it is no soak, before some of
 * them. All the while one volume is mounted and in use.
 */
final class Sweep implements AutoCloseable {
    private static final String HELD = "held";
    private static final String CONTENT = "what was written before";

    private final DaemonProcess.Plan plan;
    private final Strides strides;
    private final Promises promises = new Promises();
    private final Path heldAt;
    private GatedDaemon daemon;

    Sweep(DaemonProcess.Plan plan, Strides strides) throws IOException, InterruptedException {
        this.plan = plan;
        this.strides = strides;
        this.daemon = GatedDaemon.start(plan);
        Volume held = Volume.PLAIN;
        try (VolumeDriverClient client = daemon.process().connect()) {
            client.create(HELD, held.options());
            heldAt = client.mount(HELD, Change.ENGINE);
            Files.writeString(heldAt.resolve("data"), CONTENT);
        }
        promises.certain(HELD, Optional.of(held.file("data", CONTENT)));
    }

    /**
     * Kills a daemon before steps of the change, each time of another volume. The next one has to show what was
     * acknowledged, and to make the change when it is asked again.
     *
     * @return how often
     */
    int killAtStepsOf(Change change) throws IOException, InterruptedException {
        int kills = 0;
        while (killedBefore(strides.step(kills), change)) {
            kills++;
        }
        assertInOrder("after the last step of " + change);
        return kills;
    }

    /**
     * Kills a daemon before steps of its start, which finds things to put in order.
     *
     * @return how often
     */
    int killAtStepsOfTheStart() throws IOException, InterruptedException {
        for (int kills = 0; ; kills++) {
            int step = strides.step(kills);
            HostView.of(daemon.process()).leaveHalfMade(step);
            daemon.close();
            daemon = GatedDaemon.launch(plan, step);
            daemon.awaitSettled();
            if (!daemon.steps().killed()) {
                assertInOrder("after the last step of the start");
                return kills;
            }
            startAgain("killed before step " + step + " of the start, after "
                    + daemon.steps().seen());
        }
    }

    /**
     * Kills a daemon before steps of its orderly end.
     *
     * @return how often
     */
    int killAtStepsOfTheEnd() throws IOException, InterruptedException {
        for (int kills = 0; ; kills++) {
            int step = strides.step(kills);
            daemon.awaitSettled();
            daemon.steps().killBefore(step);
            daemon.process().stop();
            boolean killed = daemon.steps().killed();
            startAgain("killed before step " + step + " of the end, after "
                    + daemon.steps().seen());
            if (!killed) {
                return kills;
            }
        }
    }

    /** Answers whether there is such a step. */
    private boolean killedBefore(int step, Change change) throws IOException, InterruptedException {
        String name = change.name(step);
        try (VolumeDriverClient client = daemon.process().connect()) {
            change.prepare(daemon, client, name);
            promiseEither(change, name);
            daemon.awaitSettled();
            daemon.steps().killBefore(step);
            change.ask(daemon, client, name);
            promiseAfter(change, name);
            change.settle(daemon, name);
        } catch (IOException e) {
            if (!daemon.steps().killed()) {
                throw e;
            }
        }
        daemon.steps().pass();
        if (!daemon.steps().killed()) {
            return false;
        }
        String where = "killed before step " + step + " of " + change + ", after "
                + daemon.steps().seen();
        assertThat(change.mixedUp(startAgain(where), name)).as(where).isEmpty();
        askAgain(change, name, where);
        return true;
    }

    private void promiseEither(Change change, String name) {
        promises.either(name, change.before(), change.after());
        change.besideAfter(name)
                .forEach((beside, after) -> promises.either(
                        beside, change.besideBefore(name).getOrDefault(beside, Optional.empty()), after));
    }

    private void promiseAfter(Change change, String name) {
        promises.certain(name, change.after());
        change.besideAfter(name).forEach(promises::certain);
    }

    private Map<String, Volume> startAgain(String where) throws IOException, InterruptedException {
        daemon.awaitEnd();
        daemon = GatedDaemon.start(plan);
        return assertInOrder(where);
    }

    private void askAgain(Change change, String name, String where) throws IOException {
        try (VolumeDriverClient client = daemon.process().connect()) {
            change.ask(daemon, client, name);
            promiseAfter(change, name);
            change.besideAfterAll(name).forEach(promises::oneOf);
            change.settle(daemon, name);
        } catch (IOException e) {
            throw new AssertionError(
                    where + ": asked again, it fails; the log:\n"
                            + daemon.process().log(),
                    e);
        }
        assertInOrder(where + ", and asked again");
    }

    /** Answers with what is seen. */
    private Map<String, Volume> assertInOrder(String where) throws IOException {
        HostView view = HostView.of(daemon.process());
        view.awaitRestDestroyed();
        String log = daemon.process().log();
        Map<String, Volume> seen = view.volumes();
        assertThat(promises.brokenBy(seen)).as("%s; the log:%n%s", where, log).isEmpty();
        assertThat(view.disorder()).as("%s; the log:%n%s", where, log).isEmpty();
        assertThat(heldAt.resolve("data"))
                .as("the volume in use, %s; the log:%n%s", where, log)
                .hasContent(CONTENT);
        return seen;
    }

    @Override
    public void close() throws IOException {
        daemon.close();
        Place.clear(plan.directory());
    }
}
