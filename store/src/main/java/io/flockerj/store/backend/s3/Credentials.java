package io.flockerj.store.backend.s3;

import java.io.UncheckedIOException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** Finds credentials, or says by the type of its error that there are none. */
final class Credentials implements AwsCredentialsProvider {
    private final S3Place place;
    private final AwsCredentialsProvider chain;

    /** There are none, and its message says where they were looked for. */
    static final class MissingException extends SdkClientException {
        MissingException(String message, Throwable cause) {
            super(SdkClientException.builder().message(message).cause(cause));
        }
    }

    Credentials(S3Place place, AwsCredentialsProvider chain) {
        this.place = place;
        this.chain = chain;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        try {
            return chain.resolveCredentials();
        } catch (SdkException | IllegalStateException | IllegalArgumentException | UncheckedIOException e) {
            throw new MissingException("finds no credentials " + where(), e);
        }
    }

    private String where() {
        String profile = place.profile().map(name -> " under [" + name + "]").orElse("");
        return place.credentialsFile()
                .map(file -> "in " + file + (profile.isEmpty() ? " under [default]" : profile)
                        + ": it needs the lines aws_access_key_id and aws_secret_access_key there")
                .orElse(
                        profile.isEmpty()
                                ? "in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in ~/.aws nor of this machine: "
                                        + "give some, or the option credentials-file"
                                : "in ~/.aws" + profile + ": add them, or give the option credentials-file");
    }
}
