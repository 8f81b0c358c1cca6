package io.flockerj.plugin.volumedriver;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The calls of the protocol. */
enum CallName {
    ACTIVATE("Plugin.Activate"),
    CREATE("VolumeDriver.Create"),
    REMOVE("VolumeDriver.Remove"),
    MOUNT("VolumeDriver.Mount"),
    UNMOUNT("VolumeDriver.Unmount"),
    PATH("VolumeDriver.Path"),
    GET("VolumeDriver.Get"),
    LIST("VolumeDriver.List"),
    CAPABILITIES("VolumeDriver.Capabilities");

    /** All of them, for messages. */
    static final String ALL = Arrays.stream(values()).map(call -> call.text).collect(Collectors.joining(", "));

    private final String text;

    CallName(String text) {
        this.text = text;
    }

    static Optional<CallName> at(String path) {
        return Arrays.stream(values())
                .filter(call -> path.equals("/" + call.text))
                .findFirst();
    }

    @Override
    public String toString() {
        return text;
    }
}
