package io.flockerj.plugin.files;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Node;
import java.io.IOException;

/**
 * A name that a {@link Walk} has come to. Nothing of it may be used after the visit.
 *
 * @param path from where the walk began
 * @param directory in which the name is
 * @param node what it stands for
 */
@SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
record Visit(byte[] path, FileHandle directory, byte[] name, Node node, FileStatus status) {
    /** Somebody who is walked through a tree. */
    interface Visitor {
        /** At each name; at a directory before what is in it. */
        void visit(Visit visit) throws IOException;

        /**
         * After all that is in a directory, but for the one where the walk began.
         *
         * @param name of that directory
         */
        default void leave(Outer outer, byte[] name) throws IOException {}
    }

    /** The directory that a directory lies in. */
    interface Outer {
        /** Its handle, which stays the walk's. */
        FileHandle handle() throws IOException;
    }
}
