/**
 * A place of its own for the programs of one test class: their mounts, network, processes and files are apart from the machine's and are
 * gone afterwards.
 */
@NullMarked
package io.flockerj.integration.sandbox;

import org.jspecify.annotations.NullMarked;
