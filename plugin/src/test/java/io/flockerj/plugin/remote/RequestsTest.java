package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of a remote, which may be far away. */
class RequestsTest {
    private static final String CONFIG = "/config";
    private static final String COMMITS = "/commits/";
    private static final String PACKS = "/packs/";
    /** With those of the set-up so many that an index object tells of some, and not of {@link #NOT_INDEXED}. */
    private static final int PUSHES = 27;

    private static final int NOT_INDEXED = 13;

    @TempDir
    Path directory;

    private TestingDaemon here;
    private TestingDaemon there;

    @BeforeEach
    void setUp() throws Exception {
        Path nas = Files.createDirectory(directory.resolve("nas"));
        here = TestingDaemon.in(directory.resolve("here"));
        there = TestingDaemon.in(directory.resolve("there"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
        for (int i = 0; i < 3; i++) {
            here.histories.write("db", "file", "state " + i);
            here.histories.snapshot("db");
        }
    }

    @Test
    void aPushOpensTheVolumesetOnce() throws Exception {
        here.push("db");
        here.forgetCalls();

        here.push("db");

        assertThat(here.read(CONFIG)).hasSize(1);
    }

    @Test
    void aFetchReadsEachCommitOnce() throws Exception {
        here.push("db");

        there.fetch("nas/db");

        assertThat(there.read(CONFIG)).hasSize(1);
        assertThat(there.read(COMMITS)).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void aPullOpensTheVolumesetOnce() throws Exception {
        here.push("db");
        there.cloneOf("nas/db", "db");
        assertThat(there.read(CONFIG)).hasSize(1);
        here.histories.write("db", "file", "new");
        here.push("db");
        there.forgetCalls();

        there.pull("db");

        assertThat(there.read(CONFIG)).hasSize(1);
    }

    @Test
    void aFetchWithNothingNewReadsWhereBranchesEnd() throws Exception {
        here.push("db");
        there.fetch("nas/db");
        there.forgetCalls();

        there.fetch("nas/db");

        assertThat(there.read(COMMITS)).hasSize(1);
    }

    @Test
    void whatAHostHasOnceLearnedOfPacksItDoesNotAskAgain() throws Exception {
        for (int i = 0; i < PUSHES; i++) {
            here.histories.write("db", "file", "a state that differs " + i);
            here.push("db");
        }
        there.cloneOf("nas/db", "db");
        assertThat(there.read(PACKS)).hasSizeBetween(NOT_INDEXED, PUSHES);
        here.forgetCalls();
        there.forgetCalls();

        here.histories.write("db", "file", "one more");
        here.push("db");
        there.pull("db");

        // Nodes and data, and one footer there; whether all packs are still there, here by a list.
        assertThat(here.read(PACKS)).hasSizeLessThan(4);
        assertThat(there.read(PACKS)).hasSizeLessThan(4);
    }
}
