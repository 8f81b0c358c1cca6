package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Branch;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.daemon.Tag;
import io.flockerj.cli.daemon.TrashEntry;
import io.flockerj.cli.daemon.Volume;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Parameters;

/** What the completion scripts ask: one proposal on each line; nothing where there is no daemon. */
@Command(
        name = "__complete",
        hidden = true,
        description = "Answers the completion scripts.",
        footer = {"", "Example:", "  fli __complete show db@"})
final class CompleteCommand implements Callable<Integer> {
    private static final int RECENT = 20;
    private static final List<String> NEW_NAMES = List.of(
            "create",
            "completion",
            "version",
            "info",
            "list",
            "jobs",
            "doctor",
            "remote",
            "login",
            "logout",
            "whoami",
            "hub");

    private final Session session;

    CompleteCommand(Session session) {
        this.session = session;
    }

    @Parameters(arity = "0..*", paramLabel = "WORD", description = "What was typed after fli; the last may be a part.")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        List<String> typed = words.isEmpty() ? List.of("") : words;
        String last = typed.getLast();
        proposals(typed.subList(0, typed.size() - 1), last)
                .filter(each -> each.startsWith(last))
                .sorted()
                .distinct()
                .forEach(session::say);
        return ExitCode.OK;
    }

    private Stream<String> proposals(List<String> before, String last) {
        CommandLine command = CommandTree.whole(session);
        String name = "";
        int arguments = 0;
        for (int i = 0; i < before.size(); i++) {
            CommandLine below = command.getSubcommands().get(before.get(i));
            if (below != null) {
                command = below;
                name = name.isEmpty() ? before.get(i) : name;
                arguments = i + 1;
            }
        }
        if (last.startsWith("-")) {
            return command.getCommandSpec().options().stream().flatMap(option -> Stream.of(option.names()));
        }
        if (!command.getSubcommands().isEmpty()) {
            return Stream.concat(volumesOf(command), subcommands(command));
        }
        String label = label(command.getCommandSpec(), before.subList(arguments, before.size()));
        try {
            return proposals(name, label, last);
        } catch (IOException noProposals) {
            return Stream.empty();
        }
    }

    private Stream<String> proposals(String name, String label, String last) throws IOException {
        Stream<String> remotes =
                label.contains(RemoteProposals.LABEL) ? RemoteProposals.of(session, label, last) : Stream.empty();
        if (label.contains(RemoteProposals.LABEL) && (!label.contains("VOLUME") || RemotePlace.isMeant(last))) {
            return remotes;
        }
        if (NEW_NAMES.contains(name) && !last.contains("@")) {
            return Stream.empty();
        }
        return name.equals("trash") ? inTrash() : Stream.concat(remotes, last.contains("@") ? refs(last) : volumes());
    }

    /** What the help calls the argument that follows these; empty for an option's value, and where there is none. */
    private static String label(CommandSpec spec, List<String> arguments) {
        int index = 0;
        boolean isValue = false;
        for (String word : arguments) {
            if (isValue) {
                isValue = false;
            } else if (word.startsWith("-")) {
                OptionSpec option = spec.findOption(word);
                isValue = option != null && option.arity().max() > 0;
            } else {
                index++;
            }
        }
        int next = index;
        return isValue
                ? ""
                : spec.positionalParameters().stream()
                        .filter(parameter -> parameter.index().contains(next))
                        .map(PositionalParamSpec::paramLabel)
                        .findFirst()
                        .orElse("");
    }

    private static Stream<String> subcommands(CommandLine command) {
        return command.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden())
                .map(CommandSpec::name);
    }

    /** What may stand there instead of a subcommand. */
    private Stream<String> volumesOf(CommandLine command) {
        try {
            return command.getCommandSpec().positionalParameters().isEmpty() ? Stream.empty() : volumes();
        } catch (IOException noProposals) {
            return Stream.empty();
        }
    }

    private Stream<String> inTrash() throws IOException {
        return TrashEntry.all(session.daemon().get(Target.of("v1", "trash"))).stream()
                .flatMap(entry -> Stream.of(entry.name(), Snapshot.shortId(entry.id())));
    }

    private Stream<String> volumes() throws IOException {
        return Volume.all(session.daemon().get(Target.of("v1", "volumes"))).stream()
                .map(Volume::name);
    }

    private Stream<String> refs(String last) throws IOException {
        String volume = Refs.volumeOf(last);
        List<String> refs = new ArrayList<>(List.of("latest"));
        Tag.all(session.daemon().get(Target.of("v1", "volumes", volume, "tags")))
                .forEach(tag -> refs.add(tag.name()));
        Branch.all(session.daemon().get(Target.of("v1", "volumes", volume, "branches")))
                .forEach(branch -> refs.add(branch.name()));
        Snapshot.all(session.daemon()
                        .get(Target.of("v1", "log")
                                .with("ref", volume)
                                .with("zone", session.zone())
                                .with("limit", Integer.toString(RECENT))))
                .forEach(snapshot -> refs.add(snapshot.shortId()));
        return refs.stream().map(ref -> volume + "@" + ref);
    }
}
