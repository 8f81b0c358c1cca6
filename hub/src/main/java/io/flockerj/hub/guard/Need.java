package io.flockerj.hub.guard;

import io.flockerj.store.RemoteObject.Kind;

/** What it takes to do an operation on a kind of object. Whatever is not said here is not allowed to anybody. */
enum Need {
    /** The owner exists for who asks. */
    OWNER,
    /** To read the volumeset that the name stands for, or to be allowed to make one of that name. */
    NAME_READ,
    /** To make a volumeset, or to delete one. */
    NAME_CHANGE,
    /** To read the volumeset; or, where there is none yet, to be allowed to make one. */
    CONFIG_READ,
    /** To push to the volumeset; or, where there is none yet, to be allowed to make one. */
    CONFIG_MAKE,
    READ,
    PUSH,
    /** To push, and what the branch's protection asks for. */
    REF,
    NOBODY;

    static Need of(Kind kind, Operation operation) {
        return switch (kind) {
            case MARK -> operation == Operation.OPEN ? OWNER : NOBODY;
            case NAME ->
                switch (operation) {
                    case VALUE -> NAME_READ;
                    case SWAP -> NAME_CHANGE;
                    case OPEN, CREATE, LIST, DELETE -> NOBODY;
                };
            case NAMES -> operation == Operation.LIST ? OWNER : NOBODY;
            case CONFIG ->
                switch (operation) {
                    case OPEN -> CONFIG_READ;
                    case CREATE -> CONFIG_MAKE;
                    case LIST, DELETE, VALUE, SWAP -> NOBODY;
                };
            case EPOCH -> operation == Operation.VALUE ? READ : NOBODY;
            case PACK, LIST, COMMIT ->
                switch (operation) {
                    case OPEN -> READ;
                    case CREATE -> PUSH;
                    case LIST, DELETE, VALUE, SWAP -> NOBODY;
                };
            case INDEX ->
                switch (operation) {
                    case OPEN -> READ;
                    // They repeat what footers of packs say, and are joined now and then.
                    case CREATE, DELETE -> PUSH;
                    case LIST, VALUE, SWAP -> NOBODY;
                };
            // No program removes snapshots from a remote yet.
            case TOMBSTONE -> operation == Operation.OPEN ? READ : NOBODY;
            case PACKS, INDEXES, COMMITS, BRANCHES, TAGS -> operation == Operation.LIST ? READ : NOBODY;
            case BRANCH, TAG ->
                switch (operation) {
                    case VALUE -> READ;
                    case SWAP -> REF;
                    case OPEN, CREATE, LIST, DELETE -> NOBODY;
                };
            case SESSION ->
                switch (operation) {
                    case VALUE, SWAP, DELETE -> PUSH;
                    case OPEN, CREATE, LIST -> NOBODY;
                };
        };
    }
}
