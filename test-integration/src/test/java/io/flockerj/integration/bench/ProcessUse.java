package io.flockerj.integration.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has taken of the machine, as the kernel counts it. */
record ProcessUse(Process process) {
    /** Resident memory in MiB. */
    double residentMebibytes() throws IOException {
        return mebibytes("VmRSS:");
    }

    /** The most of it since {@link #forgetPeak}. */
    double peakMebibytes() throws IOException {
        return mebibytes("VmHWM:");
    }

    /** Lets {@link #peakMebibytes} begin anew: proc(5), clear_refs. */
    void forgetPeak() throws IOException {
        Files.writeString(Path.of("/proc", Long.toString(process.pid()), "clear_refs"), "5");
    }

    /** Of the processors so far. */
    double processorSeconds() {
        return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private double mebibytes(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
