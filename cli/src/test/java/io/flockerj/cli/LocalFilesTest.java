package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.cli.testing.FakeServer;
import io.flockerj.cli.testing.FakeServer.Asked;
import io.flockerj.cli.testing.FakeServer.Said;
import io.flockerj.cli.testing.Person;
import io.flockerj.cli.testing.Transcript;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cp, export and import do to and with local files. */
class LocalFilesTest {
    @TempDir
    private Path directory;

    private FakeServer daemon;
    private Person person;

    @BeforeEach
    void start() throws IOException {
        daemon = FakeServer.start(directory.resolve("s"), LocalFilesTest::answer);
        person = Person.in(directory, Map.of("FLOCKERJ_SOCKET", daemon.socket().toString()));
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void aDirectoryIsCopiedWithContentModesTimesAndLinks() throws IOException {
        assertThat(fli("cp", "db@good:/etc", "copy")).isZero();

        Path copy = directory.resolve("copy");
        assertThat(copy.resolve("app.conf")).hasContent("colour = blue\nsize=1\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("app.conf"))))
                .isEqualTo("rw-r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("conf.d"))))
                .isEqualTo("rwxr-x---");
        assertThat(copy.resolve("conf.d/a")).exists();
        assertThat(Files.readSymbolicLink(copy.resolve("link"))).hasToString("app.conf");
        assertThat(Files.getLastModifiedTime(copy.resolve("app.conf")).toInstant())
                .isEqualTo(Instant.parse("2026-11-03T22:32:00Z"));
    }

    @Test
    void aLinkIsWrittenThroughAndWhatIsNoFileIsNotReplaced() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("real.tar"), "old");
        Files.setPosixFilePermissions(directory.resolve("real.tar"), PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(directory.resolve("link.tar"), Path.of("real.tar"));
        Files.createSymbolicLink(directory.resolve("new.tar"), Path.of("made.tar"));
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        daemon.answer(asked -> Said.chunked("archive".getBytes(StandardCharsets.UTF_8)));
        Process reader = new ProcessBuilder("cat", pipe.toString()).start();

        assertThat(fli("export", "db", "-o", "link.tar")).isZero();
        assertThat(fli("export", "db", "-o", "new.tar")).isZero();
        assertThat(fli("export", "db", "-o", "pipe")).isZero();

        assertThat(directory.resolve("link.tar")).isSymbolicLink();
        assertThat(directory.resolve("real.tar")).hasContent("archive");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("real.tar"))))
                .isEqualTo("rw-------");
        assertThat(directory.resolve("made.tar")).hasContent("archive");
        assertThat(reader.getInputStream().readAllBytes()).asString().isEqualTo("archive");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void aCopyThatIsCutOffLeavesWhatWasThere() throws IOException {
        Files.writeString(directory.resolve("app.conf"), "the old one");
        daemon.answer(asked -> {
            if (asked.target().startsWith("/v1/snapshot?")) {
                return answer(asked);
            }
            return asked.target().startsWith("/v1/files")
                    ? Said.chunked(resource("file.ndjson"))
                    : new Said("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "5\r\nhello\r\n");
        });

        assertThat(fli("cp", "db@good:/etc/app.conf", "app.conf")).isEqualTo(1);

        assertThat(directory.resolve("app.conf")).hasContent("the old one");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("app.conf", "s");
        }
    }

    @Test
    void whatIsBeingCopiedIsNobodyElses() throws IOException {
        AtomicReference<String> meanwhile = new AtomicReference<>("");
        daemon.answer(asked -> {
            if (asked.target().contains("conf.d%2Fa")) {
                meanwhile.set(permissions("copy") + permissions("copy/conf.d"));
            }
            return answer(asked);
        });

        assertThat(fli("cp", "db@good:/etc", "copy")).isZero();

        assertThat(meanwhile).hasValue("rwx------rwx------");
        assertThat(permissions("copy")).isEqualTo("rwxr-xr-x");
    }

    private String permissions(String name) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void namesAreTakenOutOfTheirEscapesAndWhatCannotBeNamedIsLeftOut() throws IOException {
        daemon.answer(asked -> asked.target().contains("recursive=true")
                ? Said.chunked((file("/etc/a\\\\\\\\b")
                                + file("/etc/\\\\xc3\\\\xbc")
                                + file("/etc/odd\\\\xff")
                                + file("/etc/z"))
                        .getBytes(StandardCharsets.UTF_8))
                : answer(asked));

        assertThat(fli("cp", "db@good:/etc", "copy")).isEqualTo(1);

        assertThat(person.err()).contains("db@good:/etc/odd\\xff is left out").doesNotContain("/etc/z");
        try (Stream<Path> copied = Files.list(directory.resolve("copy"))) {
            assertThat(copied.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("a\\b", "ü", "z");
        }
    }

    private static String file(String path) {
        return "{\"path\":\"" + path + "\",\"type\":\"file\",\"mode\":384,\"uid\":0,\"gid\":0,\"size\":1,"
                + "\"modifiedAt\":\"2026-11-03T22:32:00Z\",\"links\":1,\"target\":null}\n";
    }

    @Test
    void anArchiveThatIsCutOffLeavesNoFile() throws IOException {
        Files.writeString(directory.resolve("db.tar"), "the old one");
        daemon.answer(asked -> new Said("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "5\r\nhello\r\n"));

        assertThat(fli("export", "db", "-o", "db.tar")).isEqualTo(1);

        assertThat(person.err()).contains("cut off before its end");
        assertThat(directory.resolve("db.tar")).hasContent("the old one");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("db.tar", "s");
        }
    }

    @Test
    void aDirectoryIsImportedAsWhatTarMakesOfIt() throws IOException, InterruptedException {
        Path source = Files.createDirectories(directory.resolve("source/below"));
        Files.writeString(source.resolve("file"), "content");
        Files.createLink(source.resolve("again"), source.resolve("file"));

        int imported = fli("import", "source", "new");
        assertThat(imported).as(person.err()).isZero();

        Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
        Path tar = directory.resolve("sent.tar");
        Files.write(tar, daemon.asked().getFirst().bytes());
        int status = new ProcessBuilder("tar", "-x", "-f", tar.toString(), "-C", unpacked.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
        assertThat(unpacked.resolve("below/again")).hasContent("content");
        assertThat(Files.getAttribute(unpacked.resolve("below/file"), "unix:nlink"))
                .isEqualTo(2);
    }

    @Test
    void whatIsMountedBelowADirectoryIsNotLeftOutInSilence() {
        assertThat(fli("import", "/dev", "new")).isEqualTo(4);

        assertThat(person.err())
                .contains("/dev is not all one file system; also mounted there: /dev/", "fli import - NAME");
        assertThat(daemon.asked()).isEmpty();
    }

    @Test
    void whatTarLeavesOutIsTold() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        try (FakeServer socket = FakeServer.start(source.resolve("a.sock"), LocalFilesTest::answer)) {
            assertThat(fli("import", "source", "new")).isZero();
            assertThat(socket.socket()).exists();
        }

        assertThat(person.err()).isEqualTo("fli: tar: ./a.sock: socket ignored\n");
    }

    @Test
    void aCompressedArchiveIsUnpackedOrRefusedWithTheProgramThatCan() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write("a tar".getBytes(StandardCharsets.UTF_8));
        }
        Files.write(directory.resolve("a.tar.gz"), zipped.toByteArray());
        Files.write(directory.resolve("a.tar.zst"), new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd});

        assertThat(fli("import", "a.tar.gz", "new")).isZero();
        assertThat(daemon.asked()).singleElement().extracting(Asked::body).isEqualTo("a tar");

        assertThat(fli("import", "a.tar.zst", "new")).isEqualTo(2);
        assertThat(person.err()).contains("zstd -dc … | fli import - NAME");
    }

    private int fli(String... arguments) {
        return Fli.run(person.surroundings(), arguments);
    }

    private static Said answer(Asked asked) {
        String target = asked.target();
        if (target.startsWith("/v1/snapshot?")) {
            return Said.json(200, new String(resource("snapshot.json"), StandardCharsets.UTF_8));
        }
        if (target.startsWith("/v1/content")) {
            return Said.chunked(resource("app.conf"));
        }
        if (target.startsWith("/v1/files")) {
            return Said.chunked(resource(target.contains("self=true") ? "directory.ndjson" : "files-recursive.ndjson"));
        }
        return Said.json(201, new String(resource("volume.json"), StandardCharsets.UTF_8));
    }

    private static byte[] resource(String name) {
        try {
            return Transcript.resource("/answers/" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
