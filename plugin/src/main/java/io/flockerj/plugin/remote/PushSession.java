package io.flockerj.plugin.remote;

import io.flockerj.store.Session;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session of a push, which lapses by itself if it cannot be ended: what was pushed is there all the same. */
record PushSession(Session session) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PushSession.class);

    @Override
    public void close() {
        try {
            session.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The session of a push cannot be ended on its remote; it lapses within hours");
        }
    }
}
