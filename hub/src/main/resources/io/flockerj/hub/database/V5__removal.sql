-- What becomes of a deleted volumeset whose time is over: when its data began to go, from where on it is not restored any more, and
-- when nothing was found of it any more.
ALTER TABLE volumesets ADD COLUMN removal_begun ${number};

ALTER TABLE volumesets ADD COLUMN emptied ${number};

-- Work that one hub does at a time, and for how long it may.
CREATE TABLE turns (
    work TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    ends ${number} NOT NULL
)${strict};
