/**
 * What is in packs, remembered on this host: an {@link io.flockerj.store.index.IndexCache} has a
 * {@link io.flockerj.store.index.DiskChunkIndex} for each repository. Chunks lie in sorted files that are mapped, so that memory is not the
 * measure of how large a repository may be. Everything here may be deleted by anybody, and is believed only as far as its checksums and the
 * hashes in commits go.
 */
@NullMarked
package io.flockerj.store.index;

import org.jspecify.annotations.NullMarked;
