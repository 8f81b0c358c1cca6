-- Snapshots whose commit was missing or damaged are few, and looked at again and again, for it may have been put back.
CREATE INDEX catalogue_snapshots_damaged ON catalogue_snapshots (owner, volumeset_id, snapshot_id) WHERE state = 2;
