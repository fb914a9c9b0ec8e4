-- Which set of graph shards a tenant has, and the move to the next one.
ALTER TABLE `tenants` ADD COLUMN `graph_generation` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE TABLE `graph_moves` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`from_generation` integer NOT NULL,
	`from_shards` integer NOT NULL,
	`to_generation` integer NOT NULL,
	`to_shards` integer NOT NULL,
	`phase` text NOT NULL,
	`rows_done` integer DEFAULT 0 NOT NULL,
	`rows_total` integer DEFAULT 0 NOT NULL,
	`attempt` integer DEFAULT 0 NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`error` text,
	`started_at` integer NOT NULL,
	`ended_at` integer
) WITHOUT ROWID;
