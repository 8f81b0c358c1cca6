package io.flockerj.cli.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A volume of any driver, as Docker tells of it.
 *
 * @param mountPoint where its files are on the engine's host
 * @param options that it was made with
 */
public record DockerVolume(String name, String driver, String mountPoint, Map<String, String> options) {
    /** As a plugin's driver is called, whatever its tag. */
    private static final String OWN_DRIVER = "flockerj";

    public DockerVolume {
        options = new TreeMap<>(options);
    }

    static DockerVolume of(JsonNode json, String name, String own) throws DockerException {
        String driver = json.path("Driver").asText();
        String mountPoint = json.path("Mountpoint").asText();
        if (driver.startsWith(OWN_DRIVER)) {
            throw new DockerException("the volume " + name + " is flockerj's already; " + own);
        }
        if (mountPoint.isEmpty()) {
            throw new DockerException("Docker's volume " + name + " is mounted nowhere now, its driver " + driver
                    + " says; start a container with it, and try again");
        }
        Map<String, String> options = new TreeMap<>();
        json.path("Options")
                .properties()
                .forEach(each -> options.put(each.getKey(), each.getValue().asText()));
        return new DockerVolume(name, driver, mountPoint, options);
    }

    /** Whether Docker mounts something there for as long as a container uses it: what mount(8) is told by these options. */
    public boolean isMountedOnDemand() {
        return driver.equals("local") && (options.containsKey("type") || options.containsKey("device"));
    }

    /** Such as {@code device=:/srv, type=nfs}. */
    public String optionsText() {
        return options.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
