/**
 * What the daemon does when its world fails: power lost, the process killed, disks full, read-only or gone.
 *
 * <p>{@link io.flockerj.integration.fault.RecordingDisk} is a disk that remembers every write and sync, and
 * {@link io.flockerj.integration.fault.PowerLoss} rebuilds from its log what a real disk could hold after a power cut.
 * Everything that mounts runs in a mount namespace of its own ({@link io.flockerj.integration.fault.OwnMounts}), which
 * takes all its mounts and loop devices along when it ends, however it ends.
 */
@NullMarked
package io.flockerj.integration.fault;

import org.jspecify.annotations.NullMarked;
