/**
 * Presents what was pushed as whole versions: branches, tags and snapshots from rows that follow from the storage
 * ({@link io.flockerj.hub.catalogue.Catalogue}), and what a snapshot holds from the storage itself
 * ({@link io.flockerj.hub.catalogue.Trees}). Who may read is asked before (docs/decisions/0163).
 */
@NullMarked
package io.flockerj.hub.catalogue;

import org.jspecify.annotations.NullMarked;
