package io.flockerj.plugin.control;

import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.VolumeFiles;
import io.flockerj.plugin.volume.VolumeName;
import java.io.IOException;
import java.io.InputStream;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** The files of {@link HandVolumes}. */
record HandFiles(HandVolumes.Import importing, Archive export) implements VolumeFiles {
    @Override
    public Archive tar(String ref, ZoneId zone, String path) {
        return export;
    }

    @Override
    public void importTar(ImportOrder order, InputStream archive, Progress progress) throws IOException {
        importing.run(archive, progress);
    }

    @Override
    public Entries<FileView> list(String ref, ZoneId zone, String path, boolean recursive, boolean self) {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public Content read(String ref, ZoneId zone, String path) {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public Copied copy(String ref, ZoneId zone, String path, VolumeName volume, String target, Progress progress) {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public Entries<ChangeView> changes(String from, Optional<String> to, ZoneId zone, List<String> paths) {
        throw new UnsupportedOperationException("not asked of a job");
    }
}
