-- What the minute's watch over a source remembers: one small row a source.
CREATE TABLE `source_watch` (
	`tenant_id` text NOT NULL,
	`source_id` text NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `source_id`)
) WITHOUT ROWID;
