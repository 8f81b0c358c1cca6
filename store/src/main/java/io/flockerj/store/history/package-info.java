/** What is said of trees: commits, which are snapshots, and refs, which are branches and tags (format.md sections 8 and 10). */
@NullMarked
package io.flockerj.store.history;

import org.jspecify.annotations.NullMarked;
