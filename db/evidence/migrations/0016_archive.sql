-- Raw events on their way to R2, and the objects that are there.
CREATE TABLE `archive_staged` (
	`tenant_id` text NOT NULL,
	`delivery_id` text NOT NULL,
	`part` integer NOT NULL,
	`day` text NOT NULL,
	`events` integer NOT NULL,
	`object_id` text,
	`payload` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `delivery_id`, `part`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `archive_objects` (
	`tenant_id` text NOT NULL,
	`day` text NOT NULL,
	`id` text NOT NULL,
	`events` integer NOT NULL,
	`bytes` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `day`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
-- Objects that are being written: next to none.
CREATE INDEX `archive_objects_open` ON `archive_objects` (`tenant_id`) WHERE `bytes` IS NULL;
