import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar the newest class file version, with the stack maps that go with it: the AOT cache leaves out
 * classes older than version 50, and picocli's are of 49. What they do stays the same. Started from its source by
 * cli/package: {@code java Modernise.java FROM.jar TO.jar}.
 */
final class Modernise {
    private Modernise() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, byte[]> entries = read(Path.of(arguments[0]));
        ClassHierarchyResolver ours = ClassHierarchyResolver.ofResourceParsing(
                type -> stream(entries, type.descriptorString()));
        ClassFile classFile = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(
                        ours.orElse(ClassHierarchyResolver.defaultResolver())));
        // The code is taken apart and put together again, which is when stack maps are made.
        ClassTransform newest = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                .andThen(ClassTransform.dropping(ClassFileVersion.class::isInstance))
                .andThen(ClassTransform.endHandler(builder -> builder.withVersion(ClassFile.latestMajorVersion(), 0)));
        entries.replaceAll((name, bytes) -> name.endsWith(".class") && !name.startsWith("META-INF/")
                ? classFile.transformClass(classFile.parse(bytes), newest)
                : bytes);
        write(Path.of(arguments[1]), entries);
    }

    private static InputStream stream(Map<String, byte[]> entries, String descriptor) {
        byte[] bytes = entries.get(descriptor.substring(1, descriptor.length() - 1) + ".class");
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    private static Map<String, byte[]> read(Path jar) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toString())) {
            for (JarEntry entry : file.stream().toList()) {
                if (!entry.isDirectory()) {
                    try (InputStream in = file.getInputStream(entry)) {
                        entries.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        return entries;
    }

    private static void write(Path jar, Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setTime(0);
                out.putNextEntry(entry);
                out.write(each.getValue());
                out.closeEntry();
            }
        }
    }
}
