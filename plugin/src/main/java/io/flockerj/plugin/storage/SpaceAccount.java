package io.flockerj.plugin.storage;

/**
 * What the space of several trees is charged to: one account for each volume, whatever trees it has had and whatever nested
 * subvolumes its containers made.
 *
 * @param number 1 to 2⁴⁸−1, the range of a btrfs quota group's number
 */
public record SpaceAccount(long number) {
    private static final long LARGEST = (1L << 48) - 1;

    public SpaceAccount {
        if (number < 1 || number > LARGEST) {
            throw new IllegalArgumentException("a space account is numbered from 1 to 2^48-1: " + number);
        }
    }

    /** The account of whatever has this id: its first 12 digits, which are its first 48 bits. */
    public static SpaceAccount of(RandomId owner) {
        return new SpaceAccount(Math.max(1, Long.parseLong(owner.abbreviated(), 16)));
    }
}
