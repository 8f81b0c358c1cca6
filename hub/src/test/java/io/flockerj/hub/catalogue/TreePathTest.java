package io.flockerj.hub.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.tree.EntryName;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreePathTest {
    @Test
    void anyBytesComeBack() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            List<EntryName> names = new ArrayList<>();
            while (names.size() < 3) {
                byte[] bytes = new byte[1 + random.nextInt(6)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) {
                    bytes = "a\\ä€😀\n".substring(random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
                }
                if (EntryName.isValid(Bytes.of(bytes))) {
                    names.add(new EntryName(Bytes.of(bytes)));
                }
            }
            TreePath path = new TreePath(names);
            assertThat(TreePath.parse(path.toString())).isEqualTo(path);
        }
    }

    @Test
    void whatPeopleReadIsWrittenAsItIs() throws IOException {
        assertThat(TreePath.parse("/etc/ä b/").toString()).isEqualTo("etc/ä b");
        assertThat(TreePath.parse("/")).isEqualTo(TreePath.ROOT);
        assertThat(TreePath.text(Bytes.of(new byte[] {'a', (byte) 0xff, '\n'}))).isEqualTo("a\\xff\\x0a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a//b", "..", "a/./b", "\\x2f", "\\x00", "\\x2e\\x2e", "\\x", "\\y", "a\\"})
    void whatIsNoPathIsRefused(String text) {
        assertThatThrownBy(() -> TreePath.parse(text)).hasMessageContaining("a path is names");
    }
}
