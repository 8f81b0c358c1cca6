-- One text for both databases. ${number} is a whole number of 64 bits, ${strict} lets SQLite insist on types as PostgreSQL does.
-- Ids are 32 hexadecimal digits, hashes 64, times milliseconds since 1970 in UTC, yes and no are 1 and 0.

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    -- Never given to another account, not even after this one was removed.
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'team', 'service')),
    display_name TEXT NOT NULL,
    administrator ${number} NOT NULL CHECK (administrator IN (0, 1)),
    -- Who answers for a service account.
    owner_id TEXT REFERENCES accounts (id),
    -- What volumesets are, that are made under this name.
    usual_visibility TEXT NOT NULL CHECK (usual_visibility IN ('private', 'internal', 'public')),
    created ${number} NOT NULL,
    disabled ${number},
    removed ${number},
    CHECK ((kind = 'service') = (owner_id IS NOT NULL)),
    CHECK (administrator = 0 OR kind = 'user')
)${strict};

CREATE TABLE members (
    team_id TEXT NOT NULL REFERENCES accounts (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- What the member may do with the volumesets that the team owns.
    role TEXT NOT NULL CHECK (role IN ('read', 'push', 'publish', 'admin')),
    since ${number} NOT NULL,
    PRIMARY KEY (team_id, account_id)
)${strict};

CREATE INDEX members_by_account ON members (account_id);

CREATE TABLE passwords (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    hash TEXT NOT NULL,
    changed ${number} NOT NULL
)${strict};

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    -- Patterns of volumesets, separated by blanks.
    scope TEXT NOT NULL,
    highest TEXT NOT NULL CHECK (highest IN ('read', 'push', 'publish', 'admin')),
    kind TEXT NOT NULL CHECK (kind IN ('token', 'session')),
    created ${number} NOT NULL,
    expires ${number},
    last_used ${number},
    last_address TEXT,
    revoked ${number}
)${strict};

CREATE UNIQUE INDEX tokens_by_name ON tokens (account_id, name) WHERE revoked IS NULL;

-- The same volumeset may be with several owners, each with another name and other rights.
CREATE TABLE volumesets (
    owner_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('private', 'internal', 'public')),
    created ${number} NOT NULL,
    deleted ${number},
    restorable_until ${number},
    PRIMARY KEY (owner_id, id),
    CHECK ((deleted IS NULL) = (restorable_until IS NULL))
)${strict};

CREATE UNIQUE INDEX volumesets_by_name ON volumesets (owner_id, name) WHERE deleted IS NULL;

CREATE INDEX volumesets_deleted ON volumesets (restorable_until) WHERE deleted IS NOT NULL;

-- To all volumesets of an owner, or to one of them.
CREATE TABLE grants (
    grantee_id TEXT NOT NULL REFERENCES accounts (id),
    owner_id TEXT NOT NULL REFERENCES accounts (id),
    volumeset_id TEXT,
    access_right TEXT NOT NULL CHECK (access_right IN ('read', 'push', 'publish', 'admin')),
    granted_by TEXT NOT NULL REFERENCES accounts (id),
    granted ${number} NOT NULL,
    FOREIGN KEY (owner_id, volumeset_id) REFERENCES volumesets (owner_id, id)
)${strict};

CREATE UNIQUE INDEX grants_on_owners ON grants (owner_id, grantee_id) WHERE volumeset_id IS NULL;

CREATE UNIQUE INDEX grants_on_volumesets ON grants (owner_id, volumeset_id, grantee_id) WHERE volumeset_id IS NOT NULL;

CREATE INDEX grants_by_grantee ON grants (grantee_id);

-- Of branches that are protected, or tags that are immutable, in all volumesets of an owner, or in one of them.
CREATE TABLE protections (
    owner_id TEXT NOT NULL REFERENCES accounts (id),
    volumeset_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('branch', 'tag')),
    pattern TEXT NOT NULL,
    created ${number} NOT NULL,
    FOREIGN KEY (owner_id, volumeset_id) REFERENCES volumesets (owner_id, id)
)${strict};

CREATE UNIQUE INDEX protections_on_owners ON protections (owner_id, kind, pattern) WHERE volumeset_id IS NULL;

CREATE UNIQUE INDEX protections_on_volumesets ON protections (owner_id, volumeset_id, kind, pattern)
    WHERE volumeset_id IS NOT NULL;

-- The code by which the first administrator is set: none or one.
CREATE TABLE setup_code (
    one ${number} NOT NULL PRIMARY KEY CHECK (one = 1),
    hash TEXT NOT NULL,
    created ${number} NOT NULL
)${strict};

-- Each start of a hub begins a chain of its own.
CREATE TABLE audit_chains (
    id TEXT NOT NULL PRIMARY KEY,
    started ${number} NOT NULL,
    host TEXT NOT NULL,
    version TEXT NOT NULL
)${strict};

-- Without references to what the rows name: they outlive it.
CREATE TABLE audit (
    chain_id TEXT NOT NULL REFERENCES audit_chains (id),
    number ${number} NOT NULL,
    happened ${number} NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    account_id TEXT,
    account_name TEXT,
    token_id TEXT,
    address TEXT,
    request_id TEXT,
    volumeset_id TEXT,
    volumeset_name TEXT,
    subject TEXT,
    details TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain_id, number)
)${strict};

CREATE INDEX audit_by_time ON audit (happened, chain_id, number);

CREATE INDEX audit_by_volumeset ON audit (volumeset_id, happened, chain_id, number);

CREATE INDEX audit_by_account ON audit (account_id, happened, chain_id, number);

CREATE INDEX audit_by_kind ON audit (kind, happened, chain_id, number);
