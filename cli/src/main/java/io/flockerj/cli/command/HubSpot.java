package io.flockerj.cli.command;

import io.flockerj.cli.http.Target;
import io.flockerj.cli.hub.Hub;
import java.util.Optional;

/**
 * What rights and protections at a hub are for, as people write it: {@code OWNER/NAME}, or {@code OWNER} or {@code OWNER/*} for all of
 * that owner.
 *
 * @param volumeset empty for all, those to come as well
 */
record HubSpot(String owner, Optional<String> volumeset) {
    /** What such an argument is called in the help. */
    static final String LABEL = "OWNER[/NAME]";

    private static final String EVERY = "*";

    static HubSpot of(String text) throws CommandException {
        String[] parts = text.split("/", -1);
        if (parts.length > 2 || parts[0].isEmpty() || (parts.length == 2 && parts[1].isEmpty())) {
            throw CommandException.usage("'" + text
                    + "' is no place at a hub; write OWNER/NAME for a volumeset, or OWNER for all of a user or a team");
        }
        return new HubSpot(
                parts[0], parts.length < 2 || parts[1].equals(EVERY) ? Optional.empty() : Optional.of(parts[1]));
    }

    /** One volumeset. */
    static HubSpot ofVolumeset(String text) throws CommandException {
        HubSpot spot = of(text);
        if (spot.volumeset().isEmpty()) {
            throw CommandException.usage("'" + text + "' is no volumeset at a hub; write OWNER/NAME");
        }
        return spot;
    }

    /** The path of it in the API, and what is below. */
    Target target(String... below) {
        String[] path = volumeset.isPresent()
                ? new String[] {"volumesets", owner, volumeset.get()}
                : new String[] {"owners", owner};
        String[] whole = new String[path.length + below.length];
        System.arraycopy(path, 0, whole, 0, path.length);
        System.arraycopy(below, 0, whole, path.length, below.length);
        return Hub.target(whole);
    }

    @Override
    public String toString() {
        return owner + "/" + volumeset.orElse(EVERY);
    }
}
