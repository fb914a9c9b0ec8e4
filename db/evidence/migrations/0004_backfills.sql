CREATE TABLE `backfills` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`status` text NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL,
	`windows_done` integer DEFAULT 0 NOT NULL,
	`windows_total` integer NOT NULL,
	`events` integer DEFAULT 0 NOT NULL,
	`accepted` integer DEFAULT 0 NOT NULL,
	`pages` integer DEFAULT 0 NOT NULL,
	`calls` integer DEFAULT 0 NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`error` text,
	`checkpoint` text NOT NULL,
	`instance` integer DEFAULT 1 NOT NULL,
	`alive_until` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `backfills_source` ON `backfills` (`tenant_id`,`source_id`,`started_at`);--> statement-breakpoint
-- What is under way is a handful of rows: the minute's look at them reads nothing else.
CREATE INDEX `backfills_open` ON `backfills` (`alive_until`) WHERE `status` IN ('queued','running');
