package io.flockerj.plugin.http;

import java.time.Duration;

/** The daemon's limits, but for what a test needs to be smaller. */
final class TestingLimits {
    private static final Limits D = Limits.DEFAULT;

    private TestingLimits() {}

    static Limits requestWithin(Duration time) {
        return limits(D.connections(), D.silentGrace(), D.idleGrace(), time, D.takenWithin());
    }

    static Limits takenWithin(Duration time) {
        return limits(D.connections(), D.silentGrace(), D.idleGrace(), D.requestWithin(), time);
    }

    static Limits streams(int streams, Duration stall) {
        return limits(
                D.connections(), D.silentGrace(), D.idleGrace(), D.requestWithin(), D.takenWithin(), streams, stall);
    }

    static Limits connections(int connections, Duration silentGrace, Duration idleGrace) {
        return limits(connections, silentGrace, idleGrace, D.requestWithin(), D.takenWithin());
    }

    private static Limits limits(
            int connections, Duration silentGrace, Duration idleGrace, Duration requestWithin, Duration takenWithin) {
        return limits(connections, silentGrace, idleGrace, requestWithin, takenWithin, D.streams(), D.streamStall());
    }

    private static Limits limits(
            int connections,
            Duration silentGrace,
            Duration idleGrace,
            Duration requestWithin,
            Duration takenWithin,
            int streams,
            Duration streamStall) {
        return new Limits(
                connections,
                D.backlog(),
                silentGrace,
                idleGrace,
                D.lineBytes(),
                D.headerBytes(),
                D.bodyBytes(),
                D.readBytes(),
                requestWithin,
                takenWithin,
                D.linger(),
                streams,
                D.streamBytes(),
                streamStall);
    }
}
