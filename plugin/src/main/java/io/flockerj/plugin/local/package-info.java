/**
 * Volumes of other drivers, where they lie on the host: seen as the engine sees them, remembered, and switched. It knows nothing of
 * remotes, nor of what is done with such a volume's files.
 */
@NullMarked
package io.flockerj.plugin.local;

import org.jspecify.annotations.NullMarked;
