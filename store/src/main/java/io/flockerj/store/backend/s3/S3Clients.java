package io.flockerj.store.backend.s3;

import io.flockerj.store.backend.CaFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes clients for places. */
final class S3Clients {
    /** Stores that are not AWS take any region, this one at least. */
    private static final String ANY_REGION = "us-east-1";

    private S3Clients() {}

    static S3Client client(S3Place place, S3Timeouts timeouts) throws IOException {
        AwsCredentialsProvider credentials = new Credentials(place, chain(place));
        Region region = Region.of(region(place));
        SdkHttpClient http = http(place, timeouts);
        var builder = S3Client.builder()
                .httpClient(http)
                .region(region)
                .forcePathStyle(place.pathStyle())
                .credentialsProvider(credentials)
                // Checksums behind the content, or between its parts, are refused by Ceph 16 with
                // XAmzContentSHA256Mismatch.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(each -> each.chunkedEncodingEnabled(false).expectContinueEnabled(false))
                // A swap must not be sent twice; what may be repeated is repeated by a decorator.
                .overrideConfiguration(each -> each.retryStrategy(AwsRetryStrategy.doNotRetry()));
        place.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static SdkHttpClient http(S3Place place, S3Timeouts timeouts) throws IOException {
        UrlConnectionHttpClient.Builder builder = UrlConnectionHttpClient.builder()
                .connectionTimeout(timeouts.connect())
                .socketTimeout(timeouts.silence());
        if (place.caFile().isPresent()) {
            TrustManager[] trusted = CaFile.trustManagers(place.caFile().get());
            builder.tlsTrustManagersProvider(() -> trusted);
        }
        return builder.build();
    }

    /** What is named goes before what lies around. */
    private static AwsCredentialsProvider chain(S3Place place) throws IOException {
        if (place.credentialsFile().isPresent()) {
            Path file = place.credentialsFile().get();
            if (!Files.isReadable(file)) {
                throw new IOException("cannot read the credentials-file " + file + " for " + place);
            }
            ProfileCredentialsProvider.Builder builder = ProfileCredentialsProvider.builder()
                    .profileFile(ProfileFileSupplier.reloadWhenModified(file, ProfileFile.Type.CREDENTIALS));
            place.profile().ifPresent(builder::profileName);
            return builder.build();
        }
        if (place.profile().isPresent()) {
            return ProfileCredentialsProvider.create(place.profile().get());
        }
        return DefaultCredentialsProvider.builder().build();
    }

    private static String region(S3Place place) throws IOException {
        if (place.region().isPresent()) {
            return place.region().get();
        }
        if (place.endpoint().isPresent()) {
            return ANY_REGION;
        }
        try {
            var builder = DefaultAwsRegionProviderChain.builder();
            place.profile().ifPresent(builder::profileName);
            return builder.build().getRegion().id();
        } catch (SdkException e) {
            throw new IOException(
                    "nothing says in which region " + place + " is: give the option region, or AWS_REGION", e);
        }
    }
}
