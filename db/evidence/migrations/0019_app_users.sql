-- Who used an app lately, by the app: how many that are is answered without reading what the tenant's accounts used
-- else. part: the account's bucket / 32. users: JSON array of [account, day], an account being 60 bits of its id.
CREATE TABLE `usage_app_users` (
	`tenant_id` text NOT NULL,
	`app_id` text NOT NULL,
	`part` integer NOT NULL,
	`oldest_day` integer NOT NULL,
	`users` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `app_id`, `part`)
) WITHOUT ROWID;
--> statement-breakpoint
-- What is known so far, a part at a time.
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 0, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 0 AND l.`bucket` < 32 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 1, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 32 AND l.`bucket` < 64 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 2, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 64 AND l.`bucket` < 96 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 3, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 96 AND l.`bucket` < 128 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 4, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 128 AND l.`bucket` < 160 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 5, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 160 AND l.`bucket` < 192 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 6, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 192 AND l.`bucket` < 224 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO `usage_app_users` (`tenant_id`, `app_id`, `part`, `oldest_day`, `users`)
SELECT l.`tenant_id`, e.value->>1, 7, min(e.value->>2) / 86400000,
	json_group_array(json_array(substr(e.value->>0, 5, 12), (e.value->>2) / 86400000))
FROM `usage_last` l CROSS JOIN json_each(l.`uses`) e
WHERE l.`bucket` >= 224 AND l.`bucket` < 256 AND e.value->>2 >= (unixepoch() - 2678400) * 1000
GROUP BY 1, 2;
