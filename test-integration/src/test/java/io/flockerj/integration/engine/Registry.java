package io.flockerj.integration.engine;

import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry on the loopback interface of an engine's sandbox, where engines accept it without TLS. */
public final class Registry {

    /** What names of images and plugins in it begin with. */
    public static final String HOST = "127.0.0.1:5000";

    private final PrivateEngine engine;

    private Registry(PrivateEngine engine) {
        this.engine = engine;
    }

    /** Starts it; it ends with the sandbox. */
    public static Registry start(PrivateEngine engine) {
        Path config = engine.directory().resolve("registry.yml");
        try {
            Files.writeString(config, """
                    version: 0.1
                    storage:
                      filesystem:
                        rootdirectory: %s
                    http:
                      addr: %s
                    """.formatted(engine.directory().resolve("registry"), HOST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        engine.sandbox()
                .start(
                        engine.directory().resolve("registry.log"),
                        engine.sandbox().inside().builder("docker-registry", "serve", config.toString()));
        Registry registry = new Registry(engine);
        Eventually.await("the registry", () -> registry.get("").exit() == 0);
        return registry;
    }

    /** The manifest of {@code name:tag}, as JSON. */
    public String manifest(String name, String tag) {
        return get(name + "/manifests/" + tag).ok();
    }

    private io.flockerj.integration.sandbox.Outcome get(String path) {
        return engine.sandbox()
                .inside()
                .run(
                        "curl",
                        "--fail",
                        "--silent",
                        "--show-error",
                        "--header",
                        "Accept: application/vnd.docker.distribution.manifest.v2+json",
                        "http://" + HOST + "/v2/" + path);
    }
}
