package io.flockerj.plugin.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Plan.Pace;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.StreamedResponse;
import io.flockerj.plugin.http.Upload;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.VolumeFiles;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesGate;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Calls that look into volumes and snapshots, compare them, and bring files in. */
final class FileRoutes {
    private static final String IMPORT = "/v1/import";
    private static final Set<String> IMPORT_FIELDS = Set.of("name", "option", "message", "author", "job", "bytes");
    private static final Set<String> PLACE = Set.of("ref", "zone", "path");
    private static final Set<String> NONE = Set.of();
    private static final Duration AT_GATE = Duration.ofSeconds(10);

    private final VolumesGate gate;
    private final InstantSource clock;
    private final Jobs jobs;

    FileRoutes(VolumesGate gate, InstantSource clock, Jobs jobs) {
        this.gate = gate;
        this.clock = clock;
        this.jobs = jobs;
    }

    List<Route> all() {
        return List.of(
                Route.streaming(
                        "GET",
                        "/v1/files",
                        Pace.BLOCKING,
                        Set.of("ref", "zone", "path", "recursive", "self"),
                        NONE,
                        FileRoutes::list),
                Route.streaming("GET", "/v1/content", Pace.BLOCKING, PLACE, NONE, FileRoutes::content),
                Route.streaming("GET", "/v1/tar", Pace.BLOCKING, PLACE, NONE, this::tar),
                Route.streaming(
                        "GET", "/v1/diff", Pace.BLOCKING, Set.of("from", "to", "zone", "path"), NONE, FileRoutes::diff),
                Route.job(
                        "copy",
                        "POST",
                        "/v1/copy",
                        Set.of("ref", "zone", "path", "volume", "target"),
                        FileRoutes::copy));
    }

    /** The one request whose body is a stream. */
    Optional<Upload> upload(Request head) {
        if (!head.path().equals(IMPORT) || !head.method().equals("POST")) {
            return Optional.empty();
        }
        return Optional.of(new Upload(Long.MAX_VALUE, body -> receive(head, body)));
    }

    private Answer receive(Request head, InputStream body) {
        try {
            Call call = Call.of(head, clock.instant(), List.of(), IMPORT_FIELDS, NONE);
            VolumeName name = VolumeName.parse(call.query("name"));
            VolumeFiles.ImportOrder order = new VolumeFiles.ImportOrder(
                    name, options(call), call.optionalQuery("message"), call.optionalQuery("author"));
            Volumes volumes = gate.await(AT_GATE);
            Optional<Long> size = call.optionalQueryNumber("bytes");
            Job job = call.optionalQuery("job").isPresent()
                    ? jobs.begin(call.queryId("job"), "import", name.value())
                    : jobs.begin("import", name.value());
            Response made = job.run(progress -> {
                progress.expect(size.orElse(Progress.UNKNOWN), Progress.UNKNOWN);
                volumes.files().importTar(order, body, progress);
                return ControlAnswers.created(
                        ControlAnswers.volume(volumes.get(name).orElseThrow(() -> volumes.unknown(name))));
            });
            return new Answer.Reply(made.with(Jobs.HEADER, job.id()));
        } catch (RefusedException | IOException | RuntimeException e) {
            ControlWork.report(e);
            return new Answer.Reply(ControlWork.response(e));
        }
    }

    private static Map<String, String> options(Call call) throws BadRequestException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : call.queries("option")) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw new BadRequestException("an option is written KEY=VALUE");
            }
            options.put(option.substring(0, equals), option.substring(equals + 1));
        }
        return options;
    }

    private static Answer list(Volumes volumes, Call call) throws RefusedException, IOException {
        return lines(
                volumes.files()
                        .list(
                                call.query("ref"),
                                call.zone(),
                                call.optionalQuery("path").orElse("/"),
                                call.queryFlag("recursive"),
                                call.queryFlag("self")),
                FileRoutes::file);
    }

    private static Answer diff(Volumes volumes, Call call) throws RefusedException, IOException {
        return lines(
                volumes.files()
                        .changes(call.query("from"), call.optionalQuery("to"), call.zone(), call.queries("path")),
                FileRoutes::change);
    }

    private static Answer content(Volumes volumes, Call call) throws RefusedException, IOException {
        VolumeFiles.Content content = volumes.files()
                .read(call.query("ref"), call.zone(), call.optionalQuery("path").orElse("/"));
        return new Answer.Stream(new StreamedResponse(ControlAnswers.OK, "application/octet-stream", content::writeTo));
    }

    private Answer tar(Volumes volumes, Call call) throws RefusedException, IOException {
        String ref = call.query("ref");
        VolumeFiles.Archive archive =
                volumes.files().tar(ref, call.zone(), call.optionalQuery("path").orElse("/"));
        return new Answer.Stream(jobs.stream("export", ref, "application/x-tar", archive));
    }

    private static Response copy(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        VolumeFiles.Copied copied = volumes.files()
                .copy(
                        call.text("ref"),
                        call.zone(),
                        call.text("path"),
                        VolumeName.parse(call.text("volume")),
                        call.text("target"),
                        progress);
        return ControlAnswers.ok(
                ControlAnswers.object().put("entries", copied.entries()).put("bytes", copied.bytes()));
    }

    /** One JSON object on each line. */
    private static <T> Answer lines(VolumeFiles.Entries<T> entries, Function<T, ObjectNode> json) {
        return new Answer.Stream(new StreamedResponse(
                ControlAnswers.OK,
                ControlAnswers.LINES,
                out -> entries.forEach(entry -> ControlAnswers.writeLine(out, json.apply(entry)))));
    }

    private static ObjectNode file(VolumeFiles.FileView file) {
        ObjectNode json = ControlAnswers.object()
                .put("path", file.path())
                .put("type", word(file.type()))
                .put("mode", file.mode())
                .put("uid", file.uid())
                .put("gid", file.gid())
                .put("size", file.size())
                .put("modifiedAt", file.modifiedAt().toString())
                .put("links", file.links());
        return json.put("target", file.target().orElse(null));
    }

    private static ObjectNode change(VolumeFiles.ChangeView change) {
        ObjectNode json = ControlAnswers.object().put("path", change.path()).put("kind", word(change.kind()));
        json.put("oldPath", change.oldPath().orElse(null)).put("type", word(change.type()));
        ArrayNode aspects = json.putArray("aspects");
        change.aspects().stream().map(FileRoutes::word).sorted().forEach(aspects::add);
        return json.put("oldSize", change.oldSize().orElse(null))
                .put("size", change.size().orElse(null));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
