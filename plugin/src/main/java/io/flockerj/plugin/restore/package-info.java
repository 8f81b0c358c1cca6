/**
 * Writes trees of a repository into directories of this host: whole, or what differs from a tree that is there.
 *
 * <p>Trees are hostile: whoever could write into a repository may have made them. All that is read is compared with what names it, and
 * nothing is reached but through handles below the target, name by name, through no symbolic link.
 */
@NullMarked
package io.flockerj.plugin.restore;

import org.jspecify.annotations.NullMarked;
