package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.integration.fault.OwnMounts;
import io.flockerj.integration.s3.S3Lab;
import io.flockerj.integration.s3.SharedS3Lab;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Histories that leave one host by a bucket and come back on another. */
@Tag("root")
@ExtendWith({SharedS3Lab.class, OwnMounts.class})
class BucketRemotesTest {
    @TempDir
    private static Path directory;

    private static Host here;
    private static Host there;

    private final S3Lab lab;
    private final String bucket;

    BucketRemotesTest(S3Lab lab) {
        this.lab = lab;
        this.bucket = lab.newBucket();
    }

    /** One finds credentials in files that its remotes name, the other in its environment. */
    @BeforeAll
    static void start() throws IOException, InterruptedException {
        here = Host.of(plan("here").before("env", "-u", "AWS_ACCESS_KEY_ID", "AWS_EC2_METADATA_DISABLED=true"));
        there = Host.of(
                plan("there").before("env", "AWS_ACCESS_KEY_ID=" + S3Lab.KEY, "AWS_SECRET_ACCESS_KEY=" + S3Lab.SECRET));
    }

    private static DaemonProcess.Plan plan(String host) throws IOException {
        return DaemonProcess.Plan.in(Files.createDirectory(directory.resolve(host)))
                .with("pool", "file");
    }

    @AfterAll
    static void end() throws IOException {
        here.close();
        there.close();
    }

    private static ObjectNode order(String ref, String remote) {
        return JsonNodeFactory.instance.objectNode().put("ref", ref).put("remote", remote);
    }

    private String url() {
        return "s3://" + bucket + "/of/the/team";
    }

    @Test
    void everyKindOfInodeGoesThroughABucketToAnotherHostAndChangesComeBack() throws IOException {
        here.add("team", url(), lab.options());
        there.add(
                "team",
                url(),
                Map.of(
                        "endpoint", lab.tlsEndpoint("localhost").toString(),
                        "ca-file", lab.caFile().toString()));
        Path top = here.volume("zoo");
        Zoo.fill(top);
        List<String> original = Manifest.of(top);

        here.push(order("zoo", "team"));
        there.cloneOf("team/zoo", "zoo");

        Path copy = there.client().mount("zoo", Host.ENGINE);
        assertThat(Manifest.differences(original, Manifest.of(copy))).isEmpty();
        Commands.here()
                .run("sh", "-euc", "cd \"$1\"; echo more > more; rm third; chmod 4711 setuid", "sh", "" + copy)
                .ok();
        List<String> changed = Manifest.of(copy);
        JsonNode pushed = there.push(order("zoo", "team"));
        assertThat(pushed.required("bytesSent").asLong()).isPositive().isLessThan(60_000);
        here.pull("zoo");
        String snapshot = pushed.required("snapshots").required(0).asText();
        assertThat(Manifest.differences(changed, here.view("zoo@" + snapshot, "view")))
                .isEmpty();
        assertThat(here.check("team/zoo", 100).required("hurt")).isEmpty();
        assertThat(lab.keys(bucket))
                .allMatch(key -> key.startsWith("of/the/team/"))
                .noneMatch(key -> key.contains("probes"));
        Zoo.empty(copy);
    }

    @Test
    void everyKindOfInodeGoesBetweenPoolsOfBothKindsThroughABucket() throws Exception {
        Path pool = directory.resolve("plain-pool");
        here.add("both", url(), lab.options());
        try (Host plain = Host.of(plan("plain").with("pool", "plain:" + pool))) {
            plain.add("both", url(), lab.options());
            Path top = plain.volume("mixed");
            Zoo.fillWithoutSubvolume(top);
            List<String> original = Manifest.of(top);
            plain.push(order("mixed", "both"));

            here.cloneOf("both/mixed", "mixed");
            Path copy = here.client().mount("mixed", Host.ENGINE);
            assertThat(Manifest.differences(original, Manifest.of(copy))).isEmpty();

            Commands.here()
                    .run("sh", "-euc", "cd \"$1\"; echo more > more; rm third; chmod 4711 setuid", "sh", "" + copy)
                    .ok();
            List<String> changed = Manifest.of(copy);
            String snapshot = here.push(order("mixed", "both"))
                    .required("snapshots")
                    .required(0)
                    .asText();
            plain.pull("mixed");
            assertThat(Manifest.differences(changed, plain.view("mixed@" + snapshot, "view")))
                    .isEmpty();
            Zoo.empty(copy);
        } finally {
            Commands.here().run("chattr", "-R", "-f", "-i", "-a", pool.toString());
        }
    }

    @Test
    void aBucketThatCannotBeUsedIsRefusedWithTheWayOutAndNothingIsLeft() throws IOException {
        String full = lab.newBucket();
        lab.setVersioning(full, "Enabled");

        refused(url(), lab.optionsOfStranger(), "it is not allowed", "s3:PutObject");
        refused(url(), credentials("liar", S3Lab.KEY, "a-lie"), "does not take the credentials");
        refused(url(), credentials("nobody", "NOSUCHKEY", "a-lie"), "does not take the credentials");
        refused("s3://nosuchbucket", lab.options(), "there is no bucket nosuchbucket: make it first");
        refused("s3://" + full, lab.options(), "keeps versions of objects", "Take a bucket without versioning");
        refused(
                url(),
                with(lab.options(), "endpoint", lab.tlsEndpoint("localhost").toString()),
                "not trusted: give the option ca-file");
        refused(url(), Map.of("endpoint", lab.endpoint().toString()), "finds no credentials", "credentials-file");
        refused(url(), with(lab.options(), "credentials-file", "/no/such/file"), "/no/such/file");
        refused(url(), with(lab.options(), "endpoint", "http://127.0.0.1:1"), "nothing answers");
        refused(url(), with(lab.options(), "endpoint", "http://no-such-host.invalid"), "no address is found");
        refused(url(), with(lab.options(), "colour", "blue"), "no option 'colour'", "credentials-file");
        refused("s3://me:a-lie@" + bucket, lab.options(), "credentials have no place in a URL");

        assertThat(lab.keys(bucket)).isEmpty();
        assertThat(lab.keys(full)).isEmpty();
        assertThat(here.control().ask("GET", "/v1/remotes").findValuesAsText("name"))
                .doesNotContain("bad");
        assertThat(here.daemon().log()).doesNotContain("a-lie");
    }

    private void refused(String url, Map<String, String> options, String... because) {
        assertThatThrownBy(() -> here.add("bad", url, options))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(because)
                .hasMessageNotContaining("a-lie");
    }

    private Map<String, String> credentials(String name, String key, String secret) {
        return with(
                lab.options(),
                "credentials-file",
                lab.credentials(name, key, secret).toString());
    }

    private static Map<String, String> with(Map<String, String> options, String option, String value) {
        Map<String, String> others = new HashMap<>(options);
        others.put(option, value);
        return others;
    }

    /** After the first of its packs. */
    @Test
    void aPushThatFillsABucketIsRefusedAndGoesOnWhenThereIsMoreRoom() throws IOException {
        here.add("brim", url(), lab.options());
        there.add("brim", url(), lab.options());
        Path top = here.volume("brim");
        Commands.here()
                .run("sh", "-euc", "echo before > \"$1\"/file", "sh", "" + top)
                .ok();
        here.push(order("brim", "brim"));
        List<String> keys = lab.keys(bucket);
        lab.setQuota(bucket, keys.size() + 2);
        Commands.here()
                .run("sh", "-euc", "head -c 70M /dev/urandom > \"$1\"/file", "sh", "" + top)
                .ok();

        assertThatThrownBy(() -> here.push(order("brim", "brim")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("507", "the store is full, or a quota is: make room or raise it");
        refused(url(), lab.options(), "507", "the store is full, or a quota is: make room or raise it");

        assertThat(lab.keys(bucket)).containsAll(keys).hasSizeLessThanOrEqualTo(keys.size() + 2);
        assertThat(here.check("brim/brim", 100).required("hurt")).isEmpty();
        there.cloneOf("brim/brim", "before");
        assertThat(there.client().mount("before", Host.ENGINE).resolve("file")).hasContent("before\n");

        lab.setQuota(bucket, keys.size() + 100);
        here.push(order("brim", "brim"));
        assertThat(here.check("brim/brim", 100).required("hurt")).isEmpty();
        there.cloneOf("brim/brim", "after");
        assertThat(there.client().mount("after", Host.ENGINE).resolve("file"))
                .hasSameBinaryContentAs(top.resolve("file"));
    }

    @Test
    void whoMayOnlyReadPullsAndIsToldThatHeMayNotPush() throws IOException {
        here.add("books", url(), lab.options());
        Path top = here.volume("book");
        Commands.here()
                .run("sh", "-euc", "echo page > \"$1\"/one", "sh", "" + top)
                .ok();
        here.push(order("book", "books"));
        List<String> keys = lab.keys(bucket);

        there.add("library", url(), lab.optionsOfReader(bucket));
        there.cloneOf("library/book", "book");
        Path copy = there.client().mount("book", Host.ENGINE);
        assertThat(Manifest.differences(Manifest.of(top), Manifest.of(copy))).isEmpty();
        Files.writeString(copy.resolve("two"), "scribble");

        assertThatThrownBy(() -> there.push(order("book", "library")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll("it is not allowed", "s3:PutObject");
        assertThat(lab.keys(bucket)).isEqualTo(keys);
    }
}
