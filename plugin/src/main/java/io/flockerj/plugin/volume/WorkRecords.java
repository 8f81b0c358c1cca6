package io.flockerj.plugin.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RecordShelf;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Unfinished work as records in a directory of the pool, which is made with the first. */
final class WorkRecords implements UnfinishedWork {
    private static final int FORMAT = 1;

    private static final String JOBS = "jobs";

    private final Path pool;
    private final RecordFiles files;
    private final RecordShelf<Order> orders;

    private WorkRecords(Path pool, RecordFiles files, RecordShelf<Order> orders) {
        this.pool = pool;
        this.files = files;
        this.orders = orders;
    }

    /** Reads what is there. */
    static WorkRecords load(Path pool, RecordFiles files) throws IOException {
        Path directory = pool.resolve(JOBS);
        RecordShelf.Form<Order> form =
                new RecordShelf.Form<>(order -> new RandomId(order.id()), WorkRecords::write, WorkRecords::read);
        return new WorkRecords(
                pool,
                files,
                Files.exists(directory)
                        ? RecordShelf.load(directory, files, form)
                        : RecordShelf.empty(directory, files, form));
    }

    /**
     * As JSON: {@code {"format": 1, "id": "<32 hex>", "kind": "push", "subject": "db", "text": "…", "attempts": 1, "askedAt":
     * "2026-11-03T23:32:00Z"}}.
     */
    private static byte[] write(Order order) throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT)
                .put("id", order.id())
                .put("kind", order.kind())
                .put("subject", order.subject())
                .put("text", order.text())
                .put("attempts", order.attempts())
                .put("askedAt", order.askedAt().toString());
        return RecordFields.write(json);
    }

    private static Order read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT);
            return new Order(
                    fields.id("id").hex(),
                    fields.text("kind"),
                    fields.text("subject"),
                    fields.text("text"),
                    Math.toIntExact(fields.number("attempts")),
                    fields.instant("askedAt"));
        });
    }

    @Override
    public List<Order> all() {
        List<Order> all = new ArrayList<>();
        orders.all().forEach(all::add);
        all.sort(Comparator.comparing(Order::askedAt));
        return all;
    }

    @Override
    public synchronized void put(Order order) throws IOException {
        if (!Files.exists(pool.resolve(JOBS))) {
            Files.createDirectory(pool.resolve(JOBS));
            files.sync(pool);
        }
        orders.put(order);
    }

    @Override
    public synchronized void remove(Order order) throws IOException {
        if (orders.find(new RandomId(order.id())).isPresent()) {
            orders.delete(order);
        }
    }
}
