package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.OnPrivateEngine;
import io.flockerj.integration.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The past of volumes, as it is taken by the control API and looked at with plain Docker commands, while production runs on. */
@OnPrivateEngine
class HistoryOnDockerTest {
    private static final int SHOWN_DIGITS = 12;

    private final PrivateEngine engine;
    private final FlockerjPlugin plugin;

    HistoryOnDockerTest(PrivateEngine engine, FlockerjPlugin plugin) {
        this.engine = engine;
        this.plugin = plugin;
    }

    @Test
    void stateOfThenIsSeenByTagByTimeAndByNameWhileProductionRunsOn() throws IOException {
        run("db");
        JsonNode then = snapshot("db", "tuesday");
        goOn("db");
        JsonNode later = snapshot("db", "later");

        engine.createVolume("db-then", "from=db@tuesday");
        engine.createVolume("db-at", "from=db@{" + then.required("time").asText() + "}");
        engine.createVolume("db-last", "from=db");

        assertThat(engine.sh("db-then:/data", "cat /data/state")).isEqualTo("then");
        assertThat(engine.sh("db-at:/data", "cat /data/state")).isEqualTo("then");
        assertThat(engine.sh("db-last:/data", "cat /data/state")).isEqualTo("now");
        assertThat(runOn("db@tuesday", "cat /data/state; echo tried > /data/state"))
                .isEqualTo("then");
        assertThat(engine.exec("db", "cat /data/state && echo still > /data/running && cat /data/running"))
                .isEqualTo("now\nstill");

        assertThat(runOn("db@tuesday", "cat /data/state"))
                .as("what was written in the clone named by a ref")
                .isEqualTo("tried");
        assertThat(status("db", "branch")).isEqualTo("main");
        assertThat(status("db", "snapshots")).isEqualTo("2");
        assertThat(status("db", "lastSnapshot")).isEqualTo(shown(later));
        assertThat(status("db-then", "branch")).isEqualTo("db-then");
        assertThat(status("db-then", "snapshots")).isEqualTo("1");
        assertThat(status("db-then", "lastSnapshot")).isEqualTo(shown(then));
        assertThat(status("db-then", "parent")).isEqualTo(shown(then));
        assertThat(status("db@tuesday", "parent")).isEqualTo(shown(then));
        assertThat(status("db@tuesday", "branch")).isEqualTo("none yet");

        engine.docker("volume", "rm", "db@tuesday").ok();
        assertThat(engine.docker("volume", "ls", "-q").lines())
                .contains("db", "db-then")
                .doesNotContain("db@tuesday");
        assertThat(runOn("db@tuesday", "cat /data/state"))
                .as("a clone made anew")
                .isEqualTo("then");
    }

    @Test
    void refOfNoSnapshotMakesNoVolume() throws IOException {
        run("known");
        snapshot("known", "good");

        assertThat(engine.docker("volume", "create", "-d", FlockerjPlugin.NAME, "-o", "from=known@goood", "wrong")
                        .fails())
                .contains("good");

        assertThat(engine.docker("volume", "ls", "-q").lines()).doesNotContain("wrong");
    }

    @Test
    void readOnlyViewIsReadAndRefusesWrites() throws IOException {
        run("viewed");
        snapshot("viewed", "fixed");
        engine.createVolume("view", "from=viewed@fixed", "access=read-only");

        assertThat(engine.sh("view:/data", "cat /data/state; echo new > /data/state 2>&1 || cat /data/state"))
                .startsWith("then")
                .endsWith("then");
        assertThat(engine.docker(
                                "run",
                                "--rm",
                                "--network=none",
                                "-v",
                                "view:/data",
                                BusyboxImage.NAME,
                                "touch",
                                "/data/x")
                        .fails())
                .contains("Read-only file system");
        assertThat(status("view", "access")).isEqualTo("read-only");
    }

    @Test
    void rollbackIsRefusedWhileAContainerHasTheVolumeAndDoneOnceItIsStopped() throws IOException {
        run("broken");
        snapshot("broken", "before-upgrade");
        goOn("broken");
        String container = engine.docker("inspect", "-f", "{{.Id}}", "broken").ok();

        assertThatThrownBy(() -> rollback("broken@before-upgrade"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("in use by")
                .hasMessageContaining(container.substring(0, SHOWN_DIGITS));
        assertThat(engine.exec("broken", "cat /data/state")).isEqualTo("now");
        assertThat(status("broken", "snapshots")).isEqualTo("1");

        engine.docker("stop", "broken").ok();
        JsonNode done = rollback("broken@before-upgrade");
        engine.docker("start", "broken").ok();

        assertThat(engine.exec("broken", "cat /data/state && echo again > /data/again"))
                .isEqualTo("then");
        assertThat(status("broken", "lastSnapshot")).isEqualTo(shown(done.required("snapshot")));
        String safety = shown(done.required("safety"));
        engine.createVolume("broken-before", "from=broken@" + safety);
        assertThat(engine.sh("broken-before:/data", "cat /data/state")).isEqualTo("now");
    }

    @Test
    void subvolumeMadeInAContainerIsTakenTooAndTheSnapshotSaysSo() throws IOException {
        run("nesting");
        assertThat(snapshot("nesting", "plain").required("atomic").asBoolean()).isTrue();
        String mounted = plugin.mounts("nesting").iterator().next();
        engine.sandbox()
                .inside()
                .run("btrfs", "subvolume", "create", mounted + "/nested")
                .ok();
        engine.exec("nesting", "echo deep > /data/nested/file");

        JsonNode taken = snapshot("nesting", "nested");
        engine.exec("nesting", "echo changed > /data/nested/file");
        engine.createVolume("nested-then", "from=nesting@nested");

        assertThat(taken.required("atomic").asBoolean()).isFalse();
        assertThat(engine.sh("nested-then:/data", "cat /data/nested/file && echo own > /data/nested/own"))
                .isEqualTo("deep");
        assertThat(engine.exec("nesting", "cat /data/nested/* && ls /data/nested"))
                .isEqualTo("changed\nfile");
    }

    @Test
    void snapshotLeavesAContainerTheRoomThatItHadUnderItsLimit() throws IOException {
        engine.createVolume("limited", "size=32M");
        engine.hold("limited", "limited:/data");
        String write = "dd if=/dev/urandom of=/data/%s bs=1M count=%d conv=notrunc,fsync 2>&1";
        engine.exec("limited", write.formatted("all", 24));
        for (String tag : new String[] {"one", "two"}) {
            snapshot("limited", tag);
            engine.exec("limited", write.formatted("all", 24));
        }

        assertThat(status("limited", "sizeLimit")).isEqualTo("33554432");
        engine.exec("limited", write.formatted("more", 4));
        assertThat(engine.docker("exec", "limited", "sh", "-c", write.formatted("toomuch", 16))
                        .text())
                .containsAnyOf("Disk quota exceeded", "No space left");
    }

    @Test
    void historyOutlivesTheDaemon() throws IOException {
        run("lasting");
        JsonNode then = snapshot("lasting", "then");
        goOn("lasting");
        engine.createVolume("lasting-then", "from=lasting@then");
        runOn("lasting@then", "echo mine > /data/mine");
        JsonNode removed = snapshot("lasting", "removed");
        ask("DELETE", "/v1/volumes/lasting/tags/removed");
        ask("DELETE", "/v1/snapshots/" + removed.required("id").asText());
        engine.docker("stop", "lasting").ok();
        JsonNode before = ask("GET", "/v1/log?ref=lasting&all=true");
        JsonNode trash = ask("GET", "/v1/trash");

        plugin.disable();
        plugin.enable();

        assertThat(ask("GET", "/v1/log?ref=lasting&all=true")).isEqualTo(before);
        assertThat(ask("GET", "/v1/trash")).isEqualTo(trash);
        assertThat(trash.required("entries").findValuesAsText("id"))
                .contains(removed.required("id").asText());
        engine.docker("start", "lasting").ok();
        assertThat(engine.exec("lasting", "cat /data/state")).isEqualTo("now");
        assertThat(engine.sh("lasting-then:/data", "cat /data/state")).isEqualTo("then");
        assertThat(runOn("lasting@then", "cat /data/mine")).isEqualTo("mine");
        assertThat(status("lasting-then", "parent")).isEqualTo(shown(then));
        engine.docker("stop", "lasting").ok();
        rollback("lasting@then");
        assertThat(engine.sh("lasting:/data", "cat /data/state")).isEqualTo("then");
    }

    /** Production: a container named as its volume, which it has made. */
    private void run(String name) {
        engine.createVolume(name);
        engine.hold(name, name + ":/data");
        engine.exec(name, "echo then > /data/state");
    }

    private void goOn(String name) {
        engine.exec(name, "echo now > /data/state");
    }

    /** Has Docker make the volume, if there is none yet, and runs a script that sees it as {@code /data}. */
    private String runOn(String volume, String script) {
        return engine.docker(
                        "run",
                        "--rm",
                        "--network=none",
                        "--volume-driver=" + FlockerjPlugin.NAME,
                        "-v",
                        volume + ":/data",
                        BusyboxImage.NAME,
                        "sh",
                        "-c",
                        script)
                .ok();
    }

    private String status(String volume, String fact) {
        return engine.inspectVolume(volume, "{{json .Status." + fact + "}}").replace("\"", "");
    }

    private static String shown(JsonNode snapshot) {
        return snapshot.required("id").asText().substring(0, SHOWN_DIGITS);
    }

    private JsonNode snapshot(String volume, String tag) throws IOException {
        try (ControlClient control = control()) {
            return control.snapshot(volume, tag);
        }
    }

    private JsonNode rollback(String ref) throws IOException {
        try (ControlClient control = control()) {
            return control.rollback(ref);
        }
    }

    private JsonNode ask(String method, String path) throws IOException {
        try (ControlClient control = control()) {
            return control.ask(method, path);
        }
    }

    private ControlClient control() throws IOException {
        return new ControlClient(engine.sandbox().seenFromOutside(Path.of("/run/flockerj/control.sock")));
    }
}
