package io.flockerj.store.simulation;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Each call takes some time, in which others go on; one whose answer is lost takes long. Tells of each. */
final class SlowBackend implements Backend {
    private static final int LONGEST_MILLIS = 300;
    private static final int LONGEST_WAIT_MILLIS = 60_000;

    private final Backend next;
    private final Turns turns;
    private final Random random;
    private final Consumer<String> log;

    SlowBackend(Backend next, Turns turns, Random random, Consumer<String> log) {
        this.next = next;
        this.turns = turns;
        this.random = random;
        this.log = log;
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T slowly(String what, ObjectName name, Call<T> call) throws IOException {
        turns.sleep(Duration.ofMillis(random.nextInt(LONGEST_MILLIS)));
        try {
            T answer = call.run();
            log.accept(what + " " + name);
            return answer;
        } catch (UnavailableException e) {
            log.accept(what + " " + name + ": " + e.getMessage());
            if (e.isInDoubt()) {
                turns.sleep(Duration.ofMillis(random.nextInt(LONGEST_WAIT_MILLIS)));
            }
            throw e;
        } catch (IOException | Error e) {
            log.accept(what + " " + name + ": " + e);
            throw e;
        }
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        return slowly("read", name, () -> next.read(name, from, length));
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        return slowly("create", name, () -> next.create(name, content));
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        slowly("list", folder, () -> {
            next.list(folder, each);
            return true;
        });
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        slowly("delete", name, () -> {
            next.delete(name);
            return true;
        });
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return slowly("value", name, () -> next.value(name));
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        return slowly("swap", name, () -> next.swap(name, expected, value));
    }

    @Override
    public String toString() {
        return next.toString();
    }
}
