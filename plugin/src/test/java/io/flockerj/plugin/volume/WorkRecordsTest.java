package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.volume.UnfinishedWork.Order;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkRecordsTest {
    private static final Instant ASKED = Instant.parse("2026-11-03T23:32:00Z");
    private static final Order PUSH = new Order("a".repeat(32), "push", "db", "{\"ref\":\"db\"}", 1, ASKED);
    private static final Order PULL = new Order("b".repeat(32), "pull", "db", "{}", 1, ASKED.minusSeconds(1));

    @TempDir
    Path pool;

    @Test
    void whatIsNotDoneIsRememberedByTheNextDaemonTheOldestFirst() throws Exception {
        WorkRecords work = WorkRecords.load(pool, RecordFiles.durable());
        work.put(PUSH);
        work.put(PULL);
        work.put(PUSH.attempted(2));

        WorkRecords next = WorkRecords.load(pool, RecordFiles.durable());
        assertThat(next.all()).containsExactly(PULL, PUSH.attempted(2));
        next.remove(PULL);
        next.remove(PULL);

        assertThat(WorkRecords.load(pool, RecordFiles.durable()).all()).containsExactly(PUSH.attempted(2));
    }

    @Test
    void aPoolWithoutUnfinishedWorkGetsNoDirectoryForIt() throws Exception {
        WorkRecords work = WorkRecords.load(pool, RecordFiles.durable());
        work.remove(PUSH);

        assertThat(work.all()).isEmpty();
        assertThat(pool).isEmptyDirectory();
    }
}
