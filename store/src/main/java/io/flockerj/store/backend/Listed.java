package io.flockerj.store.backend;

import java.time.Instant;

/**
 * What a list tells of an object or a value.
 *
 * @param size in bytes
 * @param modified when it was made or replaced, by the clock of the place that keeps it
 */
public record Listed(ObjectName name, long size, Instant modified) {}
