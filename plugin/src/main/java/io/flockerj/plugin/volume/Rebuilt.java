package io.flockerj.plugin.volume;

import java.util.List;

/**
 * What rebuilding has come to.
 *
 * @param rebuilt what was found, and has been done as it says
 * @param left what is amiss all the same
 */
public record Rebuilt(List<Finding> rebuilt, List<Finding> left) {}
