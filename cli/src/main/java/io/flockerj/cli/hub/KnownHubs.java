package io.flockerj.cli.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.http.Origin;
import io.flockerj.cli.local.NewFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The hubs that the person has signed in to, as a file remembers them that only its owner can read.
 *
 * @param usual the one that is meant if none is named
 * @param helper which of Docker's credential helpers keeps new tokens, if one does
 */
public record KnownHubs(Path file, List<Login> logins, Optional<Origin> usual, Optional<String> helper) {
    private static final int FORMAT = 1;
    private static final int LONGEST = 1024 * 1024;

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private static final JsonMapper JSON = new JsonMapper();

    public KnownHubs {
        logins = List.copyOf(logins);
    }

    /**
     * Reads the file; there need not be one.
     *
     * @throws IOException if others can read it, or it cannot be read; the message says what to do
     */
    public static KnownHubs read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new KnownHubs(file, List.of(), Optional.empty(), Optional.empty());
        }
        Set<PosixFilePermission> open = EnumSet.copyOf(OF_OTHERS);
        open.retainAll(Files.getPosixFilePermissions(file));
        if (!open.isEmpty()) {
            throw new IOException("others may read or write " + file
                    + ", where your credentials are: take that away, by chmod 600 " + file
                    + "\nIf somebody may have read it, sign out and in again: fli logout, fli login");
        }
        if (Files.size(file) > LONGEST) {
            throw new IOException(file + " is longer than " + LONGEST + " bytes, and not of fli");
        }
        try {
            return parse(file, JSON.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
            throw unreadable(file, e.getOriginalMessage());
        }
    }

    private static KnownHubs parse(Path file, JsonNode json) throws IOException {
        if (json.path("format").asInt() != FORMAT) {
            throw unreadable(file, "its format is not " + FORMAT + ", the one that this fli knows");
        }
        List<Login> logins = new ArrayList<>();
        for (Map.Entry<String, JsonNode> hub : json.path("hubs").properties()) {
            try {
                logins.add(Login.read(hub.getKey(), hub.getValue()));
            } catch (IOException e) {
                throw unreadable(file, String.valueOf(e.getMessage()));
            }
        }
        Optional<String> usual = Optional.ofNullable(json.path("default").textValue());
        return new KnownHubs(
                file,
                logins,
                logins.stream()
                        .map(Login::hub)
                        .filter(hub -> usual.filter(hub.toString()::equals).isPresent())
                        .findFirst(),
                Optional.ofNullable(json.path("credentialHelper").textValue()));
    }

    private static IOException unreadable(Path file, String why) {
        return new IOException(
                "cannot read " + file + ": " + why + "\nMend it, or move it away and sign in again: fli login");
    }

    public Optional<Login> find(Origin hub) {
        return logins.stream().filter(login -> login.hub().equals(hub)).findFirst();
    }

    /** The same with a login, in place of an earlier one at that hub; the first hub is the usual one. */
    public KnownHubs with(Login login, boolean asUsual) {
        List<Login> others = others(login.hub());
        others.add(login);
        return new KnownHubs(file, others, asUsual || usual.isEmpty() ? Optional.of(login.hub()) : usual, helper);
    }

    /** The same without a hub; if one is left, it is the usual one. */
    public KnownHubs without(Origin hub) {
        List<Login> others = others(hub);
        Optional<Origin> left =
                others.size() == 1 ? Optional.of(others.getFirst().hub()) : usual.filter(other -> !other.equals(hub));
        return new KnownHubs(file, others, left, helper);
    }

    private List<Login> others(Origin hub) {
        List<Login> others = new ArrayList<>(logins);
        others.removeIf(login -> login.hub().equals(hub));
        return others;
    }

    /** Writes the file, as a whole. */
    public void write() throws IOException {
        ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
        usual.ifPresent(hub -> json.put("default", hub.toString()));
        helper.ifPresent(name -> json.put("credentialHelper", name));
        ObjectNode hubs = json.putObject("hubs");
        logins.forEach(login -> login.write(hubs.putObject(login.hub().toString())));
        Path directory = Objects.requireNonNull(file.getParent(), "it lies in a directory");
        Files.createDirectories(directory, NewFile.PRIVATE_DIRECTORY);
        try (NewFile whole = NewFile.at(file)) {
            OutputStream out = whole.out();
            out.write((JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            whole.completePrivately();
        }
    }
}
