package io.flockerj.integration.rivals;

import io.flockerj.integration.ControlClient;
import io.flockerj.integration.RefusedException;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One caller's connections to a daemon that ends and starts again, to be made anew each time. */
final class Line implements AutoCloseable {
    private static final int FAILED = 500;

    /** Too busy, or the pool is not open yet. */
    private static final int UNAVAILABLE = 503;

    private final Ledger ledger;
    private final Supplier<Path> driverSocket;
    private final Path controlSocket;
    private long connectedAt;
    private @Nullable VolumeDriverClient driver;
    private @Nullable ControlClient control;

    Line(Ledger ledger, Supplier<Path> driverSocket, Path controlSocket) {
        this.ledger = ledger;
        this.driverSocket = driverSocket;
        this.controlSocket = controlSocket;
    }

    interface Question<C, A> {
        A ask(C client) throws IOException;
    }

    /** Asks once. */
    <A> A driver(Question<VolumeDriverClient, A> question) throws IOException {
        try {
            return question.ask(connectedDriver());
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            close();
            throw new UnansweredException(e, connectedAt);
        }
    }

    /** Asks the control API once, likewise. */
    <A> A control(Question<ControlClient, A> question) throws IOException {
        try {
            return question.ask(connectedControl());
        } catch (RefusedException e) {
            if (e.status() >= FAILED && e.status() != UNAVAILABLE) {
                ledger.complain(e.toString());
            }
            throw e;
        } catch (IOException e) {
            close();
            throw new UnansweredException(e, connectedAt);
        }
    }

    /** Asks the control API something that changes nothing, until it is answered. */
    <A> A askAgainAndAgain(Question<ControlClient, A> question) throws RefusedException {
        RefusedException[] refused = new RefusedException[1];
        Optional<A> answer = Eventually.get("an answer", () -> {
            try {
                return Optional.of(Optional.of(control(question)));
            } catch (RefusedException e) {
                if (e.status() == UNAVAILABLE) {
                    return Optional.empty();
                }
                refused[0] = e;
                return Optional.of(Optional.empty());
            } catch (IOException notYet) {
                return Optional.empty();
            }
        });
        if (answer.isEmpty()) {
            throw refused[0];
        }
        return answer.get();
    }

    private VolumeDriverClient connectedDriver() {
        VolumeDriverClient present = driver;
        if (present == null) {
            noteConnecting();
            present = connected(() -> new VolumeDriverClient(driverSocket.get()));
            driver = present;
        }
        return present;
    }

    private ControlClient connectedControl() {
        ControlClient present = control;
        if (present == null) {
            noteConnecting();
            present = connected(() -> new ControlClient(controlSocket));
            control = present;
        }
        return present;
    }

    /** Of two connections the older one counts, for the other is made to the same daemon or to a later one. */
    private void noteConnecting() {
        if (driver == null && control == null) {
            connectedAt = ledger.now();
        }
    }

    private interface Connecting<C> {
        C connect() throws IOException;
    }

    private static <C> C connected(Connecting<C> connecting) {
        return Eventually.get("a daemon that listens", () -> {
            try {
                return Optional.of(connecting.connect());
            } catch (IOException notYet) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void close() throws IOException {
        if (driver != null) {
            driver.close();
            driver = null;
        }
        if (control != null) {
            control.close();
            control = null;
        }
    }
}
