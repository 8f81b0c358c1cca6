package io.flockerj.store.pack;

import java.util.List;

/**
 * A pack that is ready to be written.
 *
 * @param pieces its bytes, one array after the other; nobody changes them
 * @param table what is where in it
 */
public record Pack(PackInfo info, List<byte[]> pieces, PackTable table) {}
