package io.flockerj.plugin.volumedriver;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.volume.MountId;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesGate;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mount. An engine that did not get the answer never unmounts, so such a mount is undone here. */
final class MountCall extends OrdinaryCall {
    private static final Logger LOG = LoggerFactory.getLogger(MountCall.class);

    private final AtomicReference<@Nullable Mounted> mounted;

    private record Mounted(Volumes volumes, VolumeName name, MountId id) {}

    MountCall(VolumesGate gate, Patience patience, byte[] body) {
        this(gate, patience, body, new AtomicReference<>());
    }

    private MountCall(VolumesGate gate, Patience patience, byte[] body, AtomicReference<@Nullable Mounted> mounted) {
        super(CallName.MOUNT, gate, patience, () -> prepare(Arguments.parse(body), mounted));
        this.mounted = mounted;
    }

    private static Action prepare(Arguments arguments, AtomicReference<@Nullable Mounted> mounted)
            throws RefusedException {
        VolumeName name = VolumeName.parse(arguments.text("Name"));
        MountId id = MountId.parse(arguments.text("ID"));
        return volumes -> {
            String mountPoint = volumes.mount(name, id).toString();
            mounted.set(new Mounted(volumes, name, id));
            return Map.of("Mountpoint", mountPoint);
        };
    }

    @Override
    String whatBecomesOfIt() {
        return "what is done of it is undone; try again later";
    }

    @Override
    public void undelivered(Answer answer) {
        Mounted undone = mounted.getAndSet(null);
        if (undone == null) {
            return;
        }
        try {
            undone.volumes().unmount(undone.name(), undone.id());
            LOG.atInfo()
                    .addKeyValue("volume", undone.name())
                    .log("A mount was undone, as nobody waited for it any more");
        } catch (RefusedException | IOException e) {
            LOG.atWarn()
                    .addKeyValue("volume", undone.name())
                    .setCause(e)
                    .log("A mount that nobody waited for any more could not be undone");
        }
    }
}
