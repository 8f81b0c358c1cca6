package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.InvalidException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.util.Optional;

/** Reads what is to be different of an account. */
final class Changes {
    private Changes() {}

    /** @param fields those that this kind of account has */
    static AccountChange read(ServerRequest request, String... fields) throws InvalidException, IOException {
        Body body = Body.read(request, fields);
        Optional<String> visibility = body.optionalText("usualVisibility");
        Optional<Visibility> usual = visibility.isEmpty()
                ? Optional.empty()
                : Optional.of(Asked.visibility("usualVisibility", visibility.get()));
        return new AccountChange(
                body.optionalText("displayName"), usual, body.flag("administrator"), body.flag("disabled"));
    }
}
