package io.flockerj.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code config.json} lets an administrator set is what the daemon takes. */
class PackagedSettingsTest {
    private static final Path CONFIG = Path.of("..", "config.json");

    @Test
    void everySettingIsGivenOnceByThePackageOrLeftToTheAdministrator() throws IOException {
        JsonNode config = new ObjectMapper().readTree(CONFIG.toFile());
        Stream<String> given = texts(config.path("entrypoint"))
                .filter(argument -> argument.startsWith("--"))
                .map(argument -> argument.substring(2, argument.indexOf('=')));
        Stream<String> left = config.path("env")
                .valueStream()
                .map(variable -> variable.path("name").asText())
                .map(name -> Arrays.stream(SettingKey.values())
                        .filter(key -> key.variable().equals(name))
                        .map(SettingKey::word)
                        .findFirst()
                        .orElse(name));
        assertThat(Stream.concat(given, left))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(SettingKey.values()).map(SettingKey::word).toList());
    }

    private static Stream<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText);
    }
}
