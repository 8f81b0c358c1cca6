package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.util.Optional;

/** What the commands on one kind of thing at a hub share. */
abstract class HubNoun {
    static final int ALL = Integer.MAX_VALUE;

    private final Session session;
    private final HubAccess access;

    HubNoun(Session session, HubAccess access) {
        this.session = session;
        this.access = access;
    }

    Session session() {
        return session;
    }

    JsonNode get(Target target) throws IOException, CommandException {
        return access.hub().get(target);
    }

    JsonNode change(String method, Target target) throws IOException, CommandException {
        return access.hub().change(method, target, Optional.empty());
    }

    JsonNode change(String method, Target target, ObjectNode body) throws IOException, CommandException {
        return access.hub().change(method, target, Optional.of(body));
    }

    /** Shows a list, all of it or the first {@code most}. */
    int list(Target target, String field, int most, HubColumn... columns) throws IOException, CommandException {
        return list(first(target, field, most), field, columns);
    }

    /** Shows a list that was answered. */
    int list(JsonNode answer, String field, HubColumn... columns) throws IOException {
        if (session.json()) {
            session.say(answer);
        } else {
            session.say(HubColumn.table(session, answer.path(field), columns));
        }
        return ExitCode.OK;
    }

    /** Asks for a list, all of it or the first {@code most}. */
    ObjectNode first(Target target, String field, int most) throws IOException, CommandException {
        return access.hub().list(target, field, most);
    }

    /** Shows all of one thing. */
    int show(JsonNode answer, HubColumn... columns) throws IOException {
        if (session.json()) {
            session.say(answer);
        } else {
            HubColumn.details(session, answer, columns).say();
        }
        return ExitCode.OK;
    }

    int done(JsonNode answer, String sentence) {
        session.done(answer, sentence);
        return ExitCode.OK;
    }

    /** A body of what was given; nothing given is an error that lists what there is. */
    static ObjectNode changes(ObjectNode body, String options) throws CommandException {
        if (body.isEmpty()) {
            throw CommandException.usage("what is to be changed? Say one of " + options);
        }
        return body;
    }

    static ObjectNode body() {
        return Daemon.json();
    }

    /** What cannot be undone is asked for. */
    boolean mayDestroy(boolean force, String question) throws IOException, CommandException {
        return force || Question.isAnsweredWithYes(session, question);
    }
}
