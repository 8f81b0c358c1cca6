package io.flockerj.plugin.control;

import io.flockerj.plugin.volume.UnfinishedWork;
import io.flockerj.plugin.volume.UnfinishedWork.Order;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers what jobs were asked for. That it cannot be remembered stops no job. */
record JobOrders(UnfinishedWork work) {
    private static final Logger LOG = LoggerFactory.getLogger(JobOrders.class);

    void put(Order order) {
        try {
            work.put(order);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("job", order.id())
                    .log("A job cannot be remembered; it is not begun again if the daemon ends in its midst");
        }
    }

    void remove(Order order) {
        try {
            work.remove(order);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("job", order.id())
                    .log("A job that has ended cannot be forgotten; the next start begins it again");
        }
    }
}
