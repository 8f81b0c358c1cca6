package io.flockerj.plugin.volumedriver;

import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Handler;
import io.flockerj.plugin.http.Plan;
import io.flockerj.plugin.http.Plan.Pace;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.Work;
import io.flockerj.plugin.volume.Errands;
import io.flockerj.plugin.volume.MountId;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.VolumeView;
import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesGate;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The VolumeDriver protocol over the volumes behind a gate. */
public final class VolumeDriver implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeDriver.class);
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    private static final Plan ACTIVATED = new Plan.Now(Answers.success(Map.of("Implements", List.of("VolumeDriver"))));
    /** A volume lives on one host. */
    private static final Plan CAPABILITIES =
            new Plan.Now(Answers.success(Map.of("Capabilities", Map.of("Scope", "local"))));

    private final VolumesGate gate;
    private final Patience patience;
    private final Errands errands;

    /** @param errands does what the engine would not wait for */
    public VolumeDriver(VolumesGate gate, Patience patience, Errands errands) {
        this.gate = gate;
        this.patience = patience;
        this.errands = errands;
    }

    @Override
    public Plan plan(Request request) {
        Optional<CallName> call = CallName.at(request.path());
        if (call.isEmpty()) {
            return new Plan.Now(new Answer.Reply(
                    refuse(NOT_FOUND, "there is no such call; the calls are " + CallName.ALL + ", by POST")));
        }
        if (!request.method().equals("POST")) {
            return new Plan.Now(new Answer.Reply(refuse(METHOD_NOT_ALLOWED, call.get() + " is called by POST only")));
        }
        return plan(call.get(), request.body());
    }

    @Override
    public Response refuse(int status, String message) {
        LOG.atInfo()
                .addKeyValue("status", status)
                .addKeyValue("reason", message)
                .log("A request was refused");
        return Answers.error(status, message);
    }

    private Plan plan(CallName call, byte[] body) {
        return switch (call) {
            case ACTIVATE -> ACTIVATED;
            case CAPABILITIES -> CAPABILITIES;
            case GET -> later(Pace.QUICK, new GetCall(gate, patience, body));
            case LIST -> later(Pace.QUICK, ordinary(call, () -> volumes -> list(volumes, body.length > 0)));
            case PATH -> later(Pace.QUICK, ordinary(call, () -> path(Arguments.parse(body))));
            case CREATE -> later(Pace.BLOCKING, ordinary(call, () -> create(Arguments.parse(body))));
            case REMOVE -> later(Pace.BLOCKING, ordinary(call, () -> remove(Arguments.parse(body))));
            case MOUNT -> later(Pace.BLOCKING, new MountCall(gate, patience, body));
            case UNMOUNT -> later(Pace.BLOCKING, ordinary(call, () -> unmount(Arguments.parse(body))));
        };
    }

    private OrdinaryCall.Action create(Arguments arguments) throws RefusedException {
        VolumeName name = VolumeName.parse(arguments.text("Name"));
        Map<String, String> options = arguments.options();
        return volumes -> {
            // One that is there is only compared with.
            if (Volumes.isLong(options) && volumes.get(name).isEmpty()) {
                errands.run(
                        "create",
                        name + " from " + options.get("from"),
                        options,
                        patience.forErrand(),
                        progress -> volumes.create(name, options, ZoneOffset.UTC, progress));
            } else {
                volumes.create(name, options);
            }
            return Map.of();
        };
    }

    private static OrdinaryCall.Action remove(Arguments arguments) throws RefusedException {
        VolumeName name = VolumeName.parse(arguments.text("Name"));
        return volumes -> {
            volumes.remove(name);
            return Map.of();
        };
    }

    private static OrdinaryCall.Action unmount(Arguments arguments) throws RefusedException {
        VolumeName name = VolumeName.parse(arguments.text("Name"));
        MountId id = MountId.parse(arguments.text("ID"));
        return volumes -> {
            volumes.unmount(name, id);
            return Map.of();
        };
    }

    private static OrdinaryCall.Action path(Arguments arguments) throws RefusedException {
        VolumeName name = VolumeName.parse(arguments.text("Name"));
        return volumes -> {
            VolumeView volume = volumes.get(name)
                    .orElseThrow(() -> new UnknownVolumeException("there is no volume '" + name + "'"));
            return Map.of("Mountpoint", mountPoint(volume));
        };
    }

    /**
     * Docker takes clones that are named by refs. Podman, whose names hold no {@code @}, reports an error for each of them; it is
     * known by its asking for the list without a body.
     */
    private static Map<String, ?> list(Volumes volumes, boolean withRefs) {
        return Map.of(
                "Volumes",
                volumes.list().stream()
                        .filter(volume -> withRefs || !volume.name().isRef())
                        .map(volume -> ImmutableMap.of("Name", volume.name().value(), "Mountpoint", mountPoint(volume)))
                        .toList());
    }

    private static String mountPoint(VolumeView volume) {
        return volume.mountPoint().map(Path::toString).orElse("");
    }

    private OrdinaryCall ordinary(CallName call, OrdinaryCall.Preparation preparation) {
        return new OrdinaryCall(call, gate, patience, preparation);
    }

    private Plan later(Pace pace, Work work) {
        return new Plan.Later(pace, patience.forAnswer(), work);
    }
}
