package io.flockerj.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.utils.SystemSetting;

/** What {@code config.json} lets an administrator set is what the daemon takes. */
class PackagedSettingsTest {
    private static final Path CONFIG = Path.of("..", "config.json");

    /** These are read by the client library of S3 stores. */
    private static final String OF_BUCKETS = "AWS_";

    @Test
    void everySettingIsGivenOnceByThePackageOrLeftToTheAdministrator() throws IOException {
        JsonNode config = new ObjectMapper().readTree(CONFIG.toFile());
        Stream<String> given = texts(config.path("entrypoint"))
                .filter(argument -> argument.startsWith("--"))
                .map(argument -> argument.substring(2, argument.indexOf('=')));
        Stream<String> left = config.path("env")
                .valueStream()
                .map(variable -> variable.path("name").asText())
                .filter(name -> !name.startsWith(OF_BUCKETS))
                .map(name -> Arrays.stream(SettingKey.values())
                        .filter(key -> key.variable().equals(name))
                        .map(SettingKey::word)
                        .findFirst()
                        .orElse(name));
        assertThat(Stream.concat(given, left))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(SettingKey.values()).map(SettingKey::word).toList());
    }

    /** Secrets are for administrators to put somewhere; none is in the package, nor a name that the library does not know. */
    @Test
    void credentialsForBucketsComeFromWhereTheLibraryLooks() throws IOException {
        JsonNode config = new ObjectMapper().readTree(CONFIG.toFile());
        Set<String> known = Stream.<SystemSetting>concat(
                        Arrays.stream(SdkSystemSetting.values()), Arrays.stream(ProfileFileSystemSetting.values()))
                .map(SystemSetting::environmentVariable)
                .collect(Collectors.toSet());
        List<JsonNode> variables = config.path("env")
                .valueStream()
                .filter(variable -> variable.path("name").asText().startsWith(OF_BUCKETS))
                .toList();
        assertThat(variables)
                .isNotEmpty()
                .allSatisfy(variable ->
                        assertThat(known).contains(variable.path("name").asText()))
                .allSatisfy(
                        variable -> assertThat(variable.path("name").asText().endsWith("_FILE"))
                                .isEqualTo(variable.has("value")))
                .allSatisfy(variable ->
                        assertThat(variable.path("settable").path(0).asText()).isEqualTo("value"));
    }

    private static Stream<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText);
    }
}
