package io.flockerj.plugin.storage;

import java.io.IOException;

/** A driver whose file system gives back what destroyed trees took only some time later. */
public interface LateFreeing {
    /**
     * Has the file system go on with it; answers whether there was anything left to be given back. Answers false only when what was destroyed before the
     * call can be written to again, as far as nothing else has it too.
     */
    boolean isFreeing() throws IOException;
}
