package io.flockerj.hub.command;

import picocli.CommandLine.Command;

/** {@code flockerhub audit}. */
@Command(name = "audit", description = "The record of what was done.", synopsisSubcommandLabel = "COMMAND")
final class AuditCommand {}
