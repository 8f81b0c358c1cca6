package io.flockerj.store;

import io.flockerj.store.work.WorkLine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.ToLongFunction;

/** Asks a backend several things at a time, where others do so beside the thread that calls. */
final class Requests {
    /** More would be turned away, or wait for each other. */
    static final int MOST_UNDER_WAY = 8;

    /** Of answers that may be long, before they are taken. */
    static final long MOST_BYTES = 16 << 20;

    private final Executor askers;

    /** @param askers wait for answers; may refuse, then the thread that calls asks */
    Requests(Executor askers) {
        this.askers = askers;
    }

    /** What is asked of one thing; many threads do so at once. */
    interface Question<S, T> {
        T ask(S subject) throws IOException;
    }

    /** Takes an answer. */
    interface Taker<S, T> {
        void take(S subject, T answer) throws IOException;
    }

    private record Answered<S, T>(S subject, T answer) {}

    /** Asks a question of each, and gives the answers, in order, to one who is called by the thread that calls. */
    <S, T> void each(List<S> subjects, Question<S, T> question, Taker<S, T> taker) throws IOException {
        if (subjects.size() == 1) {
            taker.take(subjects.getFirst(), question.ask(subjects.getFirst()));
            return;
        }
        WorkLine<Answered<S, T>> line = new WorkLine<>(askers, MOST_UNDER_WAY);
        try {
            for (S subject : subjects) {
                line.begin(() -> new Answered<>(subject, question.ask(subject)));
                take(line.next(), taker);
            }
            for (Optional<Answered<S, T>> last = line.last(); last.isPresent(); last = line.last()) {
                take(last, taker);
            }
        } finally {
            line.abandon();
        }
    }

    /**
     * As {@link #each(List, Question, Taker)}, where answers may be long.
     *
     * @param length how many bytes an answer has; no more than {@link #MOST_BYTES} are asked for at once, unless by one question
     */
    <S, T> void each(List<S> subjects, ToLongFunction<S> length, Question<S, T> question, Taker<S, T> taker)
            throws IOException {
        int from = 0;
        while (from < subjects.size()) {
            int to = from + 1;
            long bytes = length.applyAsLong(subjects.get(from));
            while (to < subjects.size() && bytes + length.applyAsLong(subjects.get(to)) <= MOST_BYTES) {
                bytes += length.applyAsLong(subjects.get(to));
                to++;
            }
            each(subjects.subList(from, to), question, taker);
            from = to;
        }
    }

    private static <S, T> void take(Optional<Answered<S, T>> answered, Taker<S, T> taker) throws IOException {
        if (answered.isPresent()) {
            taker.take(answered.get().subject(), answered.get().answer());
        }
    }
}
