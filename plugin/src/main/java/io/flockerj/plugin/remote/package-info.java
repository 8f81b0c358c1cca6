/**
 * Carries histories to other hosts and brings them from there: which remotes there are, what is known of them, and pushing, fetching and
 * pulling. It puts the store and the volumes' histories together, and knows of trees only how to have them captured and restored.
 */
@NullMarked
package io.flockerj.plugin.remote;

import org.jspecify.annotations.NullMarked;
