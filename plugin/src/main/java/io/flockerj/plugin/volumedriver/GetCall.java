package io.flockerj.plugin.volumedriver;

import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Work;
import io.flockerj.plugin.volume.FailureText;
import io.flockerj.plugin.volume.InvalidNameException;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.VolumeView;
import io.flockerj.plugin.volume.VolumesGate;
import io.flockerj.plugin.volume.VolumesUnavailableException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Get. Answers an error only when it is certain that there is no such volume, because the engine takes any error for that, and
 * forgets what it knows of the volume. In every other trouble it drops the connection.
 */
final class GetCall implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(GetCall.class);
    private static final int LAST_YEAR = 9999;

    private final VolumesGate gate;
    private final Patience patience;
    private final byte[] body;

    GetCall(VolumesGate gate, Patience patience, byte[] body) {
        this.gate = gate;
        this.patience = patience;
        this.body = body;
    }

    @Override
    public Answer run() {
        try {
            VolumeName name = VolumeName.parse(Arguments.parse(body).text("Name"));
            Optional<VolumeView> volume = gate.await(patience.atGate()).get(name);
            return volume.map(GetCall::describe).orElseGet(() -> unknown(name));
        } catch (InvalidNameException e) {
            LOG.atDebug().addKeyValue("reason", FailureText.of(e)).log("Get of a name that no volume can have");
            return Answers.error(FailureText.of(e));
        } catch (BadArgumentsException | VolumesUnavailableException e) {
            return dropped(FailureText.of(e));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Get failed; its connection is dropped");
            return Answers.DROP;
        }
    }

    @Override
    public Answer late(boolean begun) {
        return dropped("it took longer than " + patience.forAnswer().toSeconds() + " s");
    }

    @Override
    public Answer refused() {
        return dropped("too many calls are waiting for a free thread");
    }

    private static Answer unknown(VolumeName name) {
        LOG.atDebug().addKeyValue("volume", name).log("Get of a volume that does not exist");
        return Answers.error("there is no volume '" + name + "'");
    }

    private static Answer dropped(String reason) {
        LOG.atWarn().addKeyValue("reason", reason).log("Get was left unanswered; the engine will ask again");
        return Answers.DROP;
    }

    /** The engine would show a mount point as it is here, not as it is on the host, so it is told none. */
    private static Answer describe(VolumeView volume) {
        ImmutableMap.Builder<String, Object> fields = ImmutableMap.builder();
        fields.put("Name", volume.name().value());
        if (isWritable(volume.createdAt())) {
            fields.put(
                    "CreatedAt",
                    volume.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        fields.put("Status", volume.status());
        return Answers.success(Map.of("Volume", fields.buildOrThrow()));
    }

    /** RFC 3339 has years of four digits. The engine takes an answer with any other for "no such volume". */
    private static boolean isWritable(Instant time) {
        int year = time.atOffset(ZoneOffset.UTC).getYear();
        return year >= 0 && year <= LAST_YEAR;
    }
}
