package io.flockerj.cli.text;

/** How text stands out on a terminal: the parameters of ECMA-48's SGR sequence. */
public enum Ink {
    PLAIN(""),
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    CYAN("36");

    private final String parameter;

    Ink(String parameter) {
        this.parameter = parameter;
    }

    String paint(String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + parameter + "m" + text + "\u001b[0m";
    }
}
