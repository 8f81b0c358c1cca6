package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeSpec;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionParserTest {
    private static final Set<TreeAttribute> ALL = EnumSet.allOf(TreeAttribute.class);
    private static final String ALL_FORMS =
            "size=10G, compression=none|lzo|zstd, cow=true|false, uid=1000, gid=1000, mode=0750, from=VOLUME@REF|REMOTE/NAME[@REF],"
                    + " access=read-write|read-only, remote=NAME";

    private static VolumeOptions parse(Map<String, String> given) throws InvalidOptionException {
        return OptionParser.parse(given, ALL, "btrfs");
    }

    private static VolumeOptions parse(String key, String value) throws InvalidOptionException {
        return parse(Map.of(key, value));
    }

    @Test
    void nothingGivenIsNothingAskedFor() throws InvalidOptionException {
        assertThat(parse(Map.of())).isEqualTo(VolumeOptions.NONE);
    }

    @Test
    void readsEveryOption() throws InvalidOptionException {
        VolumeOptions options = parse(Map.of(
                "size",
                "1.5G",
                "compression",
                "zstd",
                "cow",
                "true",
                "uid",
                "999",
                "gid",
                "2147483647",
                "mode",
                "0750"));

        assertThat(options)
                .isEqualTo(new VolumeOptions(
                        Optional.of(new ByteSize(1536L << 20)),
                        Optional.of(Compression.ZSTD),
                        Optional.of(true),
                        Optional.of(999),
                        Optional.of(Integer.MAX_VALUE),
                        Optional.of(0750)));
        assertThat(OptionParser.text(options))
                .isEqualTo("size=1.5G, compression=zstd, cow=true, uid=999, gid=2147483647, mode=0750");
    }

    @Test
    void aPlaceOnARemoteIsToldFromASnapshotByItsSlash() throws InvalidOptionException {
        for (String remote : List.of("nas/db", "nas/db@v1", "nas/db@{2 hours ago}", "nas/db@x/y")) {
            assertThat(parse(Map.of("from", remote)).isFromRemote()).as(remote).isTrue();
        }
        for (String here : List.of("db@v1", "db", "db@nas/main", "db@{2026-11-03 23:32}")) {
            assertThat(parse(Map.of("from", here)).isFromRemote()).as(here).isFalse();
        }
        assertThat(VolumeOptions.NONE.isFromRemote()).isFalse();
    }

    @Test
    void aRemoteIsKeptByItsName() throws Exception {
        VolumeOptions options = parse(Map.of("remote", "nas"));

        assertThat(OptionParser.text(options)).isEqualTo("remote=nas");
        assertThat(options.satisfies(parse(Map.of("remote", "other")))).isFalse();
        assertThatThrownBy(() -> parse(Map.of("remote", "nas/db")))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("cannot be the name of a remote");
    }

    @Test
    void aTreeIsMadeWithWhatWasAskedAndDefaultsForTheRest() throws InvalidOptionException {
        SpaceAccount account = new SpaceAccount(7);

        assertThat(VolumeOptions.NONE.treeSpec(account))
                .isEqualTo(new TreeSpec(account, Optional.empty(), Optional.empty(), true, 0, 0, 0755));
        assertThat(parse(Map.of("size", "1M", "cow", "false", "uid", "1", "gid", "2", "mode", "1777"))
                        .treeSpec(account))
                .isEqualTo(new TreeSpec(
                        account, Optional.of(ByteSize.ofMebibytes(1)), Optional.empty(), false, 1, 2, 01777));
    }

    @ParameterizedTest
    @CsvSource({"none, -1", "10G, 10737418240", "1M, 1048576"})
    void aLimitIsASizeOrNone(String text, long bytes) throws InvalidOptionException {
        assertThat(OptionParser.parseLimit(text).map(ByteSize::bytes).orElse(-1L))
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "NONE", "-1", "1023K", "ten"})
    void whatIsNoLimitIsRefused(String text) {
        assertThatThrownBy(() -> OptionParser.parseLimit(text))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageStartingWith("size ")
                .hasMessageEndingWith("; or write none for no limit");
    }

    @Test
    void whatPodmanAddsForItselfIsPassedOver() throws InvalidOptionException {
        assertThat(parse(Map.of("SIZE", "10", "UID", "x", "GID", "", "INODES", "5", "NOQUOTA", "true", "uid", "7"))
                        .uid())
                .contains(7);
        assertThatThrownBy(() -> parse("MODE", "0750")).hasMessageStartingWith("unknown option 'MODE'");
    }

    @Test
    void tellsAllThatIsWrongAtOnceAndWhatThePoolTakes() {
        Map<String, String> given = Map.of(
                "siez",
                "1G",
                "size",
                "big",
                "compression",
                "gzip",
                "cow",
                "",
                "uid",
                "root",
                "gid",
                "-1",
                "mode",
                "rwx");

        assertThatThrownBy(() -> parse(given))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessage("unknown option 'siez'; size 'big' is not " + ByteSize.RULE
                        + "; compression 'gzip' is not none, lzo or zstd; cow '' is not true or false"
                        + "; uid 'root' is not a number from 0 to 2147483647"
                        + "; gid '-1' is not a number from 0 to 2147483647"
                        + "; mode 'rwx' is not three or four octal digits. This pool (btrfs) takes: " + ALL_FORMS);
    }

    @Test
    void anOptionThatTheDriverCannotKeepIsRefusedOnceWhateverItsValue() {
        assertThatThrownBy(() -> OptionParser.parse(
                        Map.of("size", "1G", "cow", "bad", "uid", "1"), EnumSet.of(TreeAttribute.OWNER), "plain"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessage("option 'cow' cannot be kept by this pool; option 'size' cannot be kept by this pool."
                        + " This pool (plain) takes: uid=1000, gid=1000, mode=0750,"
                        + " from=VOLUME@REF|REMOTE/NAME[@REF], access=read-write|read-only, remote=NAME");
    }

    @ParameterizedTest
    @CsvSource({
        "uid,2147483648",
        "uid,4294967295",
        "gid,99999999999999999999",
        "uid,1.0",
        "uid,' 1'",
        "uid,٣",
        "mode,8",
        "mode,0888",
        "mode,77",
        "mode,77777",
        "mode,-755",
        "cow,TRUE",
        "cow,yes",
        "compression,ZSTD",
        "compression,zstd:3",
        "size,10GG",
        "size,-1",
        "size,1e9",
        "size,''",
        "size,1048575",
        "size,99999999P"
    })
    void refusesValuesThatMeanNothing(String key, String value) {
        assertThatThrownBy(() -> parse(key, value))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageStartingWith(key)
                .hasMessageEndingWith(ALL_FORMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"755", "0755", "00755"})
    void aModeIsOctal(String mode) throws InvalidOptionException {
        assertThat(parse("mode", mode).mode()).contains(0755);
    }

    @Test
    void filesWrittenInPlaceCannotBeCompressed() throws InvalidOptionException {
        assertThatThrownBy(() -> parse(Map.of("cow", "false", "compression", "lzo")))
                .hasMessageStartingWith("files that are overwritten in place (cow=false) cannot be compressed");
        assertThat(parse(Map.of("cow", "false", "compression", "none")).compression())
                .contains(Compression.NONE);
    }

    @Test
    void aMessageRepeatsHostileTextHarmlesslyAndNotForLong() {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            given.put("\u001B]0;\n" + i + "k".repeat(500), "v");
        }
        given.put("size", "\u0007\u202E" + "9".repeat(1_000_000));

        assertThatThrownBy(() -> parse(given))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("; and 9981 more problems. This pool")
                .extracting(Throwable::getMessage)
                .satisfies(message -> assertThat(message)
                        .hasSizeLessThan(4_000)
                        .matches(text -> text.codePoints().noneMatch(Character::isISOControl))
                        .doesNotContain("\u202E"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', size=1G, true",
        "size=1G, size=1024M, true",
        "size=2G, size=1G, false",
        "size=1G, '', false",
        "compression=zstd, compression=zstd, true",
        "compression=none, '', false",
        "compression=lzo, compression=zstd, false",
        "cow=true, '', true",
        "cow=true, cow=true, true",
        "cow=true, cow=false, false",
        "cow=false, cow=false, true",
        "cow=false, '', false",
        "uid=0, '', true",
        "uid=1, '', false",
        "uid=1, uid=1 gid=2, true",
        "gid=0, '', true",
        "gid=2, gid=3, false",
        "mode=755, '', true",
        "mode=0700, mode=700, true",
        "mode=0700, '', false",
        "uid=1 mode=0700, uid=1, false",
    })
    void anExistingVolumeSatisfiesWhatIsAskedIfEachOptionGivenHasTheSameValue(
            String asked, String present, boolean satisfied) throws InvalidOptionException {
        assertThat(parse(options(present)).satisfies(parse(options(asked)))).isEqualTo(satisfied);
    }

    private static Map<String, String> options(String text) {
        Map<String, String> options = new HashMap<>();
        for (String option : text.split(" ", -1)) {
            if (!option.isEmpty()) {
                int equals = option.indexOf('=');
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        return options;
    }
}
