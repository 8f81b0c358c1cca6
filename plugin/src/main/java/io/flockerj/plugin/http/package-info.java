/**
 * HTTP/1.1 on a Unix socket, for the packages that speak a protocol over it.
 *
 * <p>A protocol is a {@link io.flockerj.plugin.http.Handler}: it is shown each complete {@link
 * io.flockerj.plugin.http.Request} on the event loop, and says with a {@link io.flockerj.plugin.http.Plan} how it is to be
 * answered: at once, or by {@link io.flockerj.plugin.http.Work} on a thread of {@link io.flockerj.plugin.http.Workers}
 * within a time. What is too long for memory is streamed: an answer as a {@link io.flockerj.plugin.http.StreamedResponse}, the
 * body of a request by an {@link io.flockerj.plugin.http.Upload}. Nothing outside this package sees Netty.
 */
@NullMarked
package io.flockerj.plugin.http;

import org.jspecify.annotations.NullMarked;
