package io.flockerj.hub.http;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.limit.Limiter;
import io.flockerj.hub.limit.Limits;
import io.flockerj.store.id.Id;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Callers for the tests of other packages. */
public final class TestingCallers {
    private TestingCallers() {}

    public static Callers of(Authentication authentication, Supplier<Id> ids) {
        return new Callers(authentication, new Limiter(Limits.USUAL, InstantSource.system()), ids);
    }
}
