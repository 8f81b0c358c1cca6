package io.flockerj.plugin.volume;

import java.util.Optional;

/**
 * Something that is amiss.
 *
 * @param id the kind of finding, for programs
 * @param subject what it is about
 * @param repair what to do
 * @param rebuild what {@link Volumes#rebuild} would do, if it can do something
 */
public record Finding(
        String id, Severity severity, String subject, String cause, String repair, Optional<String> rebuild) {
    /** How bad it is; the worst first. */
    public enum Severity {
        /** Data is missing, or the pool cannot do its work. */
        ERROR,
        /** Something is not as it should be, and harms nobody now. */
        WARNING
    }

    /** That only people can do something about, or time. */
    Finding(String id, Severity severity, String subject, String cause, String repair) {
        this(id, severity, subject, cause, repair, Optional.empty());
    }
}
