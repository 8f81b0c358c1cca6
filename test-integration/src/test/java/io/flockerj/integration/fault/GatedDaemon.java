package io.flockerj.integration.fault;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;

/** A daemon whose every step can be its last. */
final class GatedDaemon implements AutoCloseable {
    private final DaemonProcess process;
    private final Steps steps;
    private final CallGate gate;

    private GatedDaemon(DaemonProcess process, Steps steps) throws IOException, InterruptedException {
        this.process = process;
        this.steps = steps;
        this.gate = new CallGate(process.process(), steps);
    }

    /** Starts one that dies before a step of its start; it may not get as far as to listen. */
    static GatedDaemon launch(DaemonProcess.Plan plan, int killBefore) throws IOException, InterruptedException {
        Steps steps = new Steps(plan.log());
        steps.killBefore(killBefore);
        return new GatedDaemon(plan.through(Gated.class).launch(), steps);
    }

    /** Starts one, and waits until it has loaded its volumes. */
    static GatedDaemon start(DaemonProcess.Plan plan) throws IOException, InterruptedException {
        GatedDaemon daemon = launch(plan, Integer.MAX_VALUE);
        try {
            daemon.process.awaitListening();
            try (VolumeDriverClient client = daemon.process.connect()) {
                client.list();
            }
            return daemon;
        } catch (IOException e) {
            AssertionError failure =
                    new AssertionError("the daemon has no volumes; its log:\n" + daemon.process.log(), e);
            daemon.close();
            throw failure;
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            daemon.close();
            throw e;
        }
    }

    DaemonProcess process() {
        return process;
    }

    Steps steps() {
        return steps;
    }

    /** Waits until the start is over and nothing goes on, or the daemon is killed. */
    void awaitSettled() {
        Eventually.await("a settled daemon", () -> steps.killed() || (steps.settled() && isLoaded()));
    }

    private boolean isLoaded() {
        try (VolumeDriverClient client = process.connect()) {
            client.list();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Waits for an end that has come, or is about to. */
    void awaitEnd() throws IOException {
        process.awaitEnd();
        gate.close();
    }

    @Override
    public void close() throws IOException {
        process.close();
        gate.close();
    }
}
