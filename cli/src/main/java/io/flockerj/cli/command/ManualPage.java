package io.flockerj.cli.command;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** A page of the manual in the man(7) macros, made from what {@code --help} shows. */
final class ManualPage {
    private final StringBuilder page = new StringBuilder();

    private ManualPage() {}

    /** The name of the page, such as {@code fli-tag-add}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    /** The page. */
    static String of(CommandLine command, String version) {
        CommandSpec spec = command.getCommandSpec();
        UsageMessageSpec usage = spec.usageMessage();
        ManualPage manual = new ManualPage();
        manual.page.append(
                ".TH \"" + name(command).replace("-", "\\-") + "\" 1 \"\" \"fli " + version + "\" \"flockerj\"\n");
        manual.section("NAME");
        manual.line(name(command) + " - " + usage.description()[0]);
        manual.section("SYNOPSIS");
        Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
        manual.line(help.synopsis(0).strip().replaceAll("\\s+", " "));
        manual.section("DESCRIPTION");
        manual.line(String.join(" ", usage.description()));
        manual.arguments(spec);
        manual.subcommands(command);
        manual.pairs("EXIT STATUS", usage.exitCodeList());
        manual.footer(Arrays.asList(usage.footer()));
        return manual.page.toString();
    }

    private void arguments(CommandSpec spec) {
        section("OPTIONS");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            item(parameter.paramLabel(), String.join(" ", parameter.description()));
        }
        for (OptionSpec option : spec.options()) {
            String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
            String names = String.join(", ", option.names());
            item(names + value, candidates(option));
        }
    }

    private static String candidates(OptionSpec option) {
        StringBuilder names = new StringBuilder();
        if (option.completionCandidates() != null) {
            option.completionCandidates()
                    .forEach(each -> names.append(names.isEmpty() ? "" : ", ").append(each));
        }
        return String.join(" ", option.description()).replace("${COMPLETION-CANDIDATES}", names);
    }

    private void subcommands(CommandLine command) {
        List<CommandLine> shown = command.getSubcommands().values().stream()
                .distinct()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .toList();
        if (!shown.isEmpty()) {
            section("COMMANDS");
            shown.forEach(each -> item(
                    name(each) + "(1)", each.getCommandSpec().usageMessage().description()[0]));
        }
    }

    private void pairs(String title, Map<String, String> pairs) {
        if (!pairs.isEmpty()) {
            section(title);
            pairs.forEach(this::item);
        }
    }

    /** The help's last lines; what follows {@code Example:} stands as it is. */
    private void footer(List<String> lines) {
        int example = lines.indexOf("Example:");
        if (example > 1) {
            section("NOTES");
            line(String.join(" ", lines.subList(0, example)).strip());
        }
        section("EXAMPLE");
        page.append(".nf\n");
        lines.subList(example + 1, lines.size()).forEach(each -> line(each.strip()));
        page.append(".fi\n");
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void item(String term, String text) {
        page.append(".TP\n.B ").append(escaped(term)).append('\n');
        line(text);
    }

    private void line(String text) {
        page.append(escaped(text)).append('\n');
    }

    /** A dot or an apostrophe at the beginning would be a request; a plain minus would become a hyphen. */
    private static String escaped(String text) {
        String safe = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
