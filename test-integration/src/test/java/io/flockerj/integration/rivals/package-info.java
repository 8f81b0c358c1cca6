/**
 * Several callers at work on the same volumes at once: engines with their containers, and people with the control API.
 *
 * <p>{@link io.flockerj.integration.rivals.Ledger} is the oracle. Each write is a stamp of its own, which names the one before; so the
 * content of a volume tells where it comes from, and what must be in it follows from the order of what was acknowledged.
 */
@NullMarked
package io.flockerj.integration.rivals;

import org.jspecify.annotations.NullMarked;
