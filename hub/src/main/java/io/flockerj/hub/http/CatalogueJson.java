package io.flockerj.hub.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.catalogue.Aspect;
import io.flockerj.hub.catalogue.Change;
import io.flockerj.hub.catalogue.NamedRef;
import io.flockerj.hub.catalogue.Snapshot;
import io.flockerj.hub.catalogue.TreePath;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import java.time.DateTimeException;
import java.time.Instant;

/** The catalogue's answers as JSON (docs/hub-api.yaml). */
final class CatalogueJson {
    private CatalogueJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode of(NamedRef ref) {
        ObjectNode json = object().put("name", ref.name());
        ref.branch().ifPresent(id -> json.put("id", id.hex()));
        json.set("snapshot", of(ref.snapshot()));
        ref.moved().ifPresent(time -> json.put("movedAt", time.toString()));
        ref.by().ifPresent(who -> json.put("movedBy", who));
        return json;
    }

    static ObjectNode of(Snapshot snapshot) {
        ObjectNode json = object().put("id", snapshot.id().hex());
        snapshot.parent().map(Id::hex).ifPresent(parent -> json.put("parent", parent));
        json.put("time", snapshot.time().toString());
        json.put("damaged", snapshot.told().isEmpty());
        snapshot.told().ifPresent(told -> tell(json, told));
        return json;
    }

    private static void tell(ObjectNode json, Snapshot.Told told) {
        told.author().ifPresent(author -> json.put("author", author));
        told.message().ifPresent(message -> json.put("message", message));
        ObjectNode labels = json.putObject("labels");
        told.labels().forEach(labels::put);
        json.put("branch", told.branch());
        json.put("volume", told.volume());
        told.restoredFrom().ifPresent(id -> json.put("restoredFrom", id.hex()));
        json.put("atomic", told.atomic());
        json.put("entries", told.entries());
        json.put("bytes", told.bytes());
        json.put("commit", told.commit().hex());
    }

    /** What is at a name; of the root the name is empty. */
    static ObjectNode of(Entry entry) {
        Metadata metadata = entry.metadata();
        ObjectNode json = object().put("name", TreePath.text(entry.name().bytes()))
                .put("type", type(entry.item()))
                .put("mode", metadata.mode())
                .put("uid", metadata.owner())
                .put("gid", metadata.group())
                .put("size", size(entry.item()));
        json.put("modifiedAt", time(metadata));
        metadata.links().ifPresent(group -> json.put("linkGroup", group.hex()));
        if (entry.item() instanceof Item.Directory directory) {
            json.put("entries", directory.root().totals().entries());
        }
        if (entry.item() instanceof Item.SymbolicLink link) {
            json.put("target", TreePath.text(link.target()));
        }
        return json;
    }

    /** What no calendar knows is shown as it is stored. */
    private static String time(Metadata metadata) {
        try {
            return Instant.ofEpochSecond(metadata.seconds(), metadata.nanos()).toString();
        } catch (DateTimeException _) {
            return "@" + metadata.seconds();
        }
    }

    static ObjectNode of(Change change) {
        ObjectNode json = object().put("path", change.path().toString())
                .put("kind", change.kind())
                .put("type", type(change.present().item()));
        ArrayNode aspects = json.putArray("aspects");
        change.aspects().stream().map(Aspect::written).forEach(aspects::add);
        change.before()
                .ifPresent(entry -> json.put("oldType", type(entry.item())).put("oldSize", size(entry.item())));
        change.after().ifPresent(entry -> json.put("size", size(entry.item())));
        return json;
    }

    private static long size(Item item) {
        return switch (item) {
            case Item.SymbolicLink link -> link.target().length();
            case Item.SmallFile _, Item.LargeFile _, Item.Directory _, Item.Fifo _, Item.Socket _, Item.Device _ ->
                item.totals().bytes();
        };
    }

    private static String type(Item item) {
        return switch (item) {
            case Item.SmallFile _, Item.LargeFile _ -> "file";
            case Item.Directory _ -> "directory";
            case Item.SymbolicLink _ -> "symlink";
            case Item.Fifo _ -> "fifo";
            case Item.Socket _ -> "socket";
            case Item.Device device -> device.block() ? "block-device" : "char-device";
        };
    }

    /** By which a client knows that what is in a file is still the same. */
    static String entityTag(Entry entry) {
        return '"'
                + switch (entry.item()) {
                    case Item.SmallFile file ->
                        Sha256.of(file.content().toArray()).hex();
                    case Item.LargeFile file -> file.digest().hex();
                    case Item.Directory _, Item.SymbolicLink _, Item.Fifo _, Item.Socket _, Item.Device _ ->
                        throw new IllegalArgumentException("that is no file");
                }
                + '"';
    }
}
