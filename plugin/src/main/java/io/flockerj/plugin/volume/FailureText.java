package io.flockerj.plugin.volume;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Says of a failure what there is to say: the exceptions of files say no more than a path, and some nothing at all. */
public final class FailureText {
    private FailureText() {}

    /** A sentence, without its end. */
    public static String of(Throwable failure) {
        if (failure instanceof UncheckedIOException wrapped) {
            return of(Objects.requireNonNull(wrapped.getCause()));
        }
        if (failure instanceof FileSystemException file && file.getFile() != null) {
            String other = file.getOtherFile() == null ? "" : " -> " + file.getOtherFile();
            return file.getFile() + other + ": " + reason(file);
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.toString() : message;
    }

    private static String reason(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is there already";
            default -> e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        };
    }
}
