/**
 * Who may do what: the words in which that is said, and {@link io.flockerj.hub.access.Admission}, the promise of whoever knows. Nothing
 * here knows a database, a request or an object.
 */
@NullMarked
package io.flockerj.hub.access;

import org.jspecify.annotations.NullMarked;
