package io.flockerj.plugin.volume;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A host whose mounts are kept in memory. */
final class TestingMounts implements TestingHost {
    private final MountPlaces places;
    private final Map<VolumeName, Path> mounted = new TreeMap<>();
    private final Map<VolumeName, Path> points = new TreeMap<>();
    private final Set<VolumeName> bare = new HashSet<>();
    private final Map<String, Path> containers = new TreeMap<>();
    private final Set<VolumeName> busy = new HashSet<>();
    private int passes;
    private int failures;
    private int looks;
    private Runnable beforeDetach = () -> {};

    TestingMounts(Path directory) {
        this.places = new MountPlaces(directory);
    }

    @Override
    public synchronized void fail(int times) {
        failures = times;
    }

    /** The next so many times that it is asked to do or tell anything, it does; the one after fails. */
    synchronized void failAfter(int times) {
        passes = times;
        failures = 1;
    }

    @Override
    public synchronized void setBusy(VolumeName name, boolean isBusy) {
        if (isBusy) {
            busy.add(name);
        } else {
            busy.remove(name);
        }
    }

    /** Something happens once, just before the next volume is unmounted. */
    synchronized void beforeDetach(Runnable event) {
        beforeDetach = event;
    }

    @Override
    public synchronized void leaveBare(VolumeName name) {
        bare.add(name);
    }

    @Override
    public synchronized Path bind(String container, Path point) throws NoSuchFileException {
        VolumeName name =
                new VolumeName(places.directory().relativize(point).getName(0).toString());
        if (bare.contains(name)) {
            throw new AssertionError(container + " was given a bare directory instead of volume " + name);
        }
        Path tree = mounted.get(name);
        if (tree == null || !point.equals(places.point(name, tree))) {
            throw new NoSuchFileException(point.toString());
        }
        containers.put(container, tree);
        return tree;
    }

    @Override
    public synchronized void release(String container) {
        containers.remove(container);
    }

    @Override
    public synchronized boolean isAnywhere(Path tree) {
        return mounted.containsValue(tree) || containers.containsValue(tree);
    }

    @Override
    public synchronized Set<VolumeName> mounted() {
        return Set.copyOf(mounted.keySet());
    }

    @Override
    public synchronized Set<VolumeName> bare() {
        return Set.copyOf(bare);
    }

    /** How often it was asked who uses something. */
    synchronized int looks() {
        return looks;
    }

    @Override
    public synchronized Path point(VolumeName name) {
        return points.getOrDefault(name, places.shown(name));
    }

    @Override
    public synchronized Optional<Path> point(VolumeName name, Path tree) throws IOException {
        passOrFail();
        return tree.equals(mounted.get(name)) ? Optional.of(places.point(name, tree)) : Optional.empty();
    }

    @Override
    public Path attachReadOnly(VolumeName name, Path tree) throws IOException {
        return attach(name, tree);
    }

    @Override
    public synchronized Path attach(VolumeName name, Path tree) throws IOException {
        passOrFail();
        bare.remove(name);
        mounted.put(name, tree);
        points.put(name, places.point(name, tree));
        return point(name);
    }

    @Override
    public synchronized boolean detach(VolumeName name) throws IOException {
        Runnable event = beforeDetach;
        beforeDetach = () -> {};
        event.run();
        passOrFail();
        if (busy.contains(name)) {
            return false;
        }
        mounted.remove(name);
        bare.remove(name);
        return true;
    }

    @Override
    public synchronized void removeBarePoint(VolumeName name) throws IOException {
        passOrFail();
        bare.remove(name);
    }

    @Override
    public synchronized List<String> users(Path tree) throws IOException {
        looks++;
        passOrFail();
        List<String> users = new ArrayList<>();
        containers.forEach((container, used) -> {
            if (used.startsWith(tree)) {
                users.add(container);
            }
        });
        mounted.forEach((name, used) -> {
            if (used.startsWith(tree)) {
                users.add("daemon at " + point(name));
            }
        });
        return users;
    }

    @Override
    public synchronized List<String> otherUsers(VolumeName name, Path tree) throws IOException {
        return users(tree).stream()
                .filter(user -> !user.equals("daemon at " + point(name)))
                .toList();
    }

    private void passOrFail() throws IOException {
        if (passes > 0) {
            passes--;
        } else if (failures > 0) {
            failures--;
            throw new IOException("told to fail at a mount");
        }
    }
}
