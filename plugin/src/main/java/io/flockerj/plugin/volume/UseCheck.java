package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells who uses a volume's tree at this moment: who has it, or a directory in it, mounted. Answers are for people; empty is
 * nobody. An {@link IOException} means that it cannot be told, so that anybody may use it.
 */
interface UseCheck {
    /** Everybody, the daemon itself too. */
    List<String> users(Path tree) throws IOException;

    /** Everybody but the daemon's own mount of this volume, and the copies of that which go when it is unmounted. */
    List<String> otherUsers(VolumeName name, Path tree) throws IOException;
}
