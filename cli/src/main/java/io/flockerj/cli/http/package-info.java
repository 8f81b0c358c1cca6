/** A small HTTP/1.1 client on Unix sockets: one request for each connection, streams both ways, everything bounded. */
@NullMarked
package io.flockerj.cli.http;

import org.jspecify.annotations.NullMarked;
