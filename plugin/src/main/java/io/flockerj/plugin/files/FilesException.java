package io.flockerj.plugin.files;

/** Something that was asked of a tree cannot be done, because of what was asked or of what is there. */
public final class FilesException extends java.io.IOException {
    private static final long serialVersionUID = 1;

    /** What was wrong. */
    public enum Reason {
        /** The path is none that could be in a tree. */
        BAD_PATH,
        /** Nothing has this path. */
        NOT_THERE,
        /** The path leads out of the tree. */
        LEAVES_TREE,
        /** What has this path is of another kind than it has to be. */
        WRONG_KIND,
        /** Something has this path already. */
        ALREADY_THERE,
        /** The archive is damaged, cut off, or nothing that could be made into a tree. */
        BAD_ARCHIVE,
        /** There is more than the limits allow. */
        TOO_MUCH,
        /** The tree was changed while it was being read. */
        CHANGED
    }

    private final Reason reason;

    public FilesException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public FilesException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
