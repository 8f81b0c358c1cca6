package io.flockerj.hub.people;

import io.flockerj.hub.access.Authentication.Reason;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.Actor;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.limit.Network;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts tokens on record that were shown and not taken: {@link #EACH} of an address in a {@link #WINDOW}; of the others how many there were,
 * when the next is recorded. So whoever tries tokens is seen, and cannot fill the record. Memory is bounded: of more than {@link #MOST}
 * addresses those are forgotten that came first.
 */
public final class Refusals {
    static final Duration WINDOW = Duration.ofMinutes(1);
    static final int EACH = 5;
    static final int MOST = 10_000;
    /** Of all addresses together, in a window: somebody may have many. */
    static final int ALL = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final Recorder recorder;
    private final InstantSource clock;
    private final Map<String, Window> windows = new LinkedHashMap<>();
    private Window all = new Window(Instant.MIN, 0, 0);

    public Refusals(Recorder recorder, InstantSource clock) {
        this.recorder = recorder;
        this.clock = clock;
    }

    private record Window(Instant begun, int recorded, long passedOver) {
        Window at(Instant now) {
            return now.isBefore(begun) || !now.isBefore(end()) ? new Window(now, 0, passedOver) : this;
        }

        private Instant end() {
            return begun.equals(Instant.MIN) ? begun : begun.plus(WINDOW);
        }

        Window recordedOne() {
            return new Window(begun, recorded + 1, 0);
        }

        Window passedOverOne() {
            return new Window(begun, recorded, passedOver + 1);
        }
    }

    /** That it cannot be recorded changes nothing: the token is not taken anyway. */
    void refused(Optional<Tokens.Found> found, Reason reason, String address, String request) {
        long passedOver = passedOver(Network.ofCaller(address));
        if (passedOver < 0) {
            return;
        }
        Actor actor = new Actor(
                found.map(known -> known.token().account()),
                found.map(Tokens.Found::accountName),
                found.map(known -> known.token().id()),
                Optional.of(address),
                Optional.of(request));
        Act act = Act.of(ActKind.DENIAL, Outcome.REFUSED, actor)
                .about("token")
                .with("why", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        try {
            recorder.record(passedOver == 0 ? act : act.with("notRecorded", Long.toString(passedOver)));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("could not put on record that a token was not taken");
        }
    }

    /** How many of the same network were passed over before this one; negative if this one is too. */
    private synchronized long passedOver(String network) {
        Instant now = clock.instant();
        all = all.at(now);
        Window before =
                windows.getOrDefault(network, new Window(Instant.MIN, 0, 0)).at(now);
        boolean isRecorded = before.recorded() < EACH && all.recorded() < ALL;
        windows.put(network, isRecorded ? before.recordedOne() : before.passedOverOne());
        if (windows.size() > MOST) {
            windows.remove(windows.keySet().iterator().next());
        }
        if (isRecorded) {
            all = all.recordedOne();
        }
        return isRecorded ? before.passedOver() : -1;
    }
}
