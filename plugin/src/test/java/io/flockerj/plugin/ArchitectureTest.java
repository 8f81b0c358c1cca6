package io.flockerj.plugin;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may know whom inside the daemon, each rule with its reason:
 *
 * <pre>
 * (composition root) ─┬─ volumedriver, control ── volume ─┬─ pool ────┬─ storage ── linux
 *                     │                                   └─ history ─┘
 *                     ├─ http (known by volumedriver and control only)
 *                     └─ progress (known by whoever does work, or shows it)
 * </pre>
 *
 * A package that does not exist yet breaks no rule.
 */
class ArchitectureTest {
    private static final String ROOT = "io.flockerj.plugin";
    private static final String HTTP = "io.flockerj.plugin.http..";
    private static final String VOLUMEDRIVER = "io.flockerj.plugin.volumedriver..";
    private static final String CONTROL = "io.flockerj.plugin.control..";
    private static final String VOLUME = "io.flockerj.plugin.volume..";
    private static final String HISTORY = "io.flockerj.plugin.history..";
    private static final String POOL = "io.flockerj.plugin.pool..";
    private static final String STORAGE = "io.flockerj.plugin.storage";
    private static final String DRIVERS = "io.flockerj.plugin.storage.*..";
    private static final String CAPTURE = "io.flockerj.plugin.capture..";
    private static final String RESTORE = "io.flockerj.plugin.restore..";
    private static final String LOCAL = "io.flockerj.plugin.local..";
    private static final String REMOTE = "io.flockerj.plugin.remote..";
    private static final String SHELF = "io.flockerj.plugin.shelf..";
    private static final String FILES = "io.flockerj.plugin.files..";
    private static final String LINUX = "io.flockerj.plugin.linux..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.flockerj");

    @Test
    void nothingKnowsTheCompositionRoot() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .because("the root wires the parts by constructor; a part that reaches back for settings cannot be"
                        + " tested alone"));
    }

    @Test
    void protocolsReachVolumesOnlyThroughTheVolumePackage() {
        check(noClasses()
                .that()
                .resideInAnyPackage(VOLUMEDRIVER, CONTROL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(POOL, STORAGE, DRIVERS, FILES, LINUX)
                .because("a volume's lock is taken in one class, and what goes beneath it goes around the lock"));
    }

    @Test
    void theTwoProtocolsDoNotKnowEachOther() {
        check(slices().matching("io.flockerj.plugin.(volumedriver|control)..")
                .should()
                .notDependOnEachOther()
                .because("Docker's protocol is frozen by Docker, the control API grows with us"));
    }

    @Test
    void whatMovesTreesKnowsNoVolumes() {
        check(noClasses()
                .that()
                .resideInAnyPackage(CAPTURE, RESTORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, VOLUMEDRIVER, CONTROL, VOLUME, HISTORY, POOL, DRIVERS, REMOTE, SHELF)
                .because("a tree goes into a repository and out of it the same way, whatever it belongs to"));
    }

    @Test
    void whereVolumesOfOtherDriversLieDoesNotDependOnWhereTheyGo() {
        check(noClasses()
                .that()
                .resideInAPackage(LOCAL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, VOLUMEDRIVER, CONTROL, REMOTE, CAPTURE, RESTORE, SHELF, FILES, DRIVERS)
                .because("a directory is looked at, and changes places with another, whatever is in it"));
    }

    @Test
    void nobodyKnowsTheShelf() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(SHELF, ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SHELF)
                .because(
                        "it is put between a pool and its volumes where the pool's file system takes no snapshots, and is"
                                + " asked for its powers by the interfaces of storage, as every driver is"));
    }

    @Test
    void theShelfKnowsNoVolumes() {
        check(noClasses()
                .that()
                .resideInAPackage(SHELF)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, VOLUMEDRIVER, CONTROL, VOLUME, HISTORY, REMOTE, FILES, DRIVERS)
                .because("it keeps trees, as a driver does, over whatever driver keeps the live ones"));
    }

    @Test
    void onlyWhatMovesTreesKnowsTheStore() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(CAPTURE, RESTORE, REMOTE, SHELF, ROOT, "io.flockerj.store..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.flockerj.store..").and(not(assignableTo(Throwable.class))))
                .because("volumes live on this host; that their history can leave it is the matter of a few packages,"
                        + " and only what fails there is told to whoever asked"));
    }

    @Test
    void volumesDoNotKnowTheProtocols() {
        check(noClasses()
                .that()
                .resideInAnyPackage(VOLUME, HISTORY, POOL, STORAGE, DRIVERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, VOLUMEDRIVER, CONTROL)
                .because("what a volume is must not depend on who asks for it; errors are values, mapped to answers in"
                        + " the protocol package"));
    }

    @Test
    void historyDoesNotKnowVolumesOrPools() {
        check(noClasses()
                .that()
                .resideInAPackage(HISTORY)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(VOLUME, POOL)
                .because("snapshots outlive the volume they were made from, and are the same on every pool"));
    }

    @Test
    void thePoolDoesNotKnowVolumes() {
        check(noClasses()
                .that()
                .resideInAPackage(POOL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(VOLUME, HISTORY)
                .because("a pool is opened, locked and grown whatever it holds"));
    }

    @Test
    void storageDoesNotKnowPoolsOrVolumes() {
        check(noClasses()
                .that()
                .resideInAnyPackage(STORAGE, DRIVERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(POOL, VOLUME, HISTORY)
                .because("a driver works on a directory that somebody else found and mounted; so its contract test"
                        + " needs nothing else"));
    }

    @Test
    void filesKnowOnlyTreesAndSystemCalls() {
        check(noClasses()
                .that()
                .resideInAPackage(FILES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, VOLUMEDRIVER, CONTROL, VOLUME, HISTORY, POOL, DRIVERS)
                .because("a tree is looked into in the same way whosever it is, and wherever the answer goes"));
    }

    @Test
    void onlyVolumesLookIntoTrees() {
        check(noClasses()
                .that()
                .resideInAnyPackage(POOL, STORAGE, DRIVERS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(FILES)
                .because("which tree may be looked into, and when, is for those to say who lock volumes"));
    }

    @Test
    void theStorageInterfacesDoNotKnowTheirDrivers() {
        check(noClasses()
                .that()
                .resideInAPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DRIVERS)
                .because("the root package is the promise, the packages below it are ways of keeping it"));
    }

    @Test
    void driversDoNotKnowEachOther() {
        check(slices().matching("io.flockerj.plugin.storage.(*)..")
                .should()
                .notDependOnEachOther()
                .because("what two drivers share belongs to the interface, where every driver gets it"));
    }

    @Test
    void onlyThePoolAndTheRootKnowDriversByName() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, POOL, DRIVERS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DRIVERS)
                .because("a driver is chosen once, where the pool is opened; after that its powers are asked of its"
                        + " interfaces"));
    }

    @Test
    void systemCallsKnowNothingOfUs() {
        check(noClasses()
                .that()
                .resideInAPackage(LINUX)
                .should()
                .dependOnClassesThat(describe(
                        "are ours, outside the package",
                        type -> type.getPackageName().startsWith("io.flockerj.")
                                && !(type.getPackageName() + ".").startsWith("io.flockerj.plugin.linux.")))
                .because("the kernel's interface is the same for every program; what volumes are is decided above"));
    }

    @Test
    void httpKnowsNothingElseOfUs() {
        check(noClasses()
                .that()
                .resideInAPackage(HTTP)
                .should()
                .dependOnClassesThat(describe(
                        "are ours, outside the package",
                        type -> type.getPackageName().startsWith("io.flockerj.")
                                && !(type.getPackageName() + ".").startsWith("io.flockerj.plugin.http.")))
                .because("it moves requests and responses, and does not care what they mean"));
    }

    @Test
    void progressKnowsNothingElseOfUs() {
        check(noClasses()
                .that()
                .resideInAPackage("io.flockerj.plugin.progress..")
                .should()
                .dependOnClassesThat(describe(
                        "are ours, outside the package",
                        type -> type.getPackageName().startsWith("io.flockerj.")
                                && !type.getPackageName().equals("io.flockerj.plugin.progress")))
                .because("whoever does work and whoever watches it meet here, and need not know each other"));
    }

    @Test
    void onlyHttpKnowsNetty() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .because("reference counts and event loops stay where every line is written with them in mind"));
    }

    @Test
    void onlyLinuxKnowsForeignMemory() {
        check(noClasses()
                .that()
                // The index is a mapped file: no address of it is ever made by hand.
                .resideOutsideOfPackages(LINUX, "io.flockerj.store.index")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .because("a wrong layout or a freed address crashes the whole daemon; there is one place to look"));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("io.flockerj.plugin.(*)..")
                .should()
                .beFreeOfCycles()
                .because("two packages that need each other are one package"));
    }

    @Test
    void packagesAreNamedForWhatTheyHoldNotForWhatTheyAreMadeOf() {
        check(classes()
                .should()
                .resideOutsideOfPackages(
                        "..util..",
                        "..utils..",
                        "..common..",
                        "..helper..",
                        "..impl..",
                        "..model..",
                        "..dto..",
                        "..manager..")
                .because("such a name takes in anything, and says nothing"));
    }

    @ParameterizedTest
    @MethodSource("processStarters")
    void onlyTheProcessRunnerStartsProcesses(Banned banned) {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, POOL)
                .should()
                .accessTargetWhere(describe("reach " + banned, banned::isAccessedBy))
                .because("nobody waits for a shell: the one process is mkfs, when a pool is made; use "
                        + banned.instead()));
    }

    static Stream<Banned> processStarters() {
        String runner = "the process runner given to the constructor";
        return Stream.of(
                new Banned("java.lang.ProcessBuilder", "<init>", runner),
                new Banned("java.lang.Runtime", "exec", runner));
    }

    @ParameterizedTest
    @MethodSource("fromOutside")
    void whatComesFromOutsideIsInjected(Banned banned) {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .accessTargetWhere(describe("reach " + banned, banned::isAccessedBy))
                .because("a test must be able to choose it; use " + banned.instead()));
    }

    static Stream<Banned> fromOutside() {
        String clock = "a Clock given to the constructor";
        String random = "a RandomGenerator given to the constructor";
        String settings = "a value given to the constructor; settings are read in " + ROOT;
        String exit = "an exception that the composition root turns into an exit status";
        String log = "SLF4J";
        return Stream.of(
                new Banned("java.time.*", "now", clock),
                new Banned("java.time.Clock", "system*", clock),
                new Banned("java.lang.System", "currentTimeMillis", clock),
                new Banned("java.util.Date", "<init>", clock),
                new Banned("java.util.Random", "<init>", random),
                new Banned("java.security.SecureRandom", "<init>", random),
                new Banned("java.util.concurrent.ThreadLocalRandom", "current", random),
                new Banned("java.util.random.RandomGenerator", "getDefault", random),
                new Banned("java.util.random.RandomGenerator", "of", random),
                new Banned("java.util.UUID", "randomUUID", random),
                new Banned("java.lang.Math", "random", random),
                new Banned("java.lang.System", "getenv", settings),
                new Banned("java.lang.System", "getProperty", settings),
                new Banned("java.lang.System", "getProperties", settings),
                new Banned("java.lang.System", "exit", exit),
                new Banned("java.lang.Runtime", "halt", exit),
                new Banned("java.lang.System", "out", log),
                new Banned("java.lang.System", "err", log));
    }

    /**
     * A member that only the composition root may touch.
     *
     * @param owner the full name of its class; a star at the end stands for any rest
     * @param member its name, likewise, or {@code <init>}
     * @param instead what to use in its place
     */
    record Banned(String owner, String member, String instead) {
        boolean isAccessedBy(JavaAccess<?> access) {
            return matches(owner, access.getTargetOwner().getFullName())
                    && matches(member, access.getTarget().getName())
                    && !takesClock(access);
        }

        private static boolean takesClock(JavaAccess<?> access) {
            return access.getTarget() instanceof CodeUnitAccessTarget unit
                    && unit.getRawParameterTypes().stream()
                            .anyMatch(type -> type.getFullName().equals("java.time.Clock"));
        }

        private static boolean matches(String pattern, String name) {
            return pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern);
        }

        @Override
        public String toString() {
            return owner + "." + member;
        }
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
