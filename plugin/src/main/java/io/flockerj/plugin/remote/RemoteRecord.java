package io.flockerj.plugin.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A remote as this pool knows it.
 *
 * @param id of this record
 * @param remote the remote's own id: what is reached by that URL is always the same one
 * @param options how it is reached, by key; no secrets
 * @param token by what name a hub knows the token that this host keeps for it, outside of the pool
 */
record RemoteRecord(
        RandomId id,
        Name name,
        String url,
        Map<String, String> options,
        RandomId remote,
        Instant addedAt,
        Optional<String> token) {
    private static final int FORMAT = 1;

    /** With a token, without which a daemon could not reach it. */
    private static final int FORMAT_WITH_TOKEN = 2;

    RemoteRecord {
        options = ImmutableSortedMap.copyOf(options);
    }

    /**
     * As JSON: {@code {"format": 1, "id": "<32 hex>", "name": "backup", "url": "file:///backup", "options": {}, "remote": "<32 hex>",
     * "addedAt": "2026-11-03T23:32:00Z"}}; with a token also {@code "token": "web1-team"}, and then its format is 2.
     */
    byte[] write() throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", token.isPresent() ? FORMAT_WITH_TOKEN : FORMAT)
                .put("id", id.hex())
                .put("name", name.value())
                .put("url", url);
        options.forEach(json.putObject("options")::put);
        json.put("remote", remote.hex()).put("addedAt", addedAt.toString());
        token.ifPresent(called -> json.put("token", called));
        return RecordFields.write(json);
    }

    static RemoteRecord read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT_WITH_TOKEN);
            RecordFields given = fields.object("options");
            ImmutableMap.Builder<String, String> options = ImmutableMap.builder();
            given.json().fieldNames().forEachRemaining(key -> options.put(key, given.text(key)));
            return new RemoteRecord(
                    fields.id("id"),
                    new Name(fields.text("name")),
                    fields.text("url"),
                    options.buildOrThrow(),
                    fields.id("remote"),
                    fields.instant("addedAt"),
                    fields.optional("token", fields::text));
        });
    }
}
