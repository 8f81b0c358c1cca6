package io.flockerj.store;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom inside the store, each rule with its reason:
 *
 * <pre>
 * (repository) ─┬─ history ─┬─ tree ────┬─ wire ── id
 *               │           └─ pack ────┤
 *               ├─ content ─────────────┤
 *               └─ backend ── its kinds ┘
 *   place ── backend and its kinds
 * </pre>
 *
 * A package that does not exist yet breaks no rule.
 */
class ArchitectureTest {
    private static final String ROOT = "io.flockerj.store";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void theStoreKnowsNoOtherModule() {
        check(noClasses()
                .should()
                .dependOnClassesThat(describe(
                        "are ours, outside the store",
                        type -> type.getPackageName().startsWith("io.flockerj.")
                                && !(type.getPackageName() + ".").startsWith(ROOT + ".")))
                .because("daemon, hub and command line know the store; what a repository is does not depend on them"));
    }

    @Test
    void theStoreSeesNeitherNettyNorDocker() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "com.github.dockerjava..", "com.fasterxml..")
                .because("it moves bytes between a tree and a store; protocols belong to programs"));
    }

    @Test
    void onlyPacksKnowCompression() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".pack")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.luben..")
                .because("native code reads what a hostile store may have written; one place checks lengths before"));
    }

    @Test
    void onlyItsBackendKnowsS3() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".backend.s3..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .because("a program that pushes to a directory needs none of it"));
    }

    @Test
    void nothingElseChoosesPlaces() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".place")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".place")
                .because("programs say where a repository lies; with the choice come all kinds of backends"));
    }

    @Test
    void bytesAndNamesKnowNothingAboveThem() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".id", ROOT + ".wire")
                .should()
                .dependOnClassesThat(describe(
                        "are ours, above",
                        type -> type.getPackageName().startsWith(ROOT)
                                && !type.getPackageName().equals(ROOT + ".id")
                                && !type.getPackageName().equals(ROOT + ".wire")))
                .because("they are the same for whatever is written with them"));
    }

    @Test
    void backendsKnowNoHistory() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".backend..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT, ROOT + ".content", ROOT + ".pack", ROOT + ".tree", ROOT + ".history")
                .because("a backend moves named bytes; so its contract is small enough to be kept by every store"));
    }

    @Test
    void nothingKnowsTheRepository() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .because("what is in a repository can be tested without one"));
    }

    @Test
    void theRepositoryDoesNotKnowWhereItLies() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".backend.*..")
                .because("it is the same in a directory, in a bucket and in memory"));
    }

    @Test
    void treesAndPacksDoNotKnowEachOther() {
        check(slices().matching(ROOT + ".(tree|pack|content)..")
                .should()
                .notDependOnEachOther()
                .because("a tree is made of chunks, wherever they lie; a pack holds chunks, whatever they are"));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().because("two that need each other are one"));
    }

    @Test
    void clocksAndRandomnessAreInjected() {
        check(noClasses()
                .should()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(SecureRandom.class)
                .because("the simulation chooses every moment and every random number"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
