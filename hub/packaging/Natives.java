import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars into another directory, without the native libraries in them; those of this machine go into a directory of their own.
 * Called with: directory of the jars, directory for the copies, directory for the native libraries, seconds of the files' time.
 */
final class Natives {
    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib|a)");
    /** Where the two libraries that have some keep those of Linux with the GNU C library, by the names of this Java for machines. */
    private static final Pattern OURS =
            Pattern.compile("org/sqlite/native/Linux/([^/]+)/(libsqlitejdbc\\.so)|linux/([^/]+)/(libzstd-jni)-.*\\.so");

    private static final Map<String, List<String>> MACHINES =
            Map.of("amd64", List.of("x86_64", "amd64"), "aarch64", List.of("aarch64"));

    private Natives() {}

    public static void main(String[] arguments) throws IOException {
        Path copies = Files.createDirectories(Path.of(arguments[1]));
        Path natives = Files.createDirectories(Path.of(arguments[2]));
        FileTime time = FileTime.from(java.time.Instant.ofEpochSecond(Long.parseLong(arguments[3])));
        List<String> machine = MACHINES.getOrDefault(System.getProperty("os.arch"), List.of());
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
            found.forEach(jars::add);
        }
        for (Path jar : jars) {
            copy(jar, copies.resolve(jar.getFileName()), natives, machine, time);
        }
        for (String library : List.of("libsqlitejdbc.so", "libzstd-jni.so")) {
            if (!Files.exists(natives.resolve(library))) {
                throw new IOException("no jar in " + arguments[0] + " has a " + library + " for "
                        + System.getProperty("os.arch"));
            }
        }
    }

    private static void copy(Path jar, Path copy, Path natives, List<String> machine, FileTime time) throws IOException {
        try (ZipFile from = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> entries = from.stream().toList();
            if (entries.stream().noneMatch(entry -> NATIVE.matcher(entry.getName()).matches())) {
                Files.copy(jar, copy);
                return;
            }
            try (OutputStream file = Files.newOutputStream(copy);
                    ZipOutputStream to = new ZipOutputStream(file)) {
                for (ZipEntry entry : entries) {
                    copy(from, entry, to, natives, machine, time);
                }
            }
        }
    }

    private static void copy(
            ZipFile from, ZipEntry entry, ZipOutputStream to, Path natives, List<String> machine, FileTime time)
            throws IOException {
        try (InputStream content = from.getInputStream(entry)) {
            if (!NATIVE.matcher(entry.getName()).matches()) {
                ZipEntry made = new ZipEntry(entry.getName());
                made.setLastModifiedTime(time);
                to.putNextEntry(made);
                content.transferTo(to);
                to.closeEntry();
                return;
            }
            Matcher ours = OURS.matcher(entry.getName());
            if (ours.matches() && machine.contains(ours.group(1) == null ? ours.group(3) : ours.group(1))) {
                String name = ours.group(2) == null ? ours.group(4) + ".so" : ours.group(2);
                Files.copy(content, natives.resolve(name));
            }
        }
    }
}
