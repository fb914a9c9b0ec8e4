CREATE TABLE `audit` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`target_kind` text,
	`target_id` text,
	`detail` text,
	`ip` text,
	PRIMARY KEY(`tenant_id`, `at`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `counters` (
	`tenant_id` text NOT NULL,
	`source_id` text NOT NULL,
	`received` integer DEFAULT 0 NOT NULL,
	`accepted` integer DEFAULT 0 NOT NULL,
	`ignored` integer DEFAULT 0 NOT NULL,
	`duplicate` integer DEFAULT 0 NOT NULL,
	`processed` integer DEFAULT 0 NOT NULL,
	`dead` integer DEFAULT 0 NOT NULL,
	`last_received_at` integer,
	`last_published_at` integer,
	`lag_millis` integer,
	PRIMARY KEY(`tenant_id`, `source_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text,
	`queue` text NOT NULL,
	`channel` text,
	`reason` text NOT NULL,
	`detail` text NOT NULL,
	`payload` text NOT NULL,
	`created_at` integer NOT NULL,
	`status` text DEFAULT 'open' NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`note` text,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`integration_id` text NOT NULL,
	`automation_id` text,
	`issue_id` text,
	`change` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	`next_attempt_at` integer,
	`response_status` integer,
	`error` text,
	`body` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `event_targets` (
	`tenant_id` text NOT NULL,
	`target_id` text NOT NULL,
	`published_at` integer NOT NULL,
	`event_id` text NOT NULL,
	`target_type` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `target_id`, `published_at`, `event_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `events` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`uuid` text NOT NULL,
	`type` text NOT NULL,
	`published_at` integer NOT NULL,
	`stored_at` integer NOT NULL,
	`channels` integer NOT NULL,
	`delivery_id` text NOT NULL,
	`actor_id` text,
	`actor_type` text,
	`actor_name` text,
	`outcome` text,
	`outcome_reason` text,
	`severity` text,
	`display_message` text,
	`client_ip` text,
	`transaction_id` text,
	`targets` text NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `inbox` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`channel` text NOT NULL,
	`received_at` integer NOT NULL,
	`status` text NOT NULL,
	`events` integer DEFAULT 0 NOT NULL,
	`accepted` integer DEFAULT 0 NOT NULL,
	`ignored` integer DEFAULT 0 NOT NULL,
	`duplicate` integer DEFAULT 0 NOT NULL,
	`dead` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`processed_at` integer,
	`payload` text,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `issue_history` (
	`tenant_id` text NOT NULL,
	`issue_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`change` text NOT NULL,
	`by` text NOT NULL,
	`detail` text,
	PRIMARY KEY(`tenant_id`, `issue_id`, `at`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `issues` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`detection` text NOT NULL,
	`title` text NOT NULL,
	`severity` text NOT NULL,
	`status` text NOT NULL,
	`priority` integer NOT NULL,
	`priority_factors` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`subject_source` text NOT NULL,
	`subject_native_id` text NOT NULL,
	`subject_name` text NOT NULL,
	`identity_id` text,
	`evidence` text NOT NULL,
	`assignee` text,
	`dismiss_reason` text,
	`dismiss_note` text,
	`opened_at` integer NOT NULL,
	`resolved_at` integer,
	`updated_at` integer NOT NULL,
	`change_seq` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `oversized_events` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`received_at` integer NOT NULL,
	`payload` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sync_runs` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`calls` integer DEFAULT 0 NOT NULL,
	`rows_written` integer DEFAULT 0 NOT NULL,
	`progress` text,
	`error` text,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `events_published` ON `events` (`tenant_id`,`published_at`,`id`);--> statement-breakpoint
CREATE INDEX `inbox_unfinished` ON `inbox` (`received_at`) WHERE `status` <> 'processed';--> statement-breakpoint
CREATE INDEX `dead_letters_open` ON `dead_letters` (`tenant_id`,`created_at`,`id`) WHERE `status` = 'open';--> statement-breakpoint
CREATE INDEX `issues_priority` ON `issues` (`tenant_id`,`status`,`priority`,`id`);--> statement-breakpoint
CREATE INDEX `issues_identity` ON `issues` (`tenant_id`,`identity_id`) WHERE `status` = 'open';--> statement-breakpoint
CREATE INDEX `sync_runs_source` ON `sync_runs` (`tenant_id`,`source_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `deliveries_created` ON `deliveries` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`next_attempt_at`) WHERE `status` = 'pending';
