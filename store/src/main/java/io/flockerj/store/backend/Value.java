package io.flockerj.store.backend;

import io.flockerj.store.wire.Bytes;

/** A value as it was read. */
public record Value(Bytes bytes, Version version) {}
