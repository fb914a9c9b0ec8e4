-- How critical people say that an app, a group or a role is. A node's id is derived from its source: a sync keeps it.
CREATE TABLE `criticalities` (
	`tenant_id` text NOT NULL,
	`node_id` text NOT NULL,
	`level` text NOT NULL,
	`note` text,
	`set_by` text NOT NULL,
	`set_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `node_id`)
) WITHOUT ROWID;
