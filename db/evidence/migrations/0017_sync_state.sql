-- What the syncs of a source remember for the next one: one small row a source.
CREATE TABLE `sync_state` (
	`tenant_id` text NOT NULL,
	`source_id` text NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `source_id`)
) WITHOUT ROWID;
