package io.flockerj.store.simulation;

import io.flockerj.store.ChunkReader;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a tree and all that is in it: the way of a restore, without a file system. */
final class TreeReading {
    private final ChunkReader chunks;
    private final DirectoryReader directories;

    TreeReading(ChunkReader chunks) {
        this.chunks = chunks;
        this.directories = new DirectoryReader(chunks);
    }

    Node.Directory read(TreeRef tree) throws IOException {
        if (node(directories.root(tree)) instanceof Node.Directory root) {
            return root;
        }
        throw new AssertionError("the root is no directory");
    }

    private Node node(Entry entry) throws IOException {
        int mode = entry.metadata().mode();
        if (!entry.metadata().equals(TreeSending.metadata(mode))) {
            throw new AssertionError(entry.name() + " has other metadata than anybody wrote");
        }
        return switch (entry.item()) {
            case Item.SmallFile file -> new Node.File(file.content(), mode);
            case Item.LargeFile file -> new Node.File(content(file), mode);
            case Item.SymbolicLink link -> new Node.Link(link.target());
            case Item.Directory directory -> {
                SortedMap<String, Node> entries = new TreeMap<>();
                directories.read(
                        directory.root(), each -> entries.put(each.name().toString(), node(each)));
                yield new Node.Directory(entries, mode);
            }
            default -> throw new AssertionError("nobody wrote " + entry);
        };
    }

    private Bytes content(Item.LargeFile file) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ContentDigester digester = new ContentDigester();
        new SegmentReader(chunks).read(file.storage(), file.size(), file.digest(), segment -> {
            byte[] piece = switch (segment) {
                case Segment.Hole hole -> new byte[Math.toIntExact(hole.length())];
                case Segment.Slice slice -> chunks.slice(slice).toArray();
            };
            content.writeBytes(piece);
            digester.data(piece, 0, piece.length);
        });
        if (!digester.finish().equals(file.digest())) {
            throw new BrokenException("a file", "its digest is not that of its content");
        }
        return Bytes.of(content.toByteArray());
    }
}
