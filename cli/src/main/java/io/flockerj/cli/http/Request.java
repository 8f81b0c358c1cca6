package io.flockerj.cli.http;

import java.util.Optional;

/** A request. */
public record Request(String method, Target target, Optional<Body> body) {
    public static Request get(Target target) {
        return new Request("GET", target, Optional.empty());
    }

    @Override
    public String toString() {
        return method + " " + target;
    }
}
