/**
 * Docker's VolumeDriver protocol, version 1: nine calls by POST, JSON in, JSON out.
 *
 * <p>Two things in it are not what one would expect. An answer with an error to {@code Get}, whatever the error says, makes the
 * engine forget the volume's labels, options and driver; so {@code Get} says "no" only when it is known that there is no such
 * volume, and otherwise drops the connection, which the engine takes for a passing trouble. And whenever a connection fails in
 * the middle of a call, the engine's client repeats the call with an empty body; so an empty body means nothing.
 */
@NullMarked
package io.flockerj.plugin.volumedriver;

import org.jspecify.annotations.NullMarked;
