/**
 * What is inside a tree, a snapshot's or a live one's: looked at, read, copied, and turned into a tar archive and back, without
 * mounting it anywhere.
 *
 * <p>Trees are hostile: their files were made by whoever had them mounted, and a live one changes meanwhile. Everything is reached
 * by handles, name by name or by a resolution that the kernel keeps beneath the root; no symbolic link leads out of the tree.
 * Names are bytes; they become text only for people.
 *
 * <p>Every call blocks its thread; many are long. Handlers of calls bound how many there are at once.
 */
@NullMarked
package io.flockerj.plugin.files;

import org.jspecify.annotations.NullMarked;
