/** Benchmarks: each compares what flockerj does with a peer in one run. Started by {@code test-integration/bench/run}. */
@NullMarked
package io.flockerj.integration.bench;

import org.jspecify.annotations.NullMarked;
