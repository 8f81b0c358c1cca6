package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.history.RecordFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeCatalogueTest {
    @TempDir
    Path directory;

    @Test
    void tenThousandRecordsAreLoaded() throws IOException {
        for (int number = 0; number < 10_000; number++) {
            VolumeRecord record = CatalogueTest.record("volume-" + number, number);
            Files.write(directory.resolve(record.name() + "@" + record.id() + ".json"), RecordFormat.write(record));
        }

        Catalogue catalogue = Catalogue.load(directory, RecordFiles.durable());

        assertThat(catalogue.volumes()).hasSize(10_000);
        assertThat(catalogue.find(new VolumeName("volume-7777"))).contains(CatalogueTest.record("volume-7777", 7777));
        assertThat(catalogue.isComplete()).isTrue();
    }
}
