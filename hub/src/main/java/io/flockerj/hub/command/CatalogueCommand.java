package io.flockerj.hub.command;

import picocli.CommandLine.Command;

/** {@code flockerhub catalogue}. */
@Command(
        name = "catalogue",
        description = "What the hub shows of the volumesets in its storage.",
        synopsisSubcommandLabel = "COMMAND")
final class CatalogueCommand {}
