package io.flockerj.store.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.ObjectName;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3PlaceTest {
    private static final ObjectName NAME = new ObjectName("a/b");

    @Test
    void aBucketIsEnough() {
        assertThat(S3Place.parse("s3://some-bucket", Map.of()))
                .isEqualTo(new S3Place(
                        "some-bucket",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(S3Place.parse("s3://some-bucket/", Map.of())).hasToString("s3://some-bucket");
        assertThat(S3Place.parse("s3://some-bucket/", Map.of()).key(NAME)).isEqualTo("a/b");
    }

    @Test
    void everyOptionIsTaken() {
        S3Place place = S3Place.parse(
                "s3://some-bucket/of/mine/",
                Map.of(
                        "endpoint", "https://store.example:9000",
                        "region", "eu-central-1",
                        "path-style", "false",
                        "ca-file", "/etc/ca.pem",
                        "profile", "backup",
                        "credentials-file", "/etc/keys"));

        assertThat(place)
                .isEqualTo(new S3Place(
                        "some-bucket",
                        "of/mine",
                        Optional.of(URI.create("https://store.example:9000")),
                        Optional.of("eu-central-1"),
                        false,
                        Optional.of(Path.of("/etc/ca.pem")),
                        Optional.of("backup"),
                        Optional.of(Path.of("/etc/keys"))))
                .hasToString("s3://some-bucket/of/mine at https://store.example:9000");
        assertThat(place.key(NAME)).isEqualTo("of/mine/a/b");
        assertThat(place.name("of/mine/a/b")).contains(NAME);
        assertThat(place.name("of/mine/a//b")).isEmpty();
        assertThat(place.name("of")).isEmpty();
    }

    @Test
    void atAnEndpointTheBucketStandsInThePath() {
        assertThat(S3Place.parse("s3://bucket", Map.of("endpoint", "http://h:1"))
                        .pathStyle())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            bucket                | write s3://BUCKET/PREFIX
            s3:/bucket            | write s3://BUCKET/PREFIX
            s3://                 | '' cannot be the name of a bucket
            s3://ab               | 'ab' cannot be the name of a bucket
            s3://buck:80/x        | 'buck:80' cannot be the name of a bucket
            s3://bucket//x        | '/x' cannot be what keys begin with
            s3://bucket/a//x      | 'a//x' cannot be what keys begin with
            s3://bucket/../x      | '../x' cannot be what keys begin with
            s3://bucket/x?y=z     | cannot be what keys begin with
            """)
    void aUrlThatIsNoneIsRefusedWithTheWayOut(String url, String message) {
        assertThatThrownBy(() -> S3Place.parse(url, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            endpoint    | store.example      | write http://HOST:PORT
            endpoint    | ftp://store        | write http://HOST:PORT
            endpoint    | https://store/path | write http://HOST:PORT
            endpoint    | https://u:p@store  | write http://HOST:PORT
            endpoint    | https://a b        | write https://HOST:PORT
            region      | Europe!            | 'Europe!' is no region
            path-style  | yes                | path-style is true or false, not 'yes'
            pathstyle   | true               | no option 'pathstyle', but these: [ca-file, credentials-file, endpoint
            """)
    void anOptionThatIsNoneIsRefusedWithTheWayOut(String option, String value, String message) {
        assertThatThrownBy(() -> S3Place.parse("s3://bucket", Map.of(option, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aSecretInAUrlIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> S3Place.parse("s3://KEY:topsecret@bucket/x", Map.of()))
                .hasMessageContaining("credentials have no place in a URL")
                .hasMessageNotContaining("topsecret");
        assertThatThrownBy(() -> S3Place.parse("s3://bucket/x", Map.of("endpoint", "https://me:topsecret@store")))
                .hasMessageNotContaining("topsecret");
    }
}
