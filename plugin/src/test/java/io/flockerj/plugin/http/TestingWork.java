package io.flockerj.plugin.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Work that does as it was told, and remembers what became of its answers. */
final class TestingWork implements Work {
    private final Supplier<Answer> run;
    private final List<Answer> undelivered = new CopyOnWriteArrayList<>();

    TestingWork(Supplier<Answer> run) {
        this.run = run;
    }

    @Override
    public Answer run() {
        return run.get();
    }

    @Override
    public Answer late(boolean begun) {
        return TestingHandler.reply(begun ? "late" : "never begun");
    }

    @Override
    public Answer refused() {
        return TestingHandler.reply("refused");
    }

    @Override
    public void undelivered(Answer answer) {
        undelivered.add(answer);
    }

    List<Answer> undelivered() {
        return undelivered;
    }
}
