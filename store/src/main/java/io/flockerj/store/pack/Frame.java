package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import java.util.List;

/**
 * A frame that is ready to be put into a pack. What it was made from has been compared with what it unpacks to.
 *
 * @param bytes its header and its stored bytes; nobody changes them
 * @param plain how many bytes it unpacks to
 * @param chunks the ids of its chunks, in order
 * @param lengths the lengths of its chunks, in order
 */
@SuppressWarnings("ArrayRecordComponent")
public record Frame(byte[] bytes, int plain, FrameKind kind, List<Hash> chunks, int[] lengths) {}
