package io.flockerj.hub;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom inside the hub, each rule with its reason:
 *
 * <pre>
 * (hub) ─┬─ command ── metrics
 *        ├─ deletion ── people, catalogue, guard, audit
 *        ├─ http ── catalogue ── guard ─┬─ access
 *        ├─ people ─────────────────────┤
 *        └─ audit ──────────────────────┴─ database
 * </pre>
 *
 * <p>{@code limit} stands below {@code access}, which tells it whom it takes for one, and all that count callers or give them turns, and knows
 * nothing of this hub; {@code metrics} measures what {@code http} and the database tell.
 */
class ArchitectureTest {
    private static final String ROOT = "io.flockerj.hub";
    private static final String ACCESS = ROOT + ".access..";
    private static final String AUDIT = ROOT + ".audit..";
    private static final String CATALOGUE = ROOT + ".catalogue..";
    private static final String COMMAND = ROOT + ".command..";
    private static final String DATABASE = ROOT + ".database..";
    private static final String GUARD = ROOT + ".guard..";
    private static final String HTTP = ROOT + ".http..";
    private static final String LIMIT = ROOT + ".limit..";
    private static final String METRICS = ROOT + ".metrics..";
    private static final String PEOPLE = ROOT + ".people..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void theHubKnowsTheStoreAndNoOtherModule() {
        check(noClasses()
                .should()
                .dependOnClassesThat(describe(
                        "are ours, of another module than the store",
                        type -> type.getPackageName().startsWith("io.flockerj.")
                                && !(type.getPackageName() + ".").startsWith(ROOT + ".")
                                && !(type.getPackageName() + ".").startsWith("io.flockerj.store.")))
                .because("the daemon and fli meet the hub over HTTPS only"));
    }

    @Test
    void onlyHttpKnowsTheServersLibrary() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.helidon..")
                .because("who may do what does not depend on how it was asked"));
    }

    @Test
    void onlyTheDatabaseAndWhoKeepsRowsInItKnowSql() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ACCESS, GUARD, HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.jdbi..", "org.flywaydb..", "com.zaxxer..", DATABASE)
                .because("the guard asks who may do what, and gets an answer, wherever it is kept"));
    }

    @Test
    void theGuardKnowsNeitherPeopleNorHttp() {
        check(noClasses()
                .that()
                .resideInAPackage(GUARD)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CATALOGUE, HTTP, PEOPLE, COMMAND)
                .because("what it decides is tested whole, with nothing but rights and objects"));
    }

    @Test
    void theCatalogueKnowsNobody() {
        check(noClasses()
                .that()
                .resideInAPackage(CATALOGUE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, PEOPLE, COMMAND)
                .because("it tells what there is; who may read it is decided before, by the guard"));
    }

    @Test
    void theWordsOfAccessKnowNothingAboveThem() {
        check(noClasses()
                .that()
                .resideInAPackage(ACCESS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(AUDIT, CATALOGUE, COMMAND, DATABASE, GUARD, HTTP, PEOPLE)
                .because("they are what all others speak of"));
    }

    @Test
    void onlyTheMetricsKnowTheirLibrary() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(METRICS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.prometheus..")
                .because("what is measured does not depend on who collects it"));
    }

    @Test
    void limitsKnowNothingOfThisHub() {
        check(noClasses()
                .that()
                .resideInAPackage(LIMIT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ACCESS, AUDIT, CATALOGUE, COMMAND, DATABASE, GUARD, HTTP, METRICS, PEOPLE)
                .because("they count, whoever it is"));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().because("two that need each other are one"));
    }

    @Test
    void whatComesFromOutsideIsInjected() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, COMMAND)
                .should()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callConstructor(SecureRandom.class)
                .because("a test must be able to choose it"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
