/**
 * Packs: chunks in frames, frames in files of about 32 MiB, and a footer that tells what is where (format.md section 5).
 *
 * <p>Chunks go out through a {@link io.flockerj.store.pack.FrameBuilder} and a {@link io.flockerj.store.pack.PackBuilder}; they
 * come back through a {@link io.flockerj.store.pack.PackReader}, at the place that a {@link io.flockerj.store.pack.ChunkIndex}
 * knows. Nothing that is read is believed before its hash was compared.
 */
@NullMarked
package io.flockerj.store.pack;

import org.jspecify.annotations.NullMarked;
