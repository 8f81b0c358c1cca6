package io.flockerj.cli.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flockerj.cli.http.Limits;
import io.flockerj.cli.http.Request;
import io.flockerj.cli.http.Response;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.http.UnixHttp;
import io.flockerj.cli.http.UnreachableException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Docker Engine API, as far as fli needs it. Every call throws a {@link DockerException} that names the container. */
public final class Docker {
    private static final String SCHEME = "unix://";
    private static final String DEFAULT_HOST = SCHEME + "/var/run/docker.sock";
    private static final int MAX_JSON = 256 * 1024 * 1024;

    /** An engine gives a container 10 s to end when it is stopped, unless it was told another time. */
    private static final Limits PATIENCE = Limits.idle(Duration.ofMinutes(10));

    /** The kernel freezes a container at once, or something is amiss; meanwhile others may be paused already. */
    private static final Limits SOON = Limits.total(Duration.ofSeconds(5));

    private static final JsonMapper JSON = new JsonMapper();

    private final String host;
    private final String agent;

    /**
     * Asks the engine at this address.
     *
     * @param host the value of {@code DOCKER_HOST}
     */
    public Docker(Optional<String> host, String agent) {
        this.host = host.orElse(DEFAULT_HOST);
        this.agent = agent;
    }

    /** The running and paused containers, the newest first. */
    public List<Container> containers(Limits limits) throws IOException {
        List<Container> containers = new ArrayList<>();
        call("GET", Target.of("containers", "json"), "list the containers", limits)
                .forEach(json -> containers.add(Container.of(json)));
        return containers;
    }

    /** The running and paused containers that mount one of these volumes, the newest first. */
    public List<Container> holdersOf(List<String> volumes) throws IOException {
        return containers(PATIENCE).stream()
                .filter(container -> volumes.stream().anyMatch(container.volumes()::contains))
                .toList();
    }

    /** Whether the container vanishes when it ends ({@code docker run --rm}). */
    public boolean isRemovedWhenItEnds(Container container) throws IOException {
        return call(
                        "GET",
                        Target.of("containers", container.id(), "json"),
                        "inspect the container " + container.name(),
                        PATIENCE)
                .path("HostConfig")
                .path("AutoRemove")
                .asBoolean();
    }

    public void pause(Container container) throws IOException {
        act(container, "pause", SOON);
    }

    /** A container that is not paused, or is gone, is fine. */
    public void unpause(Container container) throws IOException {
        try {
            act(container, "unpause", PATIENCE);
        } catch (DockerException refused) {
            if (isPaused(container)) {
                throw new DockerException(
                        refused.getMessage() + "; it is still paused, try: docker unpause " + container.name(),
                        refused);
            }
        }
    }

    private boolean isPaused(Container container) throws IOException {
        return containers(PATIENCE).stream()
                .anyMatch(
                        each -> each.id().equals(container.id()) && each.state().equals("paused"));
    }

    public void stop(Container container) throws IOException {
        act(container, "stop", PATIENCE);
    }

    public void start(Container container) throws IOException {
        act(container, "start", PATIENCE);
    }

    /**
     * A volume of any other driver than flockerj, whose files are somewhere on the engine's host.
     *
     * @param own what to do with one of flockerj's, for people
     */
    public DockerVolume volume(String name, String own) throws IOException {
        return DockerVolume.of(
                call("GET", Target.of("volumes", name), "inspect the volume " + name, PATIENCE), name, own);
    }

    /** As {@link #volume}, if there is one. */
    public Optional<DockerVolume> findVolume(String name, String own) throws IOException {
        try {
            return Optional.of(volume(name, own));
        } catch (DockerException.MissingException e) {
            return Optional.empty();
        }
    }

    /** The running and paused containers that mount a volume of any driver. */
    public List<Container> usersOf(String volume) throws IOException {
        String filters = JSON.writeValueAsString(Map.of("volume", List.of(volume)));
        Target target = Target.of("containers", "json").with("filters", filters);
        List<Container> users = new ArrayList<>();
        call("GET", target, "list the containers with the volume " + volume, PATIENCE)
                .forEach(json -> users.add(Container.of(json)));
        return users;
    }

    /** Whether the engine runs in a user namespace of its own, in which it has its own mounts. */
    public boolean isRootless() throws IOException {
        for (JsonNode option : call("GET", Target.of("info"), "ask how the engine runs", PATIENCE)
                .path("SecurityOptions")) {
            if (option.asText().equals("name=rootless")) {
                return true;
            }
        }
        return false;
    }

    private void act(Container container, String what, Limits limits) throws IOException {
        call(
                "POST",
                Target.of("containers", container.id(), what),
                what + " the container " + container.name(),
                limits);
    }

    /** 304 means that it is so already. */
    private JsonNode call(String method, Target target, String what, Limits limits) throws IOException {
        UnixHttp http = new UnixHttp(socket(), agent);
        try (Response response = http.send(new Request(method, target, Optional.empty()), limits)) {
            byte[] bytes = response.bytes(MAX_JSON);
            JsonNode json = bytes.length == 0 ? JSON.nullNode() : JSON.readTree(bytes);
            if (response.isSuccess() || response.status() == 304) {
                return json;
            }
            String why =
                    "cannot " + what + ": Docker says: " + json.path("message").asText("status " + response.status());
            throw response.status() == 404 ? new DockerException.MissingException(why) : new DockerException(why);
        } catch (UnreachableException e) {
            throw new DockerException(
                    "cannot " + what + ": Docker does not answer at " + e.socket() + ": " + e.reason()
                            + "; say where it is by DOCKER_HOST",
                    e);
        } catch (SocketTimeoutException e) {
            throw new DockerException("cannot " + what + ": Docker at " + e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new DockerException("cannot " + what + ": Docker's answer is not JSON", e);
        }
    }

    private Path socket() throws DockerException {
        if (!host.startsWith(SCHEME)) {
            throw new DockerException("fli talks to Docker only where the daemon is, by a Unix socket; DOCKER_HOST is "
                    + host + ": unset it, or set it to " + DEFAULT_HOST);
        }
        return Path.of(host.substring(SCHEME.length()));
    }
}
