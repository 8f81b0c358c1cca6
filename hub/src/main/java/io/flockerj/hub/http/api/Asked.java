package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.DeniedException;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Place;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.hub.people.desk.Paging;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.id.Id;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads who asks for what, from addresses and queries. */
final class Asked {
    private static final Pattern LIMIT = Pattern.compile("[0-9]{1,4}");
    private static final int LONGEST_QUERY = 256;

    private Asked() {}

    /** Who asks, signed in; else nothing else of a request is looked at. */
    static Caller signedIn(Callers callers, ServerRequest request) throws PeopleException, IOException {
        Caller caller = callers.of(request);
        if (!caller.isSignedIn()) {
            throw DeniedException.signIn();
        }
        return caller;
    }

    /** An account by the address; one that cannot be is not there. */
    static AccountName account(ServerRequest request, String parameter, String kind) throws UnknownException {
        String text = parameter(request, parameter);
        if (!AccountName.isName(text)) {
            throw new UnknownException(kind, Text.shown(text));
        }
        return new AccountName(text);
    }

    private static String parameter(ServerRequest request, String parameter) {
        return request.path().pathParameters().get(parameter);
    }

    static OwnerName owner(ServerRequest request) throws UnknownException {
        String text = parameter(request, "owner");
        if (!OwnerName.isName(text)) {
            throw new UnknownException("owner", Text.shown(text));
        }
        return new OwnerName(text);
    }

    static VolumesetName volumeset(ServerRequest request) throws UnknownException {
        String owner = parameter(request, "owner");
        String name = parameter(request, "name");
        if (!OwnerName.isName(owner) || !BackendRemote.isName(name)) {
            throw new UnknownException("volumeset", Text.shown(owner + "/" + name));
        }
        return new VolumesetName(new OwnerName(owner), name);
    }

    static Place volumesetPlace(ServerRequest request) throws UnknownException {
        return new Place.Volumeset(volumeset(request));
    }

    static Place ownerPlace(ServerRequest request) throws UnknownException {
        return new Place.Owner(owner(request));
    }

    static Id token(ServerRequest request) throws UnknownException {
        String text = parameter(request, "token");
        if (!Id.isValid(text)) {
            throw new UnknownException("token", Text.shown(text));
        }
        return Id.parse(text);
    }

    /** Errs if there is more in a query than is known. */
    static void requireQueries(ServerRequest request, String... known) throws InvalidException {
        Set<String> names = Set.of(known);
        for (String name : request.query().names()) {
            if (!names.contains(name)) {
                throw new InvalidException(
                        Text.shown(name),
                        "there is no '" + Text.shown(name) + "' in this query"
                                + (known.length == 0 ? "" : ", only " + String.join(", ", known)));
            }
        }
    }

    static Optional<String> query(ServerRequest request, String name) throws InvalidException {
        if (!request.query().contains(name)) {
            return Optional.empty();
        }
        List<String> values = request.query().all(name);
        String text = values.isEmpty() ? "" : values.getFirst();
        if (values.size() != 1 || text.isEmpty() || text.length() > LONGEST_QUERY) {
            throw new InvalidException(
                    name, "'" + name + "' is given once, with 1 to " + LONGEST_QUERY + " characters");
        }
        return Optional.of(Text.checked(name, text));
    }

    static boolean flag(ServerRequest request, String name) throws InvalidException {
        return switch (query(request, name).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidException(name, "'" + name + "' is true or false");
        };
    }

    static int limit(ServerRequest request) throws InvalidException {
        String text = query(request, "limit").orElse(Integer.toString(Paging.USUAL));
        int limit = LIMIT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > Paging.LONGEST) {
            throw new InvalidException("limit", "'limit' is a number from 1 to " + Paging.LONGEST);
        }
        return limit;
    }

    /** Which page is asked for, and nothing else. */
    static Paging paging(ServerRequest request) throws InvalidException {
        requireQueries(request, "after", "limit");
        return new Paging(query(request, "after").orElse(""), limit(request));
    }

    static Right right(String field, String text) throws InvalidException {
        return Right.parse(text)
                .orElseThrow(() -> new InvalidException(
                        field, oneOf(field, Stream.of(Right.values()).map(Right::written))));
    }

    static Visibility visibility(String field, String text) throws InvalidException {
        return Visibility.parse(text)
                .orElseThrow(() -> new InvalidException(
                        field, oneOf(field, Stream.of(Visibility.values()).map(Visibility::written))));
    }

    static String oneOf(String field, Stream<String> words) {
        return "'" + field + "' is one of " + String.join(", ", words.toList());
    }

    /** A name of an account in a body, which need not be there yet. */
    static AccountName accountName(String field, String text) throws InvalidException {
        if (!AccountName.isName(text)) {
            throw new InvalidException(
                    field, OwnerName.isName(text) ? reserved(text) : "an account's name is " + AccountName.RULE);
        }
        return new AccountName(text);
    }

    private static String reserved(String text) {
        return "'" + text + "' is reserved for the hub itself: choose another";
    }
}
