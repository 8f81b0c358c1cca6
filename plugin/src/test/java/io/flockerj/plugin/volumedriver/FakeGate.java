package io.flockerj.plugin.volumedriver;

import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesGate;
import io.flockerj.plugin.volume.VolumesUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A gate that is opened by hand. */
final class FakeGate implements VolumesGate {
    private final Volumes volumes;
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();

    FakeGate(Volumes volumes) {
        this.volumes = volumes;
    }

    FakeGate open() {
        open.countDown();
        return this;
    }

    /** How many calls have come to the gate so far. */
    int asked() {
        return waiting.get();
    }

    @Override
    public Volumes await(Duration atMost) throws VolumesUnavailableException {
        waiting.incrementAndGet();
        try {
            if (open.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                return volumes;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new VolumesUnavailableException("the volumes are still being loaded; try again in a moment");
    }
}
