package io.flockerj.plugin.volumedriver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** Names that engines let through, and whether they can be names of volumes here. */
final class NamesTable {
    static final List<String> POSSIBLE =
            List.of("v", "0", "A.b_c-d", "a..b", "x".repeat(128), "f".repeat(64), "host", "v.");

    static final List<String> IMPOSSIBLE = List.of(
            "",
            ".",
            "..",
            "../up",
            "/abs",
            "x//y",
            "rel/../x",
            "a/b",
            "a@b@c",
            "a:b",
            "a b",
            ".hid",
            "-dash",
            "_under",
            "ünï",
            "a%2Fb",
            "a?b",
            "a#b",
            "a*b",
            "$HOME",
            "a\\b",
            "a\nb",
            "a\u0000b",
            "a\u007fb",
            "v\n",
            "v ",
            " v",
            "\ud83d\ude00",
            "x".repeat(129),
            "x".repeat(300),
            "ａ",
            "a\u202eb");

    private NamesTable() {}

    static String json(String text) {
        try {
            return JsonMapper.builder().build().writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
