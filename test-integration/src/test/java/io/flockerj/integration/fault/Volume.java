package io.flockerj.integration.fault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A volume as far as its users can see it.
 *
 * @param limit what it may take in bytes, 0 for no limit
 * @param mode of its top directory
 * @param compression {@code zstd} and so on, or empty
 * @param cow whether its files are copied on write
 * @param files its files' names and content; names that end in {@code .tmp} do not count
 */
record Volume(long limit, int uid, int gid, int mode, String compression, boolean cow, Map<String, String> files) {
    static final Volume PLAIN = new Volume(0, 0, 0, 0755, "", true, Map.of());

    Volume {
        files = new TreeMap<>(files);
    }

    Volume limit(long bytes) {
        return new Volume(bytes, uid, gid, mode, compression, cow, files);
    }

    Volume owner(int newUid, int newGid, int newMode) {
        return new Volume(limit, newUid, newGid, newMode, compression, cow, files);
    }

    Volume compression(String algorithm) {
        return new Volume(limit, uid, gid, mode, algorithm, cow, files);
    }

    Volume noCow() {
        return new Volume(limit, uid, gid, mode, compression, false, files);
    }

    Volume file(String name, String content) {
        Map<String, String> more = new TreeMap<>(files);
        more.put(name, content);
        return new Volume(limit, uid, gid, mode, compression, cow, more);
    }

    /** The options that make such a volume, without its files. */
    Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        if (limit != 0) {
            options.put("size", Long.toString(limit));
        }
        if (uid != 0) {
            options.put("uid", Integer.toString(uid));
        }
        if (gid != 0) {
            options.put("gid", Integer.toString(gid));
        }
        if (mode != PLAIN.mode) {
            options.put("mode", Integer.toOctalString(mode));
        }
        if (!compression.isEmpty()) {
            options.put("compression", compression);
        }
        if (!cow) {
            options.put("cow", "false");
        }
        return options;
    }

    @Override
    public String toString() {
        return options() + " with files " + files;
    }
}
