package io.flockerj.store.backend.s3;

import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The single requests, with their errors explained. */
final class Bucket {
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    /** What stores answer that know no versions: not allowed as a method, not implemented. */
    private static final Set<Integer> HAVE_NO_VERSIONS = Set.of(405, 501);
    /** What Ceph answers to one who loses a race for {@code If-Match}; it has not written then. */
    private static final String CEPH_LOST_RACE = "UnknownError";

    private static final int NOT_FOUND = 404;
    /** RFC 9110, section 14.4. */
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
    /** More than there are bytes in any object of any store. */
    private static final long ALL = 1L << 50;

    private final S3Client client;
    private final S3Place place;
    private final S3Timeouts timeouts;
    private final S3Errors errors;

    Bucket(S3Client client, S3Place place, S3Timeouts timeouts) {
        this.client = client;
        this.place = place;
        this.timeouts = timeouts;
        this.errors = new S3Errors(place);
    }

    S3Place place() {
        return place;
    }

    /** An object, or a part of it, as it was read. Nobody else has the array. */
    @SuppressWarnings("ArrayRecordComponent")
    record Got(byte[] bytes, Version version) {}

    /** What came of a put. */
    sealed interface Put {
        /** It was put. */
        record Made(Version version) implements Put {}

        /** The condition does not hold, says the store. */
        record Refused() implements Put {}

        /** Somebody else put at the same time; nothing was put by us. */
        record Collided(IOException reason) implements Put {}
    }

    /** Reads at most so many bytes; empty if there is no such object. */
    Optional<Got> get(ObjectName name, long from, int length) throws IOException {
        GetObjectRequest request = ranged(name, from, length, patience(length));
        try {
            return Optional.of(checked(name, from, length, client.getObject(request, receiving(length))));
        } catch (AwsServiceException e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                return Optional.of(new Got(new byte[0], new Version("")));
            }
            if (isNoSuchKey(e)) {
                return Optional.empty();
            }
            throw errors.explain("read " + name, false, e);
        } catch (SdkException e) {
            throw errors.explain("read " + name, false, e);
        }
    }

    private GetObjectRequest ranged(ObjectName name, long from, long length, AwsRequestOverrideConfiguration patience) {
        return GetObjectRequest.builder()
                .bucket(place.bucket())
                .key(place.key(name))
                .range("bytes=" + from + "-" + (from + Math.max(length, 1) - 1))
                .overrideConfiguration(patience)
                .build();
    }

    /** Opens a part of an object, to be read as it comes; empty if there is no such object. */
    Optional<Part> open(ObjectName name, long from, long length) throws IOException {
        if (from > ALL) {
            return size(name).map(size -> new Part(size, 0, InputStream.nullInputStream()));
        }
        long wanted = Math.min(length, ALL);
        try {
            ResponseInputStream<GetObjectResponse> content =
                    client.getObject(ranged(name, from, wanted, patience(0)), ResponseTransformer.toInputStream());
            return Optional.of(part(name, from, wanted, content));
        } catch (AwsServiceException e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                return size(name).map(size -> new Part(size, 0, InputStream.nullInputStream()));
            }
            if (isNoSuchKey(e)) {
                return Optional.empty();
            }
            throw errors.explain("read " + name, false, e);
        } catch (SdkException e) {
            throw errors.explain("read " + name, false, e);
        }
    }

    private Part part(ObjectName name, long from, long wanted, ResponseInputStream<GetObjectResponse> content)
            throws IOException {
        long comes = content.response().contentLength();
        long length = Math.min(wanted, comes);
        AnswerStream bytes = new AnswerStream(
                content, length, comes - length, timeouts.forBytes(length), new Reading("read " + name));
        Optional<Long> size = size(content.response(), from);
        if (size.isEmpty()) {
            bytes.close();
            throw otherPart(name);
        }
        return new Part(size.get(), length, bytes);
    }

    /** How many bytes the object has of which an answer brings a part; empty if it is another part. */
    private static Optional<Long> size(GetObjectResponse response, long from) {
        if (response.contentRange() == null) {
            return from > 0 ? Optional.empty() : Optional.of(response.contentLength());
        }
        Matcher range = CONTENT_RANGE.matcher(response.contentRange());
        return range.matches() && Long.parseLong(range.group(1)) == from
                ? Optional.of(Long.parseLong(range.group(3)))
                : Optional.empty();
    }

    /** The size of an object, of which is known that the bucket is there; empty if there is no such object. */
    private Optional<Long> size(ObjectName name) throws IOException {
        HeadObjectRequest request = HeadObjectRequest.builder()
                .bucket(place.bucket())
                .key(place.key(name))
                .overrideConfiguration(patience(0))
                .build();
        try {
            return Optional.of(client.headObject(request).contentLength());
        } catch (AwsServiceException e) {
            // Such an answer has no content that could say more.
            if (e.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw errors.explain("read " + name, false, e);
        } catch (SdkException e) {
            throw errors.explain("read " + name, false, e);
        }
    }

    /** Says what became of a content that was being read. */
    private final class Reading implements AnswerStream.Failure {
        private final String attempted;

        Reading(String attempted) {
            this.attempted = attempted;
        }

        @Override
        public IOException of(SdkException e) {
            return errors.explain(attempted, false, e);
        }

        @Override
        public UnavailableException of(String reason, IOException e) {
            return new UnavailableException("cannot " + attempted + " in " + place + ": " + reason, false, e);
        }
    }

    private IOException otherPart(ObjectName name) {
        return new IOException(
                "asked " + place + " for a part of " + name + ", got another: it cannot hold a repository");
    }

    /** An answer, and what was read of its content, at most as much as was asked for. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Received(GetObjectResponse response, byte[] bytes) {}

    private static ResponseTransformer<GetObjectResponse, Received> receiving(int length) {
        return (response, content) -> {
            byte[] bytes = content.readNBytes((int) Math.min(length, response.contentLength()));
            if (bytes.length < response.contentLength()) {
                content.abort();
            }
            return new Received(response, bytes);
        };
    }

    private Got checked(ObjectName name, long from, int length, Received received) throws IOException {
        if (received.response().contentRange() == null && from > 0) {
            throw otherPart(name);
        }
        if (received.bytes().length < Math.min(length, received.response().contentLength())) {
            throw new UnavailableException("the answer with " + name + " from " + place + " broke off", false, null);
        }
        return new Got(received.bytes(), version(received.response().eTag()));
    }

    /** Puts an object, if the condition holds. */
    Put put(ObjectName name, Content content, Condition condition) throws IOException {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(place.bucket())
                .key(place.key(name))
                .overrideConfiguration(patience(content.length()));
        if (!place.isPlainHttp()) {
            request.contentMD5(content.md5()); // Without TLS the library signs the content, by SHA-256.
        }
        condition.addTo(request);
        PutObjectResponse response;
        try {
            response = client.putObject(request.build(), content.body());
        } catch (AwsServiceException e) {
            return refused(name, condition, e);
        } catch (SdkException e) {
            throw errors.explain("write " + name, true, e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (response.versionId() != null) {
            throw new IOException("the bucket " + place.bucket() + " keeps versions, where writes are not safe on every"
                    + " store: take one that does not, for " + place);
        }
        return new Put.Made(version(response.eTag()));
    }

    private Put refused(ObjectName name, Condition condition, AwsServiceException e) throws IOException {
        boolean unchanged = condition instanceof Condition.Unchanged;
        if (e.statusCode() == PRECONDITION_FAILED || (unchanged && isNoSuchKey(e))) {
            return new Put.Refused();
        }
        IOException explained = errors.explain("write " + name, true, e);
        if (e.statusCode() == CONFLICT || (unchanged && S3Errors.code(e).equals(CEPH_LOST_RACE))) {
            return new Put.Collided(explained);
        }
        throw explained;
    }

    void delete(ObjectName name) throws IOException {
        DeleteObjectRequest request = DeleteObjectRequest.builder()
                .bucket(place.bucket())
                .key(place.key(name))
                .overrideConfiguration(patience(0))
                .build();
        try {
            client.deleteObject(request);
        } catch (AwsServiceException e) {
            if (!isNoSuchKey(e)) {
                throw errors.explain("delete " + name, true, e);
            }
        } catch (SdkException e) {
            throw errors.explain("delete " + name, true, e);
        }
    }

    void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        String token = null;
        do {
            ListObjectsV2Response page = page(folder, token);
            for (S3Object found : page.contents()) {
                place.name(found.key())
                        .ifPresent(name -> each.accept(new Listed(name, found.size(), found.lastModified())));
            }
            String next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
            if (Boolean.TRUE.equals(page.isTruncated()) && (next == null || next.equals(token))) {
                throw new IOException("the list of " + folder + " in " + place + " is cut off, and the store does not "
                        + "say how it goes on");
            }
            token = next;
        } while (token != null);
    }

    private ListObjectsV2Response page(ObjectName folder, @Nullable String token) throws IOException {
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(place.bucket())
                .prefix(place.key(folder) + "/")
                .continuationToken(token)
                .overrideConfiguration(patience(0))
                .build();
        try {
            return client.listObjectsV2(request);
        } catch (SdkException e) {
            throw errors.explain("list " + folder, false, e);
        }
    }

    /** Whether the bucket keeps, or kept, versions of its objects. */
    boolean isVersioned() throws IOException {
        GetBucketVersioningRequest request = GetBucketVersioningRequest.builder()
                .bucket(place.bucket())
                .overrideConfiguration(patience(0))
                .build();
        try {
            BucketVersioningStatus status = client.getBucketVersioning(request).status();
            return status != null;
        } catch (SdkException e) {
            if (e instanceof AwsServiceException answer && HAVE_NO_VERSIONS.contains(answer.statusCode())) {
                return false;
            }
            throw errors.explain("ask for versioning", false, e);
        }
    }

    private AwsRequestOverrideConfiguration patience(long bytes) {
        Duration atMost = timeouts.forBytes(bytes);
        return AwsRequestOverrideConfiguration.builder().apiCallTimeout(atMost).build();
    }

    /** A bucket that is not there is another matter, and so is a server that knows no objects at all. */
    private static boolean isNoSuchKey(AwsServiceException e) {
        return S3Errors.code(e).equals("NoSuchKey");
    }

    private Version version(@Nullable String entityTag) throws IOException {
        if (entityTag == null || entityTag.isEmpty()) {
            throw new IOException(place
                    + " gives no entity tags, by which versions are told: look at the endpoint, or take another store");
        }
        boolean quoted = entityTag.length() > 2 && entityTag.startsWith("\"") && entityTag.endsWith("\"");
        return new Version(quoted ? entityTag.substring(1, entityTag.length() - 1) : entityTag);
    }
}
