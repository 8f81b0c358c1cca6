package io.flockerj.hub.http.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.Grants.Grant;
import io.flockerj.hub.people.Member;
import io.flockerj.hub.people.Token;
import io.flockerj.hub.people.VolumesetSearch.Seen;
import io.flockerj.hub.people.desk.Page;
import io.flockerj.hub.people.desk.ProtectionsDesk.Protection;
import io.flockerj.hub.people.desk.ServicesDesk.Service;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Tells what is as JSON. */
final class Told {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Told() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static void send(ServerResponse response, int status, ObjectNode json) {
        response.status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    static void done(ServerResponse response) {
        response.status(204).send();
    }

    static <T> ObjectNode page(String name, Page<T> page, Function<T, ObjectNode> each) {
        ObjectNode json = list(name, page.items(), each);
        page.next().ifPresent(next -> json.put("next", next));
        return json;
    }

    static <T> ObjectNode list(String name, List<T> items, Function<T, ObjectNode> each) {
        ObjectNode json = object();
        ArrayNode array = json.putArray(name);
        items.forEach(item -> array.add(each.apply(item)));
        return json;
    }

    static ObjectNode account(Account account) {
        ObjectNode json = object().put("name", account.name().value())
                .put("kind", account.kind().written())
                .put("id", account.id().hex())
                .put("displayName", account.displayName())
                .put("created", account.created().toString());
        if (account.kind() == Account.Kind.USER) {
            json.put("administrator", account.isAdministrator());
        }
        if (account.kind() != Account.Kind.SERVICE) {
            json.put("usualVisibility", account.usualVisibility().written());
        }
        account.disabled().ifPresent(since -> json.put("disabled", since.toString()));
        return json;
    }

    static ObjectNode service(Service service) {
        return account(service.account()).put("owner", service.owner().value());
    }

    static ObjectNode member(Member member) {
        return object().put("account", member.name().value())
                .put("role", member.role().written())
                .put("since", member.since().toString());
    }

    static ObjectNode token(Token token) {
        ObjectNode json = object().put("id", token.id().hex())
                .put("name", token.name())
                .put("right", token.highest().written())
                .put("created", token.created().toString());
        patterns(json, token.volumesets());
        token.expires().ifPresent(time -> json.put("expires", time.toString()));
        token.lastUsed().ifPresent(time -> json.put("lastUsed", time.toString()));
        token.lastAddress().ifPresent(address -> json.put("lastAddress", address));
        return json;
    }

    static void patterns(ObjectNode json, List<VolumesetPattern> patterns) {
        ArrayNode array = json.putArray("volumesets");
        patterns.forEach(pattern -> array.add(pattern.text()));
    }

    static ObjectNode volumeset(Seen seen) {
        ObjectNode json = object().put("owner", seen.name().owner().value())
                .put("name", seen.name().name())
                .put("id", seen.id().hex())
                .put("visibility", seen.visibility().written())
                .put("right", seen.right().written());
        seen.restorableUntil().ifPresent(until -> json.put("restorableUntil", until.toString()));
        return json;
    }

    static ObjectNode grant(Grant grant) {
        return object().put("account", grant.grantee().value())
                .put("kind", grant.kind().written())
                .put("right", grant.right().written())
                .put("by", grant.by().value())
                .put("since", grant.since().toString());
    }

    static ObjectNode protection(Protection protection) {
        return object().put("kind", protection.kind().name().toLowerCase(Locale.ROOT))
                .put("pattern", protection.pattern().text())
                .put("place", protection.place().toString());
    }
}
