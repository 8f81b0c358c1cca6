package io.flockerj.hub.access;

import io.flockerj.store.id.Id;
import java.util.List;

/**
 * What a token lets its account do, of what the account may do.
 *
 * @param token the token's id
 * @param volumesets with these only
 * @param highest no right above it
 */
public record TokenScope(Id token, List<VolumesetPattern> volumesets, Right highest) {
    public TokenScope {
        volumesets = List.copyOf(volumesets);
    }

    /** Whether it is for all volumesets of an owner, those to come as well. */
    public boolean coversAll(OwnerName owner) {
        return volumesets.stream().anyMatch(pattern -> pattern.matchesAll(owner));
    }

    /** Whether it is for this volumeset at all. */
    public boolean covers(VolumesetName volumeset) {
        return volumesets.stream().anyMatch(pattern -> pattern.matches(volumeset));
    }
}
