package io.flockerj.store.backend;

import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tries again what failed with an {@link UnavailableException}, and nothing else. It belongs around decorators that limit, so that who
 * pauses holds nothing.
 *
 * <p>What is tried again may have happened before. So {@link #create} may answer that there is an object which it has made itself. A
 * {@link #swap} is tried again only after the value was looked at: if it is the new one, it has happened. If it is neither that nor the
 * expected one, nobody can tell whether it was the new one for a moment, and the call fails. What else ends a swap that may have happened,
 * such as that nobody wants it any more, is suppressed by the {@link UnavailableException} that says so.
 */
public final class RetryingBackend extends BackendDecorator {
    private final RetryLimits limits;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final RandomGenerator random;

    /** @param random used by many threads at once */
    public RetryingBackend(
            Backend next, RetryLimits limits, InstantSource clock, Sleeper sleeper, RandomGenerator random) {
        super(next);
        this.limits = limits;
        this.clock = clock;
        this.sleeper = sleeper;
        this.random = random;
    }

    /** Tells of each name once, however often the list had to be begun anew. */
    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        Set<ObjectName> told = new HashSet<>();
        super.list(folder, listed -> {
            if (told.add(listed.name())) {
                each.accept(listed);
            }
        });
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        Swap swap = new Swap(name, expected, value);
        try {
            return around(name, swap);
        } catch (IOException e) {
            throw swap.told(e);
        }
    }

    @Override
    protected <T> T around(ObjectName name, Call<T> call) throws IOException {
        Instant latest = clock.instant().plus(limits.total());
        for (int failed = 1; ; failed++) {
            try {
                return call.run();
            } catch (UnavailableException e) {
                Instant again = clock.instant().plus(limits.pause(failed, random));
                if (failed >= limits.attempts() || again.isAfter(latest)) {
                    throw failed == 1 ? e : givenUp(e, failed);
                }
                waitUntil(again, name, call, e);
            }
        }
    }

    private void waitUntil(Instant again, ObjectName name, Call<?> call, UnavailableException failure)
            throws IOException {
        try {
            sleeper.sleepFor(Duration.between(clock.instant(), again), name);
        } catch (IOException e) {
            // Who gives up has to know that what he wanted may have happened.
            boolean inDoubt = call instanceof Swap swap && swap.lost != null;
            IOException told = inDoubt ? failure : e;
            told.addSuppressed(inDoubt ? e : failure);
            throw told;
        }
    }

    private static UnavailableException givenUp(UnavailableException last, int attempts) {
        return new UnavailableException(last.getMessage() + " (given up after " + attempts + " attempts)", true, last);
    }

    /** A swap that knows whether it may have happened. */
    private final class Swap implements Call<Optional<Version>> {
        private final ObjectName name;
        private final Optional<Version> expected;
        private final byte[] value;
        /** Since when it may have happened: the last answer that did not come. */
        private @Nullable UnavailableException lost;

        private boolean isUndecided;

        Swap(ObjectName name, Optional<Version> expected, byte[] value) {
            this.name = name;
            this.expected = expected;
            this.value = value;
        }

        @Override
        public Optional<Version> run() throws IOException {
            if (lost != null) {
                Optional<Value> now = next().value(name);
                if (!now.map(Value::version).equals(expected)) {
                    return happened(now);
                }
            }
            try {
                Optional<Version> made = next().swap(name, expected, value);
                return made.isEmpty() && lost != null ? happened(next().value(name)) : made;
            } catch (UnavailableException e) {
                if (e.isInDoubt()) {
                    lost = e;
                }
                throw e;
            }
        }

        private Optional<Version> happened(Optional<Value> now) throws IOException {
            isUndecided =
                    now.filter(read -> read.bytes().equals(Bytes.of(value))).isEmpty();
            if (isUndecided) {
                throw new IOException("cannot tell whether " + name + " in " + next()
                        + " was replaced: the answer was lost, and others have replaced it since; look at it again");
            }
            return now.map(Value::version);
        }

        /** What it is to fail with, when something has ended it: whether it may have happened, before all. */
        IOException told(IOException failure) {
            boolean isSaid = isUndecided || (failure instanceof UnavailableException e && e.isInDoubt());
            if (lost == null || isSaid) {
                return failure;
            }
            lost.addSuppressed(failure);
            return lost;
        }
    }
}
