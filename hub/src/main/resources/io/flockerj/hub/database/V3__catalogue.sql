-- What the storage tells of branches, tags and snapshots, so that it can be searched. All of it follows from the storage, and can be made
-- anew from there (docs/decisions/0163). Rows name an owner by name, which is never given to another, and nothing else of the tables of
-- people: who may read is asked before.

CREATE TABLE catalogue_refs (
    owner TEXT NOT NULL,
    volumeset_id TEXT NOT NULL,
    -- With branches/ or tags/.
    name TEXT NOT NULL,
    -- Of the value in the storage that this row was made of.
    version TEXT NOT NULL,
    generation ${number} NOT NULL,
    -- None if the ref was removed.
    snapshot_id TEXT,
    branch_id TEXT,
    moved ${number},
    moved_by TEXT,
    PRIMARY KEY (owner, volumeset_id, name)
)${strict};

CREATE TABLE catalogue_snapshots (
    owner TEXT NOT NULL,
    volumeset_id TEXT NOT NULL,
    snapshot_id TEXT NOT NULL,
    parent_id TEXT,
    -- Nanoseconds since 1970, for a parent and its child may be taken within one millisecond.
    taken ${number} NOT NULL,
    -- 0 it has no commit, and only its place in the history is known; 1 it is there; 2 its commit is missing or damaged.
    state ${number} NOT NULL CHECK (state IN (0, 1, 2)),
    -- Whether all that it comes from has a row. Others are of somebody who is still writing, or was cut off.
    whole ${number} NOT NULL CHECK (whole IN (0, 1)),
    commit_hash TEXT,
    author TEXT,
    message TEXT,
    -- A JSON object.
    labels TEXT,
    branch_name TEXT,
    volume_name TEXT,
    restored_from TEXT,
    atomic ${number},
    entries ${number},
    bytes ${number},
    PRIMARY KEY (owner, volumeset_id, snapshot_id)
)${strict};

CREATE INDEX catalogue_snapshots_by_time ON catalogue_snapshots (owner, volumeset_id, taken, snapshot_id)
    WHERE state > 0 AND whole = 1;

-- What snapshots are searched by: hashes of an author, of a label's key, of a label.
CREATE TABLE catalogue_facets (
    owner TEXT NOT NULL,
    volumeset_id TEXT NOT NULL,
    facet TEXT NOT NULL,
    taken ${number} NOT NULL,
    snapshot_id TEXT NOT NULL,
    PRIMARY KEY (owner, volumeset_id, facet, taken, snapshot_id)
)${strict};

CREATE INDEX catalogue_facets_by_snapshot ON catalogue_facets (owner, volumeset_id, snapshot_id);
