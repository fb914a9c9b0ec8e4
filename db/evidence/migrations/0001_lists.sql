-- "Did anything change?" is asked every two seconds by each open console: one look-up instead of a scan.
CREATE INDEX `issues_changed` ON `issues` (`tenant_id`,`updated_at`);--> statement-breakpoint
-- Only deliveries that went wrong pay for this one.
CREATE INDEX `deliveries_unwell` ON `deliveries` (`tenant_id`,`created_at`,`id`) WHERE `status` IN ('failed','dead');--> statement-breakpoint
-- One row a queue message of at most 64 KB, not one an event.
CREATE INDEX `inbox_received` ON `inbox` (`tenant_id`,`received_at`,`id`);
