package io.flockerj.store;

import io.flockerj.store.backend.Version;
import io.flockerj.store.history.RefValue;

/** A branch or a tag as it was read: what a move expects. */
public record RefState(RefValue value, Version version) {}
