package io.flockerj.plugin.restore;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Id;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LinkGroupsTest {
    @Test
    void moreFilesWithSeveralNamesThanCanBeHeldAreRefused() throws IOException {
        LinkGroups groups = new LinkGroups(LinkGroups.Others.NONE, 2 * 152);
        Entry entry = HandmadeTrees.entry("x", new Item.Fifo());
        groups.add(new Id(1, 1), path("a1"), entry);
        groups.add(new Id(2, 2), path("b1"), entry);
        groups.join(new Id(1, 1), entry);

        assertThatThrownBy(() -> groups.add(new Id(3, 3), path("c1"), entry))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("/c1")
                .hasMessageContaining("more files with several names");
    }

    private static byte[] path(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}
