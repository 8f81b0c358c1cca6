package io.flockerj.plugin.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mount tables of all processes. A mount of one file system may be in many of them, and only in them is seen who
 * uses it.
 *
 * <p>Not seen: mounts that were detached lazily while something in them was open; namespaces that no process is in, kept
 * only by a descriptor or by a bind mount of {@code /proc/PID/ns/mnt}; namespaces of single threads; processes in
 * another process namespace than that of {@code proc}, unless below it.
 */
public final class ProcessMounts {
    /** Enough for a message about who uses something. */
    private static final int PIDS_KEPT = 8;

    private static final Pattern NAMESPACE_LINK = Pattern.compile("mnt:\\[(\\d+)]");
    /** Docker, containerd, CRI-O and Podman all name a container's control group by its id. */
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

    private static final int SHORT_ID = 12;

    /**
     * A mount namespace.
     *
     * @param namespaceInode what {@code readlink /proc/PID/ns/mnt} tells; 0 when that is denied for the process
     * @param pids some of the processes in it, in ascending order: at least one, at most 8
     * @param table what they see; where some of them have another root directory (chroot), the mounts that any one sees,
     *     each as the first one sees it
     */
    public record Namespace(long namespaceInode, List<Integer> pids, MountTable table) {
        public Namespace {
            pids = List.copyOf(pids);
        }
    }

    /**
     * Every mount namespace that a process is in. Processes that end meanwhile are left out. For processes whose
     * namespace is denied to us ({@code CAP_SYS_PTRACE} gets around most of that) the table is asked all the same, and
     * told as a namespace of its own unless it equals another, so that nothing is missed.
     *
     * @param proc where a proc file system is mounted: {@code /proc}
     * @throws IOException when the mounts of a process cannot be asked: one that matters may be among them. A proc that
     *     is mounted with {@code hidepid} hides processes from others than root without a word
     */
    public static List<Namespace> all(Path proc) throws IOException {
        return new ProcessMounts(proc, Files::readSymbolicLink).all();
    }

    /** Reads a link of a process, which may be denied. */
    @FunctionalInterface
    interface Links {
        Path read(Path link) throws IOException;
    }

    private final Path proc;
    private final Links links;

    ProcessMounts(Path proc, Links links) {
        this.proc = proc;
        this.links = links;
    }

    List<Namespace> all() throws IOException {
        Map<Long, Map<String, List<View>>> known = new TreeMap<>();
        List<View> denied = new ArrayList<>();
        for (int pid : pids()) {
            Optional<View> found = view(pid);
            if (found.isEmpty()) {
                continue;
            }
            View view = found.get();
            if (view.namespace() == View.DENIED) {
                denied.add(view);
            } else {
                // Sorted by root, so that the view from / comes first: it shows most.
                known.computeIfAbsent(view.namespace(), n -> new TreeMap<>())
                        .computeIfAbsent(view.root(), r -> new ArrayList<>())
                        .add(view);
            }
        }
        List<Namespace> namespaces = new ArrayList<>();
        for (Map.Entry<Long, Map<String, List<View>>> entry : known.entrySet()) {
            namespace(entry.getKey(), entry.getValue()).ifPresent(namespaces::add);
        }
        addDenied(denied, namespaces);
        return namespaces;
    }

    /**
     * For people, such as {@code postgres (pid 123, container 4f0c2a6b9d11)}: the command's name, and the container by
     * its control group. When the process has ended, just the number.
     */
    public static String describe(Path proc, int pid) {
        Path process = proc.resolve(Integer.toString(pid));
        try {
            String command = RawPath.display(withoutNewline(Files.readAllBytes(process.resolve("comm"))));
            return command + " (pid " + pid + container(Files.readString(process.resolve("cgroup"))) + ")";
        } catch (IOException e) {
            return "pid " + pid;
        }
    }

    /** A way into what a process sees: {@code /proc/PID}, or a thread of it when its first one has ended. */
    private record View(int pid, Path directory, long namespace, String root) {
        static final long DENIED = 0;
    }

    /** What makes a mount the same in two views of one namespace: its mount point is told differently. */
    private record Identity(int id, String device, String root) {}

    private Optional<Namespace> namespace(long inode, Map<String, List<View>> byRoot) throws IOException {
        Map<Identity, Mount> mounts = new LinkedHashMap<>();
        List<Integer> pids = new ArrayList<>();
        for (List<View> same : byRoot.values()) {
            for (Mount mount : firstTable(same)) {
                mounts.putIfAbsent(new Identity(mount.id(), mount.device(), mount.root()), mount);
            }
            same.forEach(view -> pids.add(view.pid()));
        }
        if (mounts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(namespace(inode, pids, List.copyOf(mounts.values())));
    }

    private static Namespace namespace(long inode, List<Integer> pids, List<Mount> mounts) {
        return new Namespace(inode, pids.stream().sorted().limit(PIDS_KEPT).toList(), new MountTable(mounts));
    }

    private void addDenied(List<View> denied, List<Namespace> namespaces) throws IOException {
        Map<List<Mount>, List<Integer>> pidsByTable = new LinkedHashMap<>();
        for (View view : denied) {
            List<Mount> table = firstTable(List.of(view));
            if (!table.isEmpty()) {
                pidsByTable.computeIfAbsent(table, t -> new ArrayList<>()).add(view.pid());
            }
        }
        namespaces.forEach(known -> pidsByTable.remove(known.table().mounts()));
        pidsByTable.forEach((table, pids) -> namespaces.add(namespace(View.DENIED, pids, table)));
    }

    /** What these processes see, which is the same for all: from the first that has not ended. */
    private List<Mount> firstTable(List<View> views) throws IOException {
        for (View view : views) {
            try {
                return MountTable.of(view.directory().resolve("mountinfo")).mounts();
            } catch (IOException e) {
                if (!isOver(view)) {
                    throw e;
                }
            }
        }
        return List.of();
    }

    private Optional<View> view(int pid) throws IOException {
        Path process = proc.resolve(Integer.toString(pid));
        Optional<View> view = viewFrom(process, pid);
        if (view.isPresent()) {
            return view;
        }
        // The first thread may end before the others, and takes its own links with it.
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                view = viewFrom(thread, pid);
                if (view.isPresent()) {
                    return view;
                }
            }
        } catch (NoSuchFileException | DirectoryIteratorException e) {
            return Optional.empty(); // the process has ended
        }
        return Optional.empty();
    }

    /** Empty when it has ended. */
    private Optional<View> viewFrom(Path directory, int pid) throws IOException {
        try {
            String root = links.read(directory.resolve("root")).toString();
            return Optional.of(new View(pid, directory, namespace(directory), root));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            // The kernel denies as well what has ended just now.
            boolean there = Files.exists(directory);
            return there ? Optional.of(new View(pid, directory, View.DENIED, "")) : Optional.empty();
        }
    }

    /** Whether it has ended; its parent may not have noticed yet. Denied processes tell it only by their state. */
    private boolean isOver(View view) throws IOException {
        if (viewFrom(view.directory(), view.pid()).isEmpty()) {
            return true;
        }
        try {
            return Files.readAllLines(view.directory().resolve("status"), StandardCharsets.ISO_8859_1).stream()
                    .anyMatch(line -> line.startsWith("State:\tZ") || line.startsWith("State:\tX"));
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private long namespace(Path directory) throws IOException {
        Path link = directory.resolve("ns/mnt");
        Matcher matcher = NAMESPACE_LINK.matcher(links.read(link).toString());
        if (!matcher.matches()) {
            throw new IOException("cannot understand the link " + link);
        }
        return Long.parseLong(matcher.group(1));
    }

    private List<Integer> pids() throws IOException {
        List<Integer> pids = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                pids.add(Integer.parseInt(process.getFileName().toString()));
            }
        }
        pids.sort(null);
        return pids;
    }

    private static String container(String cgroup) {
        String last = "";
        Matcher matcher = CONTAINER_ID.matcher(cgroup);
        while (matcher.find()) {
            last = ", container " + matcher.group().substring(0, SHORT_ID);
        }
        return last;
    }

    private static byte[] withoutNewline(byte[] line) {
        boolean ends = line.length > 0 && line[line.length - 1] == '\n';
        return Arrays.copyOf(line, ends ? line.length - 1 : line.length);
    }
}
