package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.docker.Container;
import io.flockerj.cli.docker.Docker;
import io.flockerj.cli.docker.DockerVolume;
import io.flockerj.cli.local.MountTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A volume of another driver, written {@code local:NAME}, as the engine tells of it.
 *
 * @param written what the person wrote, without a REF
 */
record LocalVolume(String written, Docker docker, DockerVolume volume) {
    private static final String PREFIX = "local:";

    /** Whether a text means such a volume, or a snapshot of it. */
    static boolean isMeant(String ref) {
        return ref.startsWith(PREFIX);
    }

    /** Asks the engine where it lies. */
    static LocalVolume find(Session session, String ref) throws IOException, CommandException {
        String written = Refs.volumeOf(ref);
        String name = written.substring(PREFIX.length());
        if (name.isEmpty()) {
            throw CommandException.usage("a volume of another driver is written local:NAME");
        }
        Docker docker = session.docker();
        Optional<DockerVolume> found = docker.findVolume(
                name, "it is written without local: where fli takes a volume, as in: fli push " + name);
        if (found.isEmpty()) {
            throw CommandException.notFound("Docker has no volume " + name + "; see: docker volume ls, and create it"
                    + " with: docker volume create " + name);
        }
        if (docker.isRootless()) {
            throw CommandException.conflict("this Docker runs without root, in a namespace of its own, which the daemon"
                    + " does not see; bring the volume in with: docker run --rm -v " + name
                    + ":/data alpine tar -C /data -c . | fli import - NEW");
        }
        return new LocalVolume(written, docker, found.get());
    }

    /** Refuses one that Docker mounts while a container uses it, and that none uses. */
    void requireMounted() throws IOException, CommandException {
        requireMounted(volume);
    }

    /** Docker's own driver mounts what has options only while a container uses it, and leaves an empty directory otherwise. */
    static void requireMounted(DockerVolume volume) throws IOException, CommandException {
        Path path = Path.of(volume.mountPoint());
        if (volume.isMountedOnDemand()
                && Files.isDirectory(path)
                && !MountTable.read().isMountPoint(path.toRealPath())) {
            throw CommandException.conflict("Docker mounts its volume " + volume.name() + " (" + volume.optionsText()
                    + ") only while a container uses it, and none does now: start one with it, and try again");
        }
    }

    /** Refuses one that a container uses, be it paused. */
    void requireUnused() throws IOException, CommandException {
        List<Container> users = docker.usersOf(volume.name());
        if (!users.isEmpty()) {
            String names = String.join(" ", users.stream().map(Container::name).toList());
            throw CommandException.conflict(
                    written + " is used by running containers; stop them first, with: docker stop " + names);
        }
    }

    /** How the daemon is told of it. */
    ObjectNode body() {
        return Daemon.json()
                .put("name", volume.name())
                .put("driver", volume.driver())
                .put("mountPoint", volume.mountPoint())
                .put("options", !volume.options().isEmpty())
                .put("mounted", volume.isMountedOnDemand());
    }
}
