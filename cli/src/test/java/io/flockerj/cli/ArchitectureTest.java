package io.flockerj.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom inside fli, each rule with its reason:
 *
 * <pre>
 * (start) ── command ─┬─ daemon ─┬─ http
 *                     ├─ docker ─┤
 *                     ├─ hub ────┴─┐
 *                     ├─ local ────┘
 *                     └─ text
 * </pre>
 */
class ArchitectureTest {
    private static final String ROOT = "io.flockerj.cli";
    private static final String COMMAND = ROOT + ".command..";
    private static final String DAEMON = ROOT + ".daemon..";
    private static final String DOCKER = ROOT + ".docker..";
    private static final String HUB = ROOT + ".hub..";
    private static final String HTTP = ROOT + ".http..";
    private static final String LOCAL = ROOT + ".local..";
    private static final String TEXT = ROOT + ".text..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void nothingKnowsThePluginModule() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.flockerj.plugin..", "io.netty..")
                .because("fli is only a client: what it can do, a script with curl can do"));
    }

    @Test
    void theCommandsAreKnownToTheStartOnly() {
        check(noClasses()
                .that()
                .resideInAnyPackage(DAEMON, DOCKER, HUB, HTTP, LOCAL, TEXT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(COMMAND, ROOT)
                .because("a command is parsed, calls and renders; nothing calls back into it"));
    }

    @Test
    void theDaemonAndDockerDoNotKnowEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage(DAEMON)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DOCKER)
                .because("the daemon works without Docker"));
        check(noClasses()
                .that()
                .resideInAPackage(DOCKER)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DAEMON)
                .because("Docker knows nothing of histories"));
    }

    @Test
    void aHubIsKnownToTheCommandsOnly() {
        check(noClasses()
                .that()
                .resideInAnyPackage(DAEMON, DOCKER)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HUB)
                .because("the daemon and Docker work without any hub"));
        check(noClasses()
                .that()
                .resideInAPackage(HUB)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DAEMON, DOCKER)
                .because("a hub knows nothing of this host"));
    }

    @Test
    void tlsIsLoadedForHubsOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.net..", "java.net.http..")
                .because("a question to the daemon takes 0.25 s at most, and the runtime has no module but java.base"));
    }

    @Test
    void httpTextAndLocalFilesStandAlone() {
        check(noClasses()
                .that()
                .resideInAnyPackage(HTTP, LOCAL, TEXT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DAEMON, DOCKER, HUB, "com.fasterxml..", "picocli..")
                .because("bytes are moved, files written and lines drawn whatever they mean"));
    }

    @Test
    void whatSurroundsTheProcessIsReadAtTheStartOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(ZoneId.class, "systemDefault")
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "in")
                .because("a test must be able to choose it; it comes with Surroundings"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
