package io.flockerj.plugin.volume;

/** The name of a branch; follows the rule of {@link VolumeName}, for a branch that a volume starts is named as the volume. */
public record BranchName(String value) {
    /** The branch that a new volume works on. */
    public static final BranchName MAIN = new BranchName("main");

    public BranchName {
        new VolumeName(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
