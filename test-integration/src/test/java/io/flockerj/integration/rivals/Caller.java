package io.flockerj.integration.rivals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.Lock;

/** One who does this and that with volumes that others work on as well, and notes in the ledger what was asked and answered. */
final class Caller {
    private static final int MOST_STAMPS = 3;

    private final Ledger ledger;
    private final Containers containers;
    private final Line line;
    private final Random random;
    private final Map<String, Lock> writers;
    private final List<String> names;

    /** @param writers by the name of the volume; at most one container at a time writes to a volume */
    Caller(Ledger ledger, Containers containers, Line line, Random random, Map<String, Lock> writers) {
        this.ledger = ledger;
        this.containers = containers;
        this.line = line;
        this.random = random;
        this.writers = writers;
        this.names = writers.keySet().stream().sorted().toList();
    }

    /** Does one thing. */
    void act() {
        String volume = names.get(random.nextInt(names.size()));
        int choice = random.nextInt(100);
        try {
            if (choice < 30) {
                write(volume);
            } else if (choice < 40) {
                create(volume);
            } else if (choice < 58) {
                snapshot(volume);
            } else if (choice < 72) {
                rollBack(volume);
            } else if (choice < 80) {
                cloneOf(/* volume= */ names.get(random.nextInt(names.size())), /* name= */ volume);
            } else if (choice < 86) {
                remove(volume);
            } else if (choice < 92) {
                removeSnapshot(volume);
            } else {
                look(volume);
            }
        } catch (RefusedException somebodyWasFaster) {
            // There is no such volume any more, or there is one already, or it is in use.
        } catch (IOException e) {
            ledger.complain("volume " + volume + ": " + e);
        }
    }

    /** A container that looks, and writes nothing. */
    private void look(String volume) throws IOException {
        Optional<Containers.Container> started = containers.start(line, volume, "look-" + ledger.now());
        if (started.isPresent()) {
            try (Containers.Container container = started.get()) {
                Stamps.in(container.top());
            }
        }
    }

    private void write(String volume) throws IOException {
        Lock turn = writers.get(volume);
        if (turn == null || !turn.tryLock()) {
            return;
        }
        try {
            Optional<Containers.Container> started = containers.start(line, volume, "write-" + ledger.now());
            if (started.isPresent()) {
                try (Containers.Container container = started.get()) {
                    write(volume, container.top());
                }
            }
        } finally {
            turn.unlock();
        }
    }

    /** While a container has the volume nobody else can change what it holds. */
    private void write(String volume, Path top) throws IOException {
        String volumeset = volumesetOf(volume);
        Stamps last = Stamps.in(top);
        for (int n = random.nextInt(MOST_STAMPS); n >= 0; n--) {
            long begin = ledger.now();
            long stamp = ledger.stamp(last, volumeset);
            Stamps.append(top, stamp);
            ledger.of(volume).certain(new Register.Holds(stamp), begin, ledger.now());
            last = last.with(stamp);
            whileInUse(volume);
        }
        Stamps after = Stamps.in(top);
        if (!after.equals(last)) {
            ledger.complain("volume " + volume + " has changed under its container: " + after + ", and not " + last);
        }
        if (!volumesetOf(volume).equals(volumeset)) {
            ledger.complain("volume " + volume + " was replaced under its container");
        }
    }

    private void whileInUse(String volume) throws IOException {
        int choice = random.nextInt(8);
        if (choice < 3) {
            snapshot(volume);
        } else if (choice == 3) {
            Optional<String> target = ledger.anySnapshot(volume, random);
            if (target.isPresent()) {
                requireRefusal(volume, "rolled back", () -> askRollback(volume, target.get(), "in-use"));
            }
        } else if (choice == 4) {
            requireRefusal(
                    volume, "removed", () -> line.control(client -> client.ask("DELETE", "/v1/volumes/" + volume)));
        }
    }

    private interface Forbidden {
        JsonNode ask() throws IOException;
    }

    private void requireRefusal(String volume, String what, Forbidden forbidden) {
        try {
            forbidden.ask();
            ledger.complain("volume " + volume + " was " + what + " while a container had it");
        } catch (IOException refusedOrUnanswered) {
            // As it has to be.
        }
    }

    private String volumesetOf(String volume) throws RefusedException {
        return line.askAgainAndAgain(client -> client.ask("GET", "/v1/volumes/" + volume))
                .required("volumeset")
                .required("id")
                .asText();
    }

    private void create(String volume) throws IOException {
        long begin = ledger.now();
        try {
            containers.create(line, volume);
            ledger.of(volume).unlessThere(new Register.Holds(0), begin, ledger.now(), true);
        } catch (RefusedException e) {
            throw e;
        } catch (IOException unanswered) {
            ledger.of(volume).unlessThere(new Register.Holds(0), begin, ledger.endOf(unanswered), false);
        }
    }

    private void cloneOf(String volume, String name) throws IOException {
        Optional<String> origin = ledger.anySnapshot(volume, random);
        if (origin.isEmpty()) {
            return;
        }
        Register.State like = new Register.Like(origin.get());
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("name", name);
        order.putObject("options").put("from", volume + "@" + origin.get());
        long begin = ledger.now();
        try {
            line.control(client -> client.ask("POST", "/v1/volumes", order));
            ledger.of(name).unlessThere(like, begin, ledger.now(), true);
        } catch (RefusedException e) {
            throw e;
        } catch (IOException unanswered) {
            ledger.of(name).unlessThere(like, begin, ledger.endOf(unanswered), false);
        }
    }

    private void snapshot(String volume) throws IOException {
        Order order = ledger.order(volume, Optional.empty());
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("message", order.token());
        body.putArray("volumes").add(volume);
        try {
            JsonNode taken = line.control(client -> client.ask("POST", "/v1/snapshots", body));
            ledger.acknowledged(
                    order,
                    List.of(taken.required("snapshots")
                            .required(0)
                            .required("id")
                            .asText()));
        } catch (RefusedException e) {
            order.outcome().refused(ledger.now());
        } catch (IOException unanswered) {
            order.outcome().doubtful(ledger.endOf(unanswered));
        }
    }

    private void rollBack(String volume) throws IOException {
        Optional<String> target = ledger.anySnapshot(volume, random);
        if (target.isEmpty()) {
            return;
        }
        Order order = ledger.order(volume, target);
        Register.State like = new Register.Like(target.get());
        try {
            JsonNode done = askRollback(volume, target.get(), order.token());
            ledger.acknowledged(
                    order,
                    List.of(
                            done.required("safety").required("id").asText(),
                            done.required("snapshot").required("id").asText()));
            ledger.of(volume).certain(like, order.begin(), order.outcome().end());
        } catch (RefusedException e) {
            order.outcome().refused(ledger.now());
        } catch (IOException unanswered) {
            order.outcome().doubtful(ledger.endOf(unanswered));
            ledger.of(volume).perhaps(like, order.begin(), order.outcome().end());
        }
    }

    private JsonNode askRollback(String volume, String target, String author) throws IOException {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("ref", volume + "@" + target)
                .put("author", author);
        return line.control(client -> client.ask("POST", "/v1/rollback", body));
    }

    private void remove(String volume) throws IOException {
        long begin = ledger.now();
        try {
            containers.remove(line, volume);
            ledger.of(volume).certain(new Register.Absent(), begin, ledger.now());
        } catch (RefusedException e) {
            throw e;
        } catch (IOException unanswered) {
            ledger.of(volume).perhaps(new Register.Absent(), begin, ledger.endOf(unanswered));
        }
    }

    private void removeSnapshot(String volume) throws IOException {
        Optional<String> snapshot = ledger.anySnapshot(volume, random);
        if (snapshot.isEmpty()) {
            return;
        }
        try {
            line.control(client -> client.ask("DELETE", "/v1/snapshots/" + snapshot.get()));
            ledger.removed(snapshot.get());
        } catch (RefusedException e) {
            throw e;
        } catch (IOException unanswered) {
            ledger.perhapsRemoved(snapshot.get());
        }
    }
}
