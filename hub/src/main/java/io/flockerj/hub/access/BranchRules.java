package io.flockerj.hub.access;

import java.util.List;

/**
 * What holds for the branches and tags of a volumeset, whoever moves them.
 *
 * @param protectedBranches such a branch is made and moved by {@link Right#PUBLISH} only, and only forward; it is deleted by
 *     {@link Right#ADMIN} only
 * @param immutableTags such a tag is made once, and neither moved nor deleted by anybody
 */
public record BranchRules(List<BranchPattern> protectedBranches, List<BranchPattern> immutableTags) {
    /** Nothing is protected. */
    public static final BranchRules NONE = new BranchRules(List.of(), List.of());

    public BranchRules {
        protectedBranches = List.copyOf(protectedBranches);
        immutableTags = List.copyOf(immutableTags);
    }

    /** Whether a branch is protected. */
    public boolean isProtected(String branch) {
        return protectedBranches.stream().anyMatch(pattern -> pattern.matches(branch));
    }

    /** Whether a tag stays as it was made. */
    public boolean isImmutable(String tag) {
        return immutableTags.stream().anyMatch(pattern -> pattern.matches(tag));
    }
}
