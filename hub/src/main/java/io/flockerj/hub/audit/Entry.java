package io.flockerj.hub.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.ByteWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the record, exactly as the database holds it: what is hashed is what stands there, not what it is taken for.
 *
 * @param number in its chain, from 1
 * @param details as JSON
 * @param hash SHA-256 of the hash before it and of {@link #canonical()}
 */
public record Entry(
        Id chain,
        long number,
        Instant happened,
        String kind,
        String outcome,
        Optional<String> account,
        Optional<String> accountName,
        Optional<String> token,
        Optional<String> address,
        Optional<String> request,
        Optional<String> volumeset,
        Optional<String> volumesetName,
        Optional<String> subject,
        String details,
        String hash) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Entry of(Chain chain, long number, Instant happened, Act act, Hash before) {
        Actor actor = act.actor();
        Entry unhashed = new Entry(
                chain.id(),
                number,
                Instant.ofEpochMilli(happened.toEpochMilli()),
                act.kind().written(),
                act.outcome().written(),
                actor.account().map(Id::hex),
                actor.name(),
                actor.token().map(Id::hex),
                actor.address(),
                actor.request(),
                act.volumeset().map(Id::hex),
                act.volumesetName(),
                act.subject(),
                json(act),
                "");
        return unhashed.hashed(unhashed.chainedTo(before).hex());
    }

    private static String json(Act act) {
        try {
            return JSON.writeValueAsString(act.details());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }

    private Entry hashed(String value) {
        return new Entry(
                chain,
                number,
                happened,
                kind,
                outcome,
                account,
                accountName,
                token,
                address,
                request,
                volumeset,
                volumesetName,
                subject,
                details,
                value);
    }

    /** What its hash has to be, behind this one. */
    Hash chainedTo(Hash before) {
        ByteWriter bytes = new ByteWriter();
        bytes.hash(before).raw(canonical());
        return Sha256.of(bytes.toArray());
    }

    /** Its bytes but for the hash: no two rows that differ have the same. */
    byte[] canonical() {
        ByteWriter bytes = new ByteWriter();
        bytes.text("flockerj audit 1")
                .id(chain)
                .u64(number)
                .u64(happened.toEpochMilli())
                .text(kind)
                .text(outcome);
        put(bytes, account);
        put(bytes, accountName);
        put(bytes, token);
        put(bytes, address);
        put(bytes, request);
        put(bytes, volumeset);
        put(bytes, volumesetName);
        put(bytes, subject);
        return bytes.text(details).toArray();
    }

    private static void put(ByteWriter bytes, Optional<String> text) {
        bytes.u8(text.isPresent() ? 1 : 0);
        text.ifPresent(bytes::text);
    }

    static Entry read(ResultSet row) throws SQLException {
        return new Entry(
                Id.parse(row.getString("chain_id")),
                row.getLong("number"),
                Instant.ofEpochMilli(row.getLong("happened")),
                row.getString("kind"),
                row.getString("outcome"),
                text(row.getString("account_id")),
                text(row.getString("account_name")),
                text(row.getString("token_id")),
                text(row.getString("address")),
                text(row.getString("request_id")),
                text(row.getString("volumeset_id")),
                text(row.getString("volumeset_name")),
                text(row.getString("subject")),
                row.getString("details"),
                row.getString("hash"));
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value);
    }

    /** As one line of an export. With the lines of the chains it is all that is needed to verify it. */
    public ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("chain", chain.hex()).put("number", number).put("time", happened.toString());
        json.put("kind", kind).put("outcome", outcome);
        account.ifPresent(value -> json.put("account", value));
        accountName.ifPresent(value -> json.put("accountName", value));
        token.ifPresent(value -> json.put("token", value));
        address.ifPresent(value -> json.put("address", value));
        request.ifPresent(value -> json.put("request", value));
        volumeset.ifPresent(value -> json.put("volumeset", value));
        volumesetName.ifPresent(value -> json.put("volumesetName", value));
        subject.ifPresent(value -> json.put("subject", value));
        json.set("details", parsed());
        return json.put("hash", hash);
    }

    /** What somebody has put there by hand may be no JSON. */
    private JsonNode parsed() {
        try {
            return JSON.readTree(details);
        } catch (JsonProcessingException _) {
            return JSON.getNodeFactory().textNode(details);
        }
    }
}
