package io.flockerj.store.backend.s3;

import io.flockerj.store.backend.Version;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** When an object may be put. */
sealed interface Condition {
    void addTo(PutObjectRequest.Builder request);

    /** If there is none: {@code If-None-Match: *}. In quotes Ceph would pass over it. */
    record Absent() implements Condition {
        @Override
        public void addTo(PutObjectRequest.Builder request) {
            request.ifNoneMatch("*");
        }
    }

    /** If it is this one: {@code If-Match}. */
    record Unchanged(Version version, Spelling spelling) implements Condition {
        @Override
        public void addTo(PutObjectRequest.Builder request) {
            request.ifMatch(spelling == Spelling.QUOTED ? '"' + version.text() + '"' : version.text());
        }
    }

    /** How entity tags are written. With quotes says RFC 9110, section 8.8.3; Ceph compares the quotes too. */
    enum Spelling {
        QUOTED,
        BARE
    }
}
