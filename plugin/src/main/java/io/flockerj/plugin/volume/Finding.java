package io.flockerj.plugin.volume;

/**
 * Something that is amiss.
 *
 * @param id the kind of finding, for programs
 * @param subject what it is about
 * @param repair what to do
 */
public record Finding(String id, Severity severity, String subject, String cause, String repair) {
    /** How bad it is; the worst first. */
    public enum Severity {
        /** Data is missing, or the pool cannot do its work. */
        ERROR,
        /** Something is not as it should be, and harms nobody now. */
        WARNING
    }
}
