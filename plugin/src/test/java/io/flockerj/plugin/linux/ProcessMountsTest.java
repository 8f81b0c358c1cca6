package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMountsTest {
    private static final Path PROC = Path.of("/proc");

    private static final String ROOT_LINE = "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
    private static final String VOLUME_LINE = "31 30 0:53 /volumes/a /data rw - btrfs /dev/loop0 rw\n";

    @TempDir
    Path proc;

    /** The temporary directory's removal would warn of links that lead out of it. */
    @AfterEach
    void removeRootLinks() throws IOException {
        try (Stream<Path> files = Files.walk(proc)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private Path process(int pid, long namespace, String root, String mountinfo) throws IOException {
        Path process = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.createDirectory(process.resolve("ns"));
        Files.createSymbolicLink(process.resolve("ns/mnt"), Path.of("mnt:[" + namespace + "]"));
        Files.createSymbolicLink(process.resolve("root"), Path.of(root));
        Files.writeString(process.resolve("mountinfo"), mountinfo);
        return process;
    }

    @Test
    void processesOfOneNamespaceAreToldOnce() throws IOException {
        for (int pid = 100; pid < 120; pid++) {
            process(pid, 4026531841L, "/", ROOT_LINE);
        }
        process(9, 4026532222L, "/", ROOT_LINE + VOLUME_LINE);

        List<ProcessMounts.Namespace> all = ProcessMounts.all(proc);

        assertThat(all).hasSize(2);
        assertThat(all.get(0).pids()).containsExactly(100, 101, 102, 103, 104, 105, 106, 107);
        assertThat(all.get(1).namespaceInode()).isEqualTo(4026532222L);
        assertThat(all.get(1).pids()).containsExactly(9);
        assertThat(all.get(1).table().at(Path.of("/data"))).isPresent();
    }

    @Test
    void whatOnlyAChrootedProcessSeesCountsToo() throws IOException {
        process(100, 1, "/", ROOT_LINE);
        process(101, 1, "/srv/chroot", "32 30 0:53 /volumes/b /data rw - btrfs /dev/loop0 rw\n");

        List<ProcessMounts.Namespace> all = ProcessMounts.all(proc);

        assertThat(all).hasSize(1);
        assertThat(all.get(0).table().mounts()).extracting(Mount::root).containsExactly("/", "/volumes/b");
    }

    private List<ProcessMounts.Namespace> allWhenDenied(Integer... pids) throws IOException {
        List<Path> denied =
                Arrays.stream(pids).map(pid -> proc.resolve(pid.toString())).toList();
        return new ProcessMounts(proc, link -> {
                    if (denied.stream().anyMatch(link::startsWith)) {
                        throw new AccessDeniedException(link.toString());
                    }
                    return Files.readSymbolicLink(link);
                })
                .all();
    }

    @Test
    void theMountsOfAProcessWhoseNamespaceIsDeniedCountToo() throws IOException {
        process(1, 1, "/", ROOT_LINE + VOLUME_LINE);
        process(2, 1, "/", ROOT_LINE + VOLUME_LINE);
        process(100, 2, "/", ROOT_LINE);

        List<ProcessMounts.Namespace> all = allWhenDenied(1, 2);

        assertThat(all).hasSize(2);
        assertThat(all.get(1).namespaceInode()).isZero();
        assertThat(all.get(1).pids()).containsExactly(1, 2);
        assertThat(all.get(1).table().at(Path.of("/data"))).isPresent();
    }

    @Test
    void aDeniedProcessThatSeesWhatOthersSeeIsNotToldAgain() throws IOException {
        process(1, 1, "/", ROOT_LINE);
        process(100, 1, "/", ROOT_LINE);

        assertThat(allWhenDenied(1))
                .singleElement()
                .satisfies(namespace -> assertThat(namespace.pids()).containsExactly(100));
    }

    @Test
    void aDeniedProcessWhoseMountsCannotBeReadIsAnError() throws IOException {
        Path process = process(1, 1, "/", ROOT_LINE);
        Files.writeString(process.resolve("mountinfo"), "nonsense");
        Files.writeString(process.resolve("status"), "Name:\tx\nState:\tS (sleeping)\n");

        assertThatIOException().isThrownBy(() -> allWhenDenied(1)).withMessageContaining("nonsense");

        Files.writeString(process.resolve("status"), "Name:\tx\nState:\tZ (zombie)\n");
        assertThat(allWhenDenied(1)).isEmpty();
    }

    @Test
    void aProcessThatEndedMeanwhileIsLeftOut() throws IOException {
        Files.createDirectory(proc.resolve("99"));
        process(100, 1, "/", ROOT_LINE);

        assertThat(ProcessMounts.all(proc)).hasSize(1);
    }

    @Test
    void whenTheFirstThreadHasEndedAnotherIsAsked() throws IOException {
        Path gone = Files.createDirectories(proc.resolve("99"));
        Files.createDirectory(gone.resolve("task"));
        Files.move(process(100, 7, "/", ROOT_LINE + VOLUME_LINE), gone.resolve("task/101"));

        List<ProcessMounts.Namespace> all = ProcessMounts.all(proc);

        assertThat(all).hasSize(1);
        assertThat(all.get(0).pids()).containsExactly(99);
        assertThat(all.get(0).table().mounts()).hasSize(2);
    }

    @Test
    void describesByCommandAndContainer() throws IOException {
        Path process = process(123, 1, "/", ROOT_LINE);
        Files.writeString(process.resolve("comm"), "postgres\n");
        String id = "4f0c2a6b9d11".repeat(6).substring(0, 64);
        Files.writeString(process.resolve("cgroup"), "0::/system.slice/docker-" + id + ".scope\n");

        assertThat(ProcessMounts.describe(proc, 123)).isEqualTo("postgres (pid 123, container 4f0c2a6b9d11)");
    }

    @Test
    void describesByNumberWhatHasEnded() {
        assertThat(ProcessMounts.describe(proc, 123)).isEqualTo("pid 123");
    }

    @Test
    void findsThisProcess() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        List<Mount> own = MountTable.self().mounts();

        assertThat(ProcessMounts.all(PROC))
                .anySatisfy(namespace -> assertThat(namespace.table().mounts()).containsAll(own));
        assertThat(ProcessMounts.describe(PROC, self)).contains("(pid " + self);
    }

    @Test
    @Tag("root")
    void findsAMountThatOnlyAnotherNamespaceHas() throws IOException, InterruptedException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            Process other = new ProcessBuilder("unshare", "-m", "--propagation=private", "sh", "-c", "echo; exec cat")
                    .redirectErrorStream(true)
                    .start();
            try {
                assertThat(other.getInputStream().read()).isEqualTo('\n');
                fs.unmount();

                Optional<ProcessMounts.Namespace> holder = ProcessMounts.all(PROC).stream()
                        .filter(namespace -> namespace.table().at(fs.root()).isPresent())
                        .findFirst();

                assertThat(holder)
                        .hasValueSatisfying(
                                namespace -> assertThat(namespace.pids()).containsExactly((int) other.pid()));
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
    }
}
